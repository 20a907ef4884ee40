/**
 * Writes a sealed binary snapshot of one part, as a stream.
 *
 * Invariants: every byte before the footer is covered by exactly one checksum; blocks between
 * checksums are limits.checksumIntervalBytes or one record, whichever is more; memory is one such
 * block. A file without a footer is no snapshot, so an abandoned writer leaves nothing that could
 * be mistaken for one. Never looks into a record, never syncs, never closes.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Checksum, Footer } from '../gen/protovec/v1/snapshot.js';
import { limits } from '../limits.js';
import { varintLength } from '../storage/bytes.js';
import { crc32 } from '../storage/checksum.js';
import type { File } from '../storage/file-system.js';
import { FileSink } from './file-sink.js';
import { tags } from './format.js';
import { encodeHeader, type SnapshotHeader } from './snapshot-header.js';

/** What a finished snapshot file is. */
export interface WrittenSnapshot {
  recordCount: number;
  /** Length of the file in bytes. */
  size: number;
  /** SHA-256 of the whole file. */
  sha256: Uint8Array;
}

/** Room for a checksum and a footer after a full block. */
const sealBytesMax = 256;

export class SnapshotWriter {
  /** Offset in the file of the body that the last `record` was given; known when it returns. */
  bodyOffset = 0;
  readonly #sink: FileSink;
  #recordCount = 0;
  /** Where in the part the block being filled starts, and the records before it. */
  #blockStart = 0;
  #recordsBefore = 0;

  /** `file` is new and empty. The header's dimension and metric are the caller's to check. */
  constructor(file: File, header: SnapshotHeader) {
    this.#sink = new FileSink(file, limits.checksumIntervalBytes + sealBytesMax);
    this.#sink.append(encodeHeader(header));
  }

  /** Records written. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /** Bytes written, those still in memory included. */
  get position(): number {
    return this.#sink.position;
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
    const filled = this.#sink.length;
    if (filled > 0 && filled + fieldLength > limits.checksumIntervalBytes) {
      this.#seal();
      this.#placeBody(length);
      return this.#flushThenAppend(source, start, end);
    }
    this.#placeBody(length);
    this.#append(source, start, end);
  }

  /** Seals the part and waits until every byte has been handed to the operating system. */
  async finish(): Promise<WrittenSnapshot> {
    this.#seal();
    await this.#sink.flush();
    const footer: Footer = {
      recordCount: BigInt(this.#recordCount),
      partLength: BigInt(this.#sink.position),
      sha256: this.#sink.digest(),
    };
    this.#field(tags.footer, Footer.encode(footer));
    await this.#sink.flush();
    return {
      recordCount: this.#recordCount,
      size: this.#sink.position,
      sha256: this.#sink.digest(),
    };
  }

  async #flushThenAppend(source: Uint8Array, start: number, end: number): Promise<void> {
    await this.#sink.flush();
    this.#append(source, start, end);
  }

  #placeBody(length: number): void {
    this.bodyOffset = this.#sink.position + 1 + varintLength(length);
  }

  #append(source: Uint8Array, start: number, end: number): void {
    const sink = this.#sink;
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
    this.#recordCount += 1;
  }

  /** Puts a checksum after the block that fills the buffer. */
  #seal(): void {
    const sink = this.#sink;
    if (sink.length === 0) return;
    const block = sink.buffer.subarray(0, sink.length);
    const checksum: Checksum = {
      start: BigInt(this.#blockStart),
      length: BigInt(block.length),
      records: BigInt(this.#recordCount - this.#recordsBefore),
      crc: crc32(block),
    };
    this.#field(tags.checksum, Checksum.encode(checksum));
    this.#blockStart = sink.position;
    this.#recordsBefore = this.#recordCount;
  }

  #field(tag: number, message: BinaryWriter): void {
    this.#sink.append(new BinaryWriter().uint32(tag).bytes(message.finish()).finish());
  }
}
