/**
 * Where the records of a block start and end: pairs of offsets in one growing array, so that a
 * million records make no million objects. Emptied and filled again for every block.
 */
export class RecordBounds {
  #table = new Int32Array(1024);
  #count = 0;

  /** Start and end of each record in turn. Another array after a `push` that had to grow it. */
  get table(): Int32Array {
    return this.#table;
  }

  /** Number of records. */
  get count(): number {
    return this.#count;
  }

  push(start: number, end: number): void {
    const at = this.#count * 2;
    if (at === this.#table.length) {
      const table = new Int32Array(this.#table.length * 2);
      table.set(this.#table);
      this.#table = table;
    }
    this.#table[at] = start;
    this.#table[at + 1] = end;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }
}
