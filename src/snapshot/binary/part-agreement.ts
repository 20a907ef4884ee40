/**
 * What the parts of one file agree on. An embedding model that a part does not name is taken from
 * the other parts, so three parts of which two name different models do not agree.
 */
import { headerConflict, type SnapshotHeader } from '../snapshot-header.js';
import type { PartInfo } from './snapshot-part.js';

export class PartAgreement {
  #agreed: SnapshotHeader | undefined;

  /** Holds a part's complete header against those before it; throws an Error when they differ. */
  add({ index, header }: Pick<PartInfo, 'index' | 'header'>): void {
    if (this.#agreed === undefined) {
      this.#agreed = { ...header };
      return;
    }
    const conflict = headerConflict(header, this.#agreed);
    if (conflict !== undefined) {
      throw new Error(`part ${index + 1} has ${conflict} as in the parts before it`);
    }
    this.#agreed.embeddingModel ||= header.embeddingModel;
  }
}
