/**
 * Appends to a new file through two buffers: one is filled and hashed while the other is written.
 *
 * Invariants: bytes reach the file in order and are hashed once; at most one write is under way;
 * memory is two buffers. After an error every later call throws it. Never syncs, never closes.
 */
import { createHash, type Hash } from 'node:crypto';
import type { File } from '../storage/file-system.js';

export class FileSink {
  /** The buffer being filled; another one after `flush` or `reserve`. */
  buffer: Buffer;
  /** Bytes of it that are filled. */
  length = 0;
  readonly #file: File;
  readonly #hash: Hash = createHash('sha256');
  #spare: Buffer;
  /** Bytes handed to the file. */
  #flushed = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: File, capacity: number) {
    this.#file = file;
    this.buffer = Buffer.allocUnsafeSlow(capacity);
    this.#spare = Buffer.allocUnsafeSlow(capacity);
  }

  /** Offset in the file of the next byte. */
  get position(): number {
    return this.#flushed + this.length;
  }

  /** Makes room for `count` more bytes without a flush, by a larger buffer if it must. */
  reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.length + count));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }

  /** Appends bytes. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Starts writing what the buffer holds; settles when the other buffer is free to be filled. */
  async flush(): Promise<void> {
    await this.#writing;
    const full = this.buffer;
    const bytes = full.subarray(0, this.length);
    this.#writing = this.#file.write([bytes], this.#flushed);
    // It may fail while nobody waits for it; the next call tells.
    this.#writing.catch(() => {});
    this.#hash.update(bytes);
    this.#flushed += bytes.length;
    this.buffer = this.#spare;
    this.#spare = full;
    this.length = 0;
  }

  /** Writes the rest and waits for it. */
  async finish(): Promise<void> {
    await this.flush();
    await this.#writing;
  }

  /** SHA-256 of everything flushed so far. */
  digest(): Buffer {
    return this.#hash.copy().digest();
  }
}
