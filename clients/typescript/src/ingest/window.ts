/**
 * The batches that were cut and not acknowledged, in their order. They stay here until they are, so
 * that they can be sent again; when they are many bytes, no more are cut.
 */
import type { Batch } from './batch-cutter.js';

/** Bytes of batches from which on no more are cut. */
const WINDOW_BYTES = 16 * 1024 * 1024;

export class Window {
  #batches: Batch[] = [];
  /** How many of them were sent over the stream that is open. */
  #sent = 0;
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Whether another batch may be cut. */
  get hasRoom(): boolean {
    return this.#bytes < WINDOW_BYTES;
  }

  /** The batch whose acknowledgement is due; undefined when none was sent. */
  get due(): Batch | undefined {
    return this.#sent > 0 ? this.#batches[0] : undefined;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    this.#bytes += batch.message.length;
  }

  /** The next batch to be sent, if there is one. */
  next(): Batch | undefined {
    const batch = this.#batches[this.#sent];
    if (batch !== undefined) this.#sent += 1;
    return batch;
  }

  /** Another stream begins: whatever is here is to be sent over it. */
  rewind(): void {
    this.#sent = 0;
  }

  /** The batches up to this number, which are kept, and are not held here any more. */
  release(lastNumber: number): Batch[] {
    let count = 0;
    while (count < this.#batches.length && this.#batches[count].number <= lastNumber) {
      this.#bytes -= this.#batches[count].message.length;
      count += 1;
    }
    this.#sent = Math.max(0, this.#sent - count);
    return this.#batches.splice(0, count);
  }

  [Symbol.iterator](): Iterator<Batch> {
    return this.#batches[Symbol.iterator]();
  }
}
