/**
 * Walks over the top-level fields of a snapshot file without their values, from any offset, and
 * tells where and why it had to stop. What it says of bytes that no checksum covers is a guess.
 */
import { FieldScanner } from '../binary/field-scanner.js';
import type { PagedFile } from './paged-file.js';

/** Most bytes of a tag and a length, or of a tag and a varint. */
const headBytesMax = 32;

/**
 * `field`: one that was asked for. `end`: the end of the file, after a whole field. `cut`: the file
 * ends within a field. `malformed`: no field. `long`: the next field would pass `bytesMax`.
 */
export type WalkStop = 'field' | 'end' | 'cut' | 'malformed' | 'long';

export class FieldWalk {
  /** Offsets in the file of the field that the walk stopped at, of its value, and after it. */
  at = 0;
  valueStart = 0;
  valueEnd = 0;
  tag = 0;
  /** What is wrong, for `cut` and `malformed`. */
  problem = '';
  readonly #file: PagedFile;
  readonly #scanner = new FieldScanner();

  constructor(file: PagedFile) {
    this.#file = file;
  }

  /** Walks from the field at `from` to the next one, itself included, that `wanted` says yes to. */
  async run(
    from: number,
    wanted: (tag: number, at: number) => boolean,
    bytesMax = Number.POSITIVE_INFINITY,
  ): Promise<WalkStop> {
    this.at = from;
    for (;;) {
      await this.#file.require(this.at, headBytesMax);
      const stop = this.#page(from, wanted, bytesMax);
      if (stop !== undefined) return stop;
    }
  }

  /** As far as the page goes. */
  #page(
    from: number,
    wanted: (tag: number, at: number) => boolean,
    bytesMax: number,
  ): WalkStop | undefined {
    const file = this.#file;
    const scanner = this.#scanner;
    while (file.has(this.at, headBytesMax)) {
      const { page, origin, end } = file;
      if (this.at === file.size) return 'end';
      let whole: boolean;
      try {
        whole = scanner.scan(page, this.at - origin, end);
      } catch (error) {
        this.problem = (error as Error).message;
        return 'malformed';
      }
      const next = origin + scanner.valueEnd;
      if (next > file.size || (!whole && origin + end >= file.size)) {
        const beyond = next - file.size;
        this.problem = beyond > 0 ? `a field here ends ${beyond} bytes after the file does` : '';
        this.problem ||= 'the file ends within a field';
        return 'cut';
      }
      this.tag = scanner.tag;
      this.valueStart = origin + scanner.valueStart;
      this.valueEnd = next;
      if (wanted(scanner.tag, this.at)) return 'field';
      if (next - from > bytesMax) return 'long';
      this.at = next;
    }
    return undefined;
  }
}
