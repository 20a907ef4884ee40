/**
 * The bytes of one sealed part on their way to a file: a header, fields that the caller puts into
 * the buffer, a checksum after each block of them, the footer.
 *
 * Invariants: every byte before the footer is covered by exactly one checksum; blocks between
 * checksums are limits.checksumIntervalBytes or one field, whichever is more; memory is one such
 * block. A file without a footer is no snapshot, so an abandoned one leaves nothing that could be
 * mistaken for one. Never looks into a field, never makes it durable, never closes.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Checksum, Footer } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import { crc32 } from '../../storage/checksum.js';
import type { File } from '../../storage/file-system.js';
import { tags } from '../format.js';
import { encodeHeader, type SnapshotHeader } from '../snapshot-header.js';
import { FileSink } from './file-sink.js';

/** What a finished snapshot file is. */
export interface WrittenSnapshot {
  recordCount: number;
  /** Length of the file in bytes. */
  size: number;
  /** SHA-256 of the whole file. */
  sha256: Uint8Array;
}

/** Room for a checksum and a footer after a full block. */
export const sealBytesMax = 256;

export class SealedSink {
  /** Where fields are put; one that is added counts its records in `recordCount`. */
  readonly sink: FileSink;
  /** Records of the fields added. */
  recordCount = 0;
  /** Where in the part the block being filled starts, and the records before it. */
  #blockStart = 0;
  #recordsBefore = 0;

  /** `file` is new and empty. The header's dimension and metric are the caller's to check. */
  constructor(file: File, header: SnapshotHeader) {
    this.sink = new FileSink(file, limits.checksumIntervalBytes + sealBytesMax);
    this.sink.append(encodeHeader(header));
  }

  /** Whether the block is to be sealed and flushed before a field of so many bytes is added. */
  isFull(fieldLength: number): boolean {
    const filled = this.sink.length;
    return filled > 0 && filled + fieldLength > limits.checksumIntervalBytes;
  }

  /** Puts a checksum after the block that fills the buffer; `flush` of the sink is to follow. */
  seal(): void {
    const { sink } = this;
    if (sink.length === 0) return;
    const block = sink.buffer.subarray(0, sink.length);
    const checksum: Checksum = {
      start: BigInt(this.#blockStart),
      length: BigInt(block.length),
      records: BigInt(this.recordCount - this.#recordsBefore),
      crc: crc32(block),
    };
    this.#field(tags.checksum, Checksum.encode(checksum));
    this.#blockStart = sink.position;
    this.#recordsBefore = this.recordCount;
  }

  /** Seals the part and waits until every byte has been handed to the operating system. */
  async finish(): Promise<WrittenSnapshot> {
    const { sink } = this;
    this.seal();
    await sink.flush();
    const footer: Footer = {
      recordCount: BigInt(this.recordCount),
      partLength: BigInt(sink.position),
      sha256: sink.digest(),
    };
    this.#field(tags.footer, Footer.encode(footer));
    await sink.flush();
    await sink.settle();
    return { recordCount: this.recordCount, size: sink.position, sha256: sink.digest() };
  }

  #field(tag: number, message: BinaryWriter): void {
    this.sink.append(new BinaryWriter().uint32(tag).bytes(message.finish()).finish());
  }
}
