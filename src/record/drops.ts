/**
 * The ranges of a record's bytes that its stored form leaves out: an ordered list of cuts, found in
 * any order. Ranges do not overlap. It is reused from record to record and allocates only to grow.
 */

/** A range is kept as one number, start * 2^26 + length: a record is far below 64 MiB. */
const LENGTH_RANGE = 2 ** 26;

export class Drops {
  #packed = new Float64Array(64);
  #base = 0;
  /** Number of ranges; ranges that touch count as one when they were pushed in order. */
  count = 0;

  /** Forgets all ranges; those that follow lie within 64 MiB after offset `base`. */
  clear(base: number): void {
    this.#base = base;
    this.count = 0;
  }

  /** Adds the bytes from `start` up to `end`. */
  push(start: number, end: number): void {
    const last = this.count - 1;
    if (last >= 0 && this.endAt(last) === start) {
      this.#packed[last] += end - start;
      return;
    }
    if (this.count === this.#packed.length) {
      const grown = new Float64Array(this.count * 2);
      grown.set(this.#packed);
      this.#packed = grown;
    }
    this.#packed[this.count++] = (start - this.#base) * LENGTH_RANGE + (end - start);
  }

  /** Puts the ranges in ascending order. */
  sort(): void {
    this.#packed.subarray(0, this.count).sort();
  }

  /** Offset of the first byte of range `index`. */
  startAt(index: number): number {
    return this.#base + Math.floor(this.#packed[index] / LENGTH_RANGE);
  }

  /** Offset after the last byte of range `index`. */
  endAt(index: number): number {
    return this.startAt(index) + (this.#packed[index] % LENGTH_RANGE);
  }
}
