/**
 * A window of memory that slides over a source of bytes.
 *
 * Invariants: bytes between `start` and `end` of `bytes` are the source's, without gaps, and do not
 * change until `more` is called; memory grows with the bytes that are kept, never with what a file
 * says. Bytes are moved only when at least as many have been let go of, so tiny blocks cost no more
 * than large ones. Never knows what the bytes mean.
 */

/** Most bytes of a chunk of the source that are copied at once. */
export const READ_BYTES = 256 * 1024;
const firstBytes = 32 * 1024;

export class ByteWindow {
  bytes: Buffer = Buffer.alloc(0);
  /** Offset in `bytes` of the first byte that is kept. */
  start = 0;
  /** Offset in `bytes` after the last byte read. */
  end = 0;
  /** Whether the source has no more bytes than those at hand. */
  atEnd = false;
  readonly #source: AsyncIterator<Uint8Array>;
  /** Offset in the source of `bytes[0]`. */
  #origin = 0;
  /** What is left of the chunk that the source gave last. */
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Offset in the source of the byte `at` of the window. */
  offset(at: number): number {
    return this.#origin + at;
  }

  /**
   * Gets more of the source, or finds its end. Moves what is kept, so offsets into `bytes` taken
   * before are void unless they are counted from `start`. Throws what the source throws.
   */
  async more(): Promise<void> {
    while (this.#chunk.length === 0) {
      const { value, done } = await this.#source.next();
      if (done) {
        this.atEnd = true;
        return;
      }
      if (!(value instanceof Uint8Array)) throw new TypeError('the source gave no Uint8Array');
      this.#chunk = value;
    }
    const count = Math.min(this.#chunk.length, READ_BYTES);
    this.#makeRoom(count);
    this.bytes.set(this.#chunk.subarray(0, count), this.end);
    this.#chunk = this.#chunk.subarray(count);
    this.end += count;
  }

  /** Lets the source go. */
  async close(): Promise<void> {
    this.#chunk = new Uint8Array(0);
    this.atEnd = true;
    await this.#source.return?.();
  }

  #makeRoom(wanted: number): void {
    if (this.bytes.length - this.end >= wanted) return;
    const kept = this.end - this.start;
    const fits = kept <= this.bytes.length / 2 && kept + wanted <= this.bytes.length;
    const target = fits
      ? this.bytes
      : Buffer.allocUnsafeSlow(Math.max(firstBytes, 2 * (kept + wanted)));
    this.bytes.copy(target, 0, this.start, this.end);
    this.#origin += this.start;
    this.bytes = target;
    this.start = 0;
    this.end = kept;
  }
}
