/** A set of record numbers, one bit for each, that grows: for files of many millions of records. */
import { IntRows } from '../int-rows.js';

export class OrdinalSet {
  readonly #words = new IntRows(1);
  /** Numbers in the set. */
  count = 0;

  add(ordinal: number): void {
    if (this.has(ordinal)) return;
    const word = Math.floor(ordinal / 32);
    this.#words.piece(word)[this.#words.offset(word)] |= 1 << (ordinal % 32);
    this.count += 1;
  }

  has(ordinal: number): boolean {
    const word = Math.floor(ordinal / 32);
    return (this.#words.piece(word)[this.#words.offset(word)] & (1 << (ordinal % 32))) !== 0;
  }
}
