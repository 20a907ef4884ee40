/**
 * A window of memory that slides over a source of bytes, with the next read under way while the
 * bytes at hand are looked at.
 *
 * Invariants: bytes between `start` and `end` of `bytes` are the source's, without gaps; nothing in
 * that range changes until `more` is called; memory is what the caller keeps between `start` and
 * `end` plus 8 MiB at most. Never knows what the bytes mean.
 */

/** What a snapshot is read from: an open file, or anything that can be read by position. */
export interface SnapshotSource {
  /** Fills `target` from `position` on; fewer bytes only at the end. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Length in bytes; it does not change while the source is read. */
  size(): Promise<number>;
}

const readBytes = 1024 * 1024;
const windowBytes = 2 * 1024 * 1024;

export class ByteWindow {
  bytes: Buffer;
  /** Offset in `bytes` of the first byte that is kept. */
  start = 0;
  /** Offset in `bytes` after the last byte read. */
  end = 0;
  /** Offset in the source of `bytes[0]`. */
  #origin = 0;
  #ahead: Promise<number> | undefined;

  private constructor(
    private readonly source: SnapshotSource,
    /** Length of the source. */
    readonly size: number,
  ) {
    this.bytes = Buffer.allocUnsafeSlow(Math.min(windowBytes, Math.max(size, 1)));
  }

  static async open(source: SnapshotSource): Promise<ByteWindow> {
    return new ByteWindow(source, await source.size());
  }

  /** Whether the source has no more bytes than those at hand. */
  get atEnd(): boolean {
    return this.offset(this.end) >= this.size;
  }

  /** Offset in the source of the byte `at` of the window. */
  offset(at: number): number {
    return this.#origin + at;
  }

  /**
   * Gets more of the source, of which there must be some. Moves what is kept, so offsets into
   * `bytes` taken before are void unless they are counted from `start`.
   */
  async more(): Promise<void> {
    const left = this.size - this.offset(this.end);
    if (this.#ahead === undefined) {
      this.#makeRoom(Math.min(readBytes, left));
      this.#read(left);
    }
    const wanted = this.#wanted;
    const count = (await this.#ahead) as number;
    this.#ahead = undefined;
    this.end += count;
    if (count < wanted) {
      throw new Error(
        `the file ended at ${this.offset(this.end)} while ${this.size} bytes were read`,
      );
    }
    const rest = left - count;
    // Straight into the free tail: what the caller holds lies before it.
    if (rest > 0 && this.bytes.length - this.end >= Math.min(readBytes, rest)) this.#read(rest);
  }

  /** Waits for the read under way, after which the source may be closed. */
  async settle(): Promise<void> {
    await this.#ahead?.catch(() => {});
  }

  #wanted = 0;

  #read(left: number): void {
    const wanted = Math.min(readBytes, left, this.bytes.length - this.end);
    this.#wanted = wanted;
    const target = this.bytes.subarray(this.end, this.end + wanted);
    this.#ahead = this.source.read(target, this.offset(this.end));
    // It may fail while nobody waits for it; `more` tells.
    this.#ahead.catch(() => {});
  }

  #makeRoom(wanted: number): void {
    const kept = this.end - this.start;
    if (this.bytes.length - this.end >= wanted) return;
    const target =
      this.bytes.length >= kept + wanted ? this.bytes : Buffer.allocUnsafeSlow(kept + windowBytes);
    this.bytes.copy(target, 0, this.start, this.end);
    this.#origin += this.start;
    this.bytes = target;
    this.start = 0;
    this.end = kept;
  }
}
