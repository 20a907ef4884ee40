/**
 * The bytes of one sealed part on their way to a file: the header, fields, a checksum after each block
 * of them, the footer.
 *
 * Invariants: every byte before the footer is covered by exactly one checksum; blocks between
 * checksums are BLOCK_BYTES or one field, whichever is more; memory is one such block. A file without
 * a footer is no snapshot, so an abandoned one cannot be mistaken for one. Never looks into a field.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { ByteWriter, varintLength } from '../codec/byte-writer.js';
import { Checksum, Footer } from '../gen/protovec/v1/snapshot.js';
import { BLOCK_BYTES, tags } from './format.js';

/** A file that was written. */
export interface WrittenSnapshot {
  recordCount: number;
  /** Length of the file in bytes. */
  sizeBytes: number;
  /** SHA-256 of the file, 32 bytes. */
  sha256: Uint8Array;
}

/** Room for a checksum after a full block. */
const checksumBytesMax = 256;

export class PartSink {
  readonly #file: FileHandle;
  readonly #block = new ByteWriter(BLOCK_BYTES + checksumBytesMax);
  readonly #hash = createHash('sha256');
  /** Bytes written to the file. */
  #position = 0;
  #recordCount = 0;
  /** Records before the block being filled. */
  #recordsBefore = 0;

  /** `file` is new and empty. */
  constructor(file: FileHandle, header: Uint8Array) {
    this.#file = file;
    this.#block.raw(header);
  }

  /**
   * Appends a field that has so many records. A promise, to be awaited, only when a block had to be
   * written first; `value` must stay as it is until then.
   */
  add(tag: number, value: Uint8Array, records: number): Promise<void> | undefined {
    const filled = this.#block.length;
    const length = 1 + varintLength(value.length) + value.length;
    if (filled > 0 && filled + length > BLOCK_BYTES) return this.#sealThenAdd(tag, value, records);
    this.#append(tag, value, records);
    return undefined;
  }

  /** Seals the part and waits until every byte has been handed to the operating system. */
  async finish(): Promise<WrittenSnapshot> {
    await this.#seal();
    const footer: Footer = {
      recordCount: BigInt(this.#recordCount),
      partLength: BigInt(this.#position),
      sha256: this.#hash.copy().digest(),
    };
    this.#block.bytes(tags.footer, Footer.encode(footer).finish());
    await this.#flush();
    return {
      recordCount: this.#recordCount,
      sizeBytes: this.#position,
      sha256: this.#hash.digest(),
    };
  }

  async #sealThenAdd(tag: number, value: Uint8Array, records: number): Promise<void> {
    await this.#seal();
    this.#append(tag, value, records);
  }

  #append(tag: number, value: Uint8Array, records: number): void {
    this.#block.bytes(tag, value);
    this.#recordCount += records;
  }

  /** Writes the block and the checksum that covers it, unless it is empty. */
  async #seal(): Promise<void> {
    const block = this.#block.finish();
    if (block.length === 0) return;
    const checksum: Checksum = {
      start: BigInt(this.#position),
      length: BigInt(block.length),
      records: BigInt(this.#recordCount - this.#recordsBefore),
      crc: crc32(block),
    };
    this.#block.bytes(tags.checksum, Checksum.encode(checksum).finish());
    this.#recordsBefore = this.#recordCount;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const bytes = this.#block.finish();
    this.#hash.update(bytes);
    this.#position += bytes.length;
    // Of an open file this writes all of the bytes, after those before.
    await this.#file.writeFile(bytes);
    this.#block.reset();
  }
}
