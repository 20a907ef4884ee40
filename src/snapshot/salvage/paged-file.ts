/**
 * A file that is read by position, a page at a time, by readers that jump: past the values of
 * fields, or back to where something intact may start.
 *
 * Invariants: memory is one page and the largest range that was read. Never knows what bytes mean.
 */
import type { SnapshotSource } from '../binary/byte-window.js';

const pageBytes = 1024 * 1024;

export class PagedFile {
  /** Bytes of the file from offset `origin` on; filled up to `end`. */
  readonly page: Buffer;
  origin = 0;
  end = 0;
  #range: Buffer = Buffer.alloc(0);

  private constructor(
    private readonly source: SnapshotSource,
    /** Length of the file in bytes. */
    readonly size: number,
  ) {
    this.page = Buffer.allocUnsafeSlow(Math.max(1, Math.min(pageBytes, size)));
  }

  static async open(source: SnapshotSource): Promise<PagedFile> {
    return new PagedFile(source, await source.size());
  }

  /** Whether the page has `count` bytes from offset `at` on, or all that the file has. */
  has(at: number, count: number): boolean {
    const end = this.origin + this.end;
    return at >= this.origin && at <= end && (end >= this.size || at + count <= end);
  }

  /** Moves the page so that `has` is true. `count` is far less than a page. */
  async require(at: number, count: number): Promise<void> {
    if (this.has(at, count)) return;
    const wanted = Math.min(this.page.length, this.size - at);
    await this.#fill(this.page.subarray(0, wanted), at);
    this.origin = at;
    this.end = wanted;
  }

  /** `length` bytes from `at` on, which the file has; valid until the next call. */
  async read(at: number, length: number): Promise<Buffer> {
    if (this.#range.length < length) this.#range = Buffer.allocUnsafeSlow(length);
    const bytes = this.#range.subarray(0, length);
    await this.#fill(bytes, at);
    return bytes;
  }

  async #fill(target: Buffer, at: number): Promise<void> {
    const count = await this.source.read(target, at);
    if (count < target.length) {
      throw new Error(`the file ended at ${at + count} while ${this.size} bytes were read`);
    }
  }
}
