/** A record that has nothing but one value, encoded, so that a value is asked what a record is. */
import { varintLength } from '../../storage/bytes.js';

const TITLE_TAG = 0x1a;
const EXTENSION_TAG = 0x2a;
const METADATA_TAG = 0x3a;
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;
const none = Buffer.alloc(0);

/** `field`: the one that the value is of; a metadata key as its bytes. No value: an empty record. */
export function recordOf(field: 'title' | 'extension' | Buffer, value: Buffer | undefined): Buffer {
  if (value === undefined) return none;
  if (field === 'title') return encoded(TITLE_TAG, value);
  if (field === 'extension') return encoded(EXTENSION_TAG, value);
  return encoded(METADATA_TAG, Buffer.concat([encoded(KEY_TAG, field), encoded(VALUE_TAG, value)]));
}

/** A length-delimited field. */
export function encoded(tag: number, bytes: Uint8Array): Buffer {
  const head = 1 + varintLength(bytes.length);
  const field = Buffer.allocUnsafe(head + bytes.length);
  field[0] = tag;
  let rest = bytes.length;
  for (let at = 1; at < head; at++) {
    field[at] = at === head - 1 ? rest : (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  field.set(bytes, head);
  return field;
}
