/**
 * Reads record bodies by position, through the page cache. Bodies that follow one another in a file
 * are read ahead in growing steps, so that a walk over a million records costs few system calls and
 * a walk over scattered ones reads nothing in vain.
 *
 * What was read ahead is only meant for one walk: reset() before the next one.
 */
import { limits } from '../../limits.js';
import type { RecordFiles } from './record-files.js';

const READ_AHEAD_BYTES_MAX = 1 << 20;
/** Bodies this close to one another count as following one another: tags, checksums, headers. */
const GAP_BYTES_MAX = 4096;

export class BodyReader {
  /** Holds the body that was read last, at [start, end). Valid until the next read. */
  bytes: Buffer = Buffer.allocUnsafeSlow(1 << 12);
  start = 0;
  end = 0;

  readonly #files: RecordFiles;
  #file = -1;
  /** File offset of bytes[0], and how many bytes are there. */
  #windowOffset = 0;
  #windowLength = 0;
  #readAhead = 0;

  constructor(files: RecordFiles) {
    this.#files = files;
  }

  reset(): void {
    this.#file = -1;
    this.#windowLength = 0;
    this.#readAhead = 0;
  }

  /** Reads one body. Throws STORAGE_CORRUPTED when the file ends before it does. */
  read(file: number, offset: number, length: number): void {
    const windowEnd = this.#windowOffset + this.#windowLength;
    const inside =
      file === this.#file && offset >= this.#windowOffset && offset + length <= windowEnd;
    if (!inside) this.#fill(file, offset, length, windowEnd);
    this.start = offset - this.#windowOffset;
    this.end = this.start + length;
  }

  #fill(file: number, offset: number, length: number, windowEnd: number): void {
    const follows = file === this.#file && offset + length > windowEnd;
    const near = follows && offset - windowEnd < GAP_BYTES_MAX;
    this.#readAhead = near ? Math.min(READ_AHEAD_BYTES_MAX, this.#readAhead * 2 + length) : 0;
    const wanted = Math.max(length, this.#readAhead);
    if (wanted > this.bytes.length) {
      const most = Math.max(limits.recordBytesMax + GAP_BYTES_MAX, READ_AHEAD_BYTES_MAX);
      this.bytes = Buffer.allocUnsafeSlow(Math.max(wanted, Math.min(most, wanted * 2)));
    }
    this.#file = file;
    this.#windowOffset = offset;
    this.#windowLength = this.#files.readSync(file, offset, length, this.bytes, wanted);
  }
}
