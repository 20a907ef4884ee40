/**
 * The free-space watermark: writes are refused while there is still room for deletes, checkpoints
 * and the end of what has begun. Asks the file system at most once a second.
 */
import { dirname } from 'node:path';
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import type { FileSystem } from '../storage/file-system.js';

const intervalMs = 1000;

export class FreeSpace {
  readonly #fs: FileSystem;
  readonly #directory: string;
  #asked = Number.NEGATIVE_INFINITY;
  #bytes = Number.POSITIVE_INFINITY;

  /** Watches the file system that holds the file `path`. */
  constructor(fs: FileSystem, path: string) {
    this.#fs = fs;
    this.#directory = dirname(path);
  }

  /** Whether the last answer is too old to go by. */
  get stale(): boolean {
    return performance.now() - this.#asked >= intervalMs;
  }

  /** Asks again. */
  async refresh(): Promise<void> {
    this.#asked = performance.now();
    // Without an answer the writes are tried: they tell of a full disk themselves.
    this.#bytes = await this.#fs.freeBytes(this.#directory).catch(() => Number.POSITIVE_INFINITY);
  }

  /** STORAGE_FULL while there is less than the watermark. */
  refusal(): ProtovecError | undefined {
    if (this.#bytes >= limits.freeBytesMin) return undefined;
    return new ProtovecError(
      'STORAGE_FULL',
      `${this.#directory} has ${this.#bytes} bytes free and ${limits.freeBytesMin} are kept in reserve: ` +
        'free some room on the disk, or delete records, and repeat the write',
      { metadata: { freeBytes: String(this.#bytes), freeBytesMin: String(limits.freeBytesMin) } },
    );
  }
}
