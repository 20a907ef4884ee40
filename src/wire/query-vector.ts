/**
 * The vector of a search while it is decoded: packed chunks and single values in any mix, over any
 * number of occurrences of the message, as protobuf merges them. One chunk costs one copy.
 */
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { BYTES, type Cursor, FIXED32 } from '../record/cursor.js';

const FIELD = 'vector';

export class QueryVector {
  #values = new Float32Array(0);
  #bytes = new Uint8Array(0);
  #byteLength = 0;

  /**
   * Reads the length of a Vector message and takes its values in. `valueless` is told of fields that
   * bring none, of which a message may hold any number.
   */
  read(cursor: Cursor, valueless: () => void): void {
    const { end: requestEnd } = cursor;
    cursor.end = cursor.valueEnd();
    while (cursor.position < cursor.end) {
      const tag = cursor.tag();
      if (tag >>> 3 !== 1) {
        valueless();
        cursor.skip(tag);
        continue;
      }
      const type = tag & 7;
      if (type !== BYTES && type !== FIXED32) throw cursor.wrongType(FIELD, tag, BYTES);
      const end = type === BYTES ? cursor.valueEnd() : cursor.position + 4;
      const start = cursor.fixed(end - cursor.position);
      if ((end - start) % 4 !== 0) {
        throw invalidVector(
          `${FIELD} has a packed chunk of ${end - start} bytes, no multiple of 4`,
        );
      }
      if (start === end) valueless();
      else this.#take(cursor.bytes, start, end);
    }
    cursor.end = requestEnd;
  }

  /** The values in an array of exactly their number. Call it once. */
  finish(): Float32Array {
    const count = this.#byteLength / 4;
    return count === this.#values.length ? this.#values : this.#values.slice(0, count);
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    const to = this.#byteLength;
    const length = to + end - start;
    if (length > limits.dimensionMax * 4) {
      throw invalidVector(`${FIELD} has more than ${limits.dimensionMax} values`);
    }
    if (length > this.#bytes.length) {
      const grown = new Float32Array(to === 0 ? length / 4 : Math.max(length / 2, 64));
      grown.set(this.#values);
      this.#values = grown;
      this.#bytes = new Uint8Array(grown.buffer);
    }
    if (end - start === 4) for (let i = 0; i < 4; i += 1) this.#bytes[to + i] = bytes[start + i];
    else this.#bytes.set(bytes.subarray(start, end), to);
    this.#byteLength = length;
  }
}

function invalidVector(message: string): ProtovecError {
  return new ProtovecError('INVALID_EMBEDDING', message, { field: FIELD });
}
