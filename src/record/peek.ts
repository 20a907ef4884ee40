/**
 * A look at the top-level fields of any message without decoding it: enough to route a request by
 * a name and to walk the records of a batch. The bytes are a client's: every offset is checked.
 */
import { limits } from '../limits.js';
import { BYTES, Cursor } from './cursor.js';
import { checkUtf8 } from './utf8.js';

/** VectorRecord.id. */
const ID = 1;

/**
 * Calls `visit` with the range of each value of the length-delimited field `fieldNumber` at the top
 * level of the message from `start` up to `end`, in order. Values are not copied. Throws
 * ProtovecError INVALID_ARGUMENT when the bytes are no protobuf, the field has another wire type or
 * there are more fields than a request may have; what was visited before has been visited.
 */
export function forEachField(
  bytes: Uint8Array,
  start: number,
  end: number,
  fieldNumber: number,
  visit: (valueStart: number, valueEnd: number) => void,
): void {
  const cursor = new Cursor();
  cursor.open(bytes, start, end, limits.requestFieldsMax);
  while (cursor.position < end) {
    const tag = cursor.tag();
    if (tag >>> 3 !== fieldNumber) {
      cursor.skip(tag);
      continue;
    }
    if ((tag & 7) !== BYTES) throw cursor.wrongType('', tag, BYTES);
    const valueEnd = cursor.valueEnd();
    const valueStart = cursor.position;
    cursor.position = valueEnd;
    visit(valueStart, valueEnd);
  }
}

/**
 * The last occurrence of the top-level string field `fieldNumber`, not copied and not looked into;
 * empty when there is none. Throws ProtovecError INVALID_ARGUMENT as `forEachField` does.
 */
export function peekText(bytes: Uint8Array, fieldNumber: number): Buffer {
  const cursor = new Cursor();
  let from = 0;
  let to = 0;
  cursor.open(bytes, 0, bytes.length, limits.requestFieldsMax);
  while (cursor.position < bytes.length) {
    const tag = cursor.tag();
    if (tag >>> 3 !== fieldNumber) {
      cursor.skip(tag);
      continue;
    }
    if ((tag & 7) !== BYTES) throw cursor.wrongType('', tag, BYTES);
    to = cursor.valueEnd();
    from = cursor.position;
    cursor.position = to;
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
}

/** The text that `peekText` finds. Throws INVALID_ARGUMENT as it does, and for invalid UTF-8. */
export function peekString(bytes: Uint8Array, fieldNumber: number): string {
  const text = peekText(bytes, fieldNumber);
  checkUtf8(text, 0, text.length, '');
  return text.toString('utf8');
}

/** A record's id as far as it can be told, for messages about a record that is refused. */
export function readableId(body: Uint8Array): string {
  try {
    return peekString(body, ID).slice(0, limits.idBytesMax);
  } catch {
    return '';
  }
}
