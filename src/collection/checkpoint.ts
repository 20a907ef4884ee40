/**
 * Checkpoints of one collection. A checkpoint writes the records of one instant as a new base and
 * starts a new log behind it; the base and the logs before it then go. Reads and writes go on
 * meanwhile: the view that the base is written from is taken at the switch of the logs, and rows
 * that nobody changed since are pointed to the new base when it is published.
 */
import { join } from 'node:path';
import { HnswIndex } from '../index/hnsw-index.js';
import { saveIndex } from '../index/index-file.js';
import type { GroupCommit } from '../log/group-commit.js';
import { writeBase } from './base-writer.js';
import type { CollectionView } from './collection-view.js';
import type { ManifestStore } from './manifest-store.js';
import type { Place } from './place.js';
import type { CollectionState } from './state.js';

export class Checkpointer {
  readonly #place: Place;
  readonly #state: CollectionState;
  readonly #manifest: ManifestStore;
  readonly #commit: GroupCommit;
  /** Slot of each record of the base, in order, as long as the record is the base's. */
  #baseSlots: Uint32Array;
  /** Number of the base among the record files. */
  #baseFile: number | undefined;

  /** `baseFile`: number of the base whose records fill the first slots in order, if there is one. */
  constructor(
    place: Place,
    state: CollectionState,
    manifest: ManifestStore,
    commit: GroupCommit,
    baseFile: number | undefined,
  ) {
    this.#place = place;
    this.#state = state;
    this.#manifest = manifest;
    this.#commit = commit;
    this.#baseFile = baseFile;
    const records = Number(manifest.current.base?.recordCount ?? 0n);
    this.#baseSlots = Uint32Array.from({ length: records }, (_, ordinal) => ordinal);
  }

  /** Brings the disk up to date: a new base if records changed, and the graph if it grew. */
  async save(): Promise<void> {
    if (this.#state.operationsSinceSave > 0) await this.run();
    else await this.#saveIndex();
  }

  /** Writes a new base and the index beside it. One at a time. */
  async run(): Promise<void> {
    const state = this.#state;
    let view: CollectionView | undefined;
    let operations = 0;
    let replaced: number[] = [];
    await this.#commit.rotate(() => {
      view = state.view(this.#commit.lastSequence);
      const current = state.files.numberOf(this.#commit.log.file);
      replaced = state.files.numbers().filter((number) => number !== current);
      operations = state.operationsSinceSave;
      state.operationsSinceSave = 0;
    });
    if (view === undefined) throw new Error('the log was rotated without taking a view');
    try {
      // A base of this very sequence holds the same records, under the name of the new one.
      const { base } = this.#manifest.current;
      const current = base !== undefined && Number(base.sequence) === view.sequence;
      if (!current) await this.#replaceBase(view, replaced);
    } catch (error) {
      state.operationsSinceSave += operations;
      throw error;
    } finally {
      await view.release();
    }
    await this.#saveIndex();
  }

  async #replaceBase(view: CollectionView, replaced: readonly number[]): Promise<void> {
    const { fileSystem, directory } = this.#place;
    const { files } = this.#state;
    const stale = this.#manifest.current.index;
    const written = await writeBase(this.#place, this.#state.config, this.#manifest, view);
    const path = join(directory, written.base.file);
    const number = files.add(await fileSystem.open(path, 'read'));
    await this.#manifest.update(({ logs }) => ({
      base: written.base,
      logs: logs.filter((log) => Number(log.firstSequence) > view.sequence),
      index: undefined,
    }));
    this.#pointToBase(view, number, written);
    this.#baseSlots = view.slots;
    this.#baseFile = number;
    for (const old of replaced) {
      const oldPath = files.file(old).path;
      await files.retire(old, () => fileSystem.remove(oldPath));
    }
    if (stale === undefined) return;
    await fileSystem.remove(join(directory, stale.file));
    await fileSystem.remove(join(directory, stale.keysFile));
  }

  #pointToBase(
    view: CollectionView,
    file: number,
    written: { offsets: Float64Array; lengths: Uint32Array },
  ): void {
    const { rows } = this.#state;
    for (let row = 0; row < view.count; row += 1) {
      const slot = view.slots[row];
      if (!rows.live.has(slot) || rows.revision[slot] !== view.revision(row)) continue;
      rows.locate(slot, file, written.offsets[row], written.lengths[row]);
    }
  }

  async #saveIndex(): Promise<void> {
    const { index, rows } = this.#state;
    const { base, index: saved } = this.#manifest.current;
    if (!(index instanceof HnswIndex) || base === undefined || index.indexedCount === 0) return;
    if (saved !== undefined && Number(saved.indexedRecords) === index.indexedCount) return;
    const { fileSystem, directory } = this.#place;
    const file = await saveIndex(fileSystem, directory, index, this.#state.dimension, {
      sequence: Number(base.sequence),
      recordCount: this.#baseSlots.length,
      slotAt: (ordinal) => {
        const slot = this.#baseSlots[ordinal];
        return rows.live.has(slot) && rows.file[slot] === this.#baseFile ? slot : -1;
      },
    });
    if (file !== undefined) await this.#manifest.update(() => ({ index: file }));
  }
}
