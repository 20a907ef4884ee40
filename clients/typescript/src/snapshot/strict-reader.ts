/**
 * A reader of records for bytes that may come from anybody: texts must be UTF-8 and fields have
 * numbers. What a file holds is told as it is or not at all.
 */
import { isUtf8 } from 'node:buffer';
import { ByteReader } from '../codec/byte-reader.js';

export class StrictReader extends ByteReader {
  /** A length-delimited UTF-8 text. Throws RangeError for bytes that are none. */
  override text(): string {
    const bytes = this.view();
    if (!isUtf8(bytes)) throw new RangeError(`the text before ${this.position} is not UTF-8`);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }

  /** Skips a field that is not known. Throws RangeError for one that no encoder writes. */
  override skip(tag: number): void {
    if (tag < 8 || tag >= 2 ** 32) throw new RangeError(`${tag} before ${this.position} is no tag`);
    super.skip(tag);
  }
}
