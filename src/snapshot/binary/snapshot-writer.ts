/**
 * Writes a sealed binary snapshot of one part, as a stream.
 *
 * Invariants: those of SealedSink; a record's body is in the file byte for byte as it was given, at
 * `bodyOffset`. Never looks into a record, never syncs, never closes.
 */
import { limits } from '../../limits.js';
import { varintLength } from '../../storage/bytes.js';
import type { File } from '../../storage/file-system.js';
import { tags } from '../format.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { SealedSink, sealBytesMax, type WrittenSnapshot } from './sealed-sink.js';

export type { WrittenSnapshot } from './sealed-sink.js';

export class SnapshotWriter {
  /** Offset in the file of the body that the last `record` was given; known when it returns. */
  bodyOffset = 0;
  readonly #part: SealedSink;

  /** `file` is new and empty. The header's dimension and metric are the caller's to check. */
  constructor(file: File, header: SnapshotHeader) {
    this.#part = new SealedSink(file, header);
  }

  /** Records written. */
  get recordCount(): number {
    return this.#part.recordCount;
  }

  /** Bytes written, those still in memory included. */
  get position(): number {
    return this.#part.sink.position;
  }

  /**
   * Appends a record: the bytes of `source` from `start` up to `end` are its complete body, the
   * server's fields included. A promise, to be awaited, only when a block had to be written first;
   * the bytes must stay as they are until then. Throws RangeError for a body that no reader would
   * take; a record within the limits is far smaller.
   */
  record(source: Uint8Array, start: number, end: number): Promise<void> | void {
    const length = end - start;
    const fieldLength = 1 + varintLength(length) + length;
    if (fieldLength > limits.checksumIntervalBytesMax) {
      throw new RangeError(`a record of ${length} bytes is more than any reader takes`);
    }
    if (this.#part.isFull(fieldLength)) {
      this.#part.seal();
      this.#placeBody(length);
      return this.#flushThenAppend(source, start, end);
    }
    this.#placeBody(length);
    this.#append(source, start, end);
  }

  /** Seals the part and waits until every byte has been handed to the operating system. */
  finish(): Promise<WrittenSnapshot> {
    return this.#part.finish();
  }

  async #flushThenAppend(source: Uint8Array, start: number, end: number): Promise<void> {
    await this.#part.sink.flush();
    this.#append(source, start, end);
  }

  #placeBody(length: number): void {
    this.bodyOffset = this.#part.sink.position + 1 + varintLength(length);
  }

  #append(source: Uint8Array, start: number, end: number): void {
    const { sink } = this.#part;
    const length = end - start;
    sink.reserve(1 + varintLength(length) + length + sealBytesMax);
    const { buffer } = sink;
    let at = sink.length;
    buffer[at++] = tags.record;
    let rest = length;
    while (rest >= 0x80) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    buffer.set(start === 0 && end === source.length ? source : source.subarray(start, end), at);
    sink.length = at + length;
    this.#part.recordCount += 1;
  }
}
