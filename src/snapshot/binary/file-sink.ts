/**
 * Appends to a new file through a buffer, which is hashed while it is written.
 *
 * Invariants: bytes reach the file in order and are hashed once; when no call is waited for, no
 * write is under way, so the file may be closed. It syncs in the background now and then, so that
 * the disk works while the next bytes are made; what is durable is still for the caller's own sync
 * to say. Never closes.
 */
import { createHash, type Hash } from 'node:crypto';
import { limits } from '../../limits.js';
import type { File } from '../../storage/file-system.js';

export class FileSink {
  /** What has not been written yet; another buffer after `reserve` had to grow it. */
  buffer: Buffer;
  /** Bytes of the buffer that are filled. */
  length = 0;
  readonly #file: File;
  readonly #hash: Hash = createHash('sha256');
  #written = 0;
  /** Bytes written since the last sync in the background began. */
  #unsynced = 0;
  #syncing: Promise<void> | undefined;
  #syncFault: { readonly error: unknown } | undefined;

  /** `capacity` of the buffer in bytes. */
  constructor(file: File, capacity: number) {
    this.#file = file;
    this.buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** Offset in the file of the next byte. */
  get position(): number {
    return this.#written + this.length;
  }

  /** Makes room for `count` more bytes without a write, by a larger buffer if it must. */
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

  /** Writes what the buffer holds; the buffer must stay as it is until the promise has settled. */
  async flush(): Promise<void> {
    const bytes = this.buffer.subarray(0, this.length);
    const writing = this.#file.write([bytes], this.#written);
    // Another thread writes meanwhile.
    this.#hash.update(bytes);
    await writing;
    this.#written += bytes.length;
    this.length = 0;
    this.#unsynced += bytes.length;
    if (this.#unsynced >= limits.writeBackBytes && this.#syncing === undefined) this.#writeBack();
  }

  /** Waits for what goes on in the background. Throws when a sync failed: none is tried again. */
  async settle(): Promise<void> {
    await this.#syncing;
    if (this.#syncFault !== undefined) throw this.#syncFault.error;
  }

  #writeBack(): void {
    this.#unsynced = 0;
    this.#syncing = this.#file.sync().then(
      () => {
        this.#syncing = undefined;
      },
      (error: unknown) => {
        // It stays set, so that there is no other one.
        this.#syncFault = { error };
      },
    );
  }

  /** SHA-256 of everything written so far. */
  digest(): Buffer {
    return this.#hash.copy().digest();
  }
}
