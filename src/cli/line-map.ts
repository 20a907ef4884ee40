/**
 * Tells in which line a record was, when some lines hold none: remembers only where the distance
 * between the two numbers changes.
 */
export class LineMap {
  readonly #records: number[] = [];
  readonly #lines: number[] = [];
  #nextRecord = 0;
  #nextLine = 1;

  /** The next record of the stream comes from this line, counted from 1. Lines only grow. */
  add(line: number): void {
    if (line !== this.#nextLine || this.#nextRecord === 0) {
      this.#records.push(this.#nextRecord);
      this.#lines.push(line);
    }
    this.#nextRecord += 1;
    this.#nextLine = line + 1;
  }

  /** The line of a record, counted from 0; undefined when there was no such record. */
  lineOf(record: number): number | undefined {
    if (record < 0 || record >= this.#nextRecord) return undefined;
    let low = 0;
    let high = this.#records.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#records[middle]! <= record) low = middle;
      else high = middle - 1;
    }
    return this.#lines[low]! + (record - this.#records[low]!);
  }
}
