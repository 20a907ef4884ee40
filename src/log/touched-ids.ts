/**
 * The ids that the writes of one group touch, to keep conditional writes from deciding by state
 * that is not there yet. Hashes are collected only once a conditional write asks, so that groups
 * without one, such as those of a bulk load, cost nothing. A hash collision only ends a group early.
 */
import type { Write } from './write.js';

export class TouchedIds {
  readonly #writes: Write<unknown>[] = [];
  readonly #hashes = new Set<number>();
  /** How many of the writes are in the set. */
  #collected = 0;

  /** Adds a write that will be logged with the group. */
  add(write: Write<unknown>): void {
    this.#writes.push(write);
  }

  /** Whether an added write touches an id of `write`. */
  overlaps(write: Write<unknown>): boolean {
    if (this.#writes.length === 0) return false;
    const { touches } = write;
    if (touches === undefined) return true;
    for (; this.#collected < this.#writes.length; this.#collected++) {
      for (const hash of this.#writes[this.#collected].touches ?? []) this.#hashes.add(hash);
    }
    return touches.some((hash) => this.#hashes.has(hash));
  }
}
