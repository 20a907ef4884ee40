/**
 * The ids of staged records, to find duplicates among millions of them. Ids are never removed.
 */
import { IntRows } from '../int-rows.js';
import { RecordIds } from '../record-ids.js';

export class StagedIds {
  readonly #ids = new RecordIds();
  /** By number of the id: the record that it stands for. */
  readonly #ordinals = new IntRows(1);

  /** Number of different ids. */
  get count(): number {
    return this.#ids.count;
  }

  /**
   * Lets the id in `source` from `start` up to `end`, 1 to 255 bytes, stand for the record
   * `ordinal`, below 2^31; returns the record that it stood for before, or -1.
   */
  put(source: Uint8Array, start: number, end: number, ordinal: number): number {
    const known = this.#ids.count;
    const number = this.#ids.number(source, start, end);
    const ordinals = this.#ordinals.piece(number);
    const at = this.#ordinals.offset(number);
    const before = number < known ? ordinals[at] : -1;
    ordinals[at] = ordinal;
    return before;
  }
}
