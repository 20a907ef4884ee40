/**
 * A moving view of a file that is read from front to back: at most as many bytes are in memory as
 * were asked for at once, or one block. Bytes handed out are overwritten by the next `fill`.
 */
import type { File } from '../storage/file-system.js';

const blockBytes = 1024 * 1024;

export class LogWindow {
  /** Unread bytes are those from `at` up to `end`. */
  bytes: Buffer;
  at = 0;
  end = 0;
  readonly #file: File;
  readonly #size: number;
  /** File offset of `bytes[0]`. */
  #origin: number;

  /** Reads `file`, whose length is `size`, from offset `start` on. */
  constructor(file: File, size: number, start: number) {
    this.#file = file;
    this.#size = size;
    this.#origin = start;
    this.bytes = Buffer.allocUnsafeSlow(Math.min(blockBytes, size - start));
  }

  /** File offset of the next unread byte. */
  get position(): number {
    return this.#origin + this.at;
  }

  /** Bytes of the file from the next unread one on, in memory or not. */
  get remaining(): number {
    return this.#size - this.position;
  }

  /** Whether `fill(count)` has nothing to do, so that a caller need not wait for it. */
  has(count: number): boolean {
    return this.end - this.at >= count || this.end - this.at >= this.remaining;
  }

  /** Brings `count` bytes from `at` on into memory, or all that the file still has. */
  async fill(count: number): Promise<void> {
    if (this.has(count)) return;
    const wanted = Math.min(this.remaining, Math.max(count, blockBytes));
    const kept = this.bytes.subarray(this.at, this.end);
    this.#origin += this.at;
    if (wanted > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(wanted);
      larger.set(kept);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, this.at, this.end);
    }
    this.at = 0;
    this.end = kept.length;
    const target = this.bytes.subarray(this.end, wanted);
    const read = await this.#file.read(target, this.#origin + this.end);
    if (read < target.length) {
      throw new Error(`${this.#file.path} became shorter while it was read`);
    }
    this.end = wanted;
  }
}
