/**
 * Writes a metadata entry anew that has several keys, values or kinds, so that every decoder reads
 * it alike: the last key, and of the values the last one that has a kind, with its last kind only.
 * Such entries are legal and next to never seen: this is the one place of the record codec where
 * clarity goes before speed. It takes only entries that MetadataScan has checked.
 */
import type { ByteWriter } from '../storage/bytes.js';
import { Cursor } from './cursor.js';

/** Highest field number of MetadataValue's kinds. */
const KIND_MAX = 5;
/** Tags of VectorRecord.metadata, and of an entry's key and value. */
const ENTRY_TAG = 0x3a;
const KEY_TAG = 0x0a;
const VALUE_TAG = 0x12;

/** A field, tag included, or a value: from the first number up to the second. */
type Range = readonly [number, number];

/** Appends the entry whose payload is from `start` up to `end`, with its tag and length. */
export function appendEntry(bytes: Uint8Array, start: number, end: number, out: ByteWriter): void {
  const cursor = new Cursor();
  cursor.open(bytes, start, end);
  let key: Range = [start, start];
  let value: Range = [start, start];
  let kind: Range = [start, start];
  while (cursor.position < end) {
    const tag = cursor.tag();
    if (tag === KEY_TAG) {
      const to = cursor.valueEnd();
      key = [cursor.position, to];
      cursor.position = to;
    } else if (tag === VALUE_TAG) {
      const to = cursor.valueEnd();
      const last = lastKind(bytes, cursor.position, to);
      if (last !== undefined) {
        value = [cursor.position, to];
        kind = last;
      }
      cursor.position = to;
    } else cursor.skip(tag);
  }
  out.byte(ENTRY_TAG);
  const from = out.length;
  out.byte(KEY_TAG);
  out.varint(key[1] - key[0]);
  out.copy(bytes, key[0], key[1]);
  out.byte(VALUE_TAG);
  const valueFrom = out.length;
  appendValue(bytes, value, kind, out);
  out.prefixLength(valueFrom);
  out.prefixLength(from);
}

/** The last field of a MetadataValue that sets its kind. */
function lastKind(bytes: Uint8Array, start: number, end: number): Range | undefined {
  const cursor = new Cursor();
  cursor.open(bytes, start, end);
  let last: Range | undefined;
  while (cursor.position < end) {
    const from = cursor.position;
    const tag = cursor.tag();
    cursor.skip(tag);
    if (tag >>> 3 <= KIND_MAX) last = [from, cursor.position];
  }
  return last;
}

/** Appends the fields of a MetadataValue; of those that set its kind only `kind`. */
function appendValue(bytes: Uint8Array, value: Range, kind: Range, out: ByteWriter): void {
  const cursor = new Cursor();
  cursor.open(bytes, value[0], value[1]);
  while (cursor.position < value[1]) {
    const from = cursor.position;
    const tag = cursor.tag();
    cursor.skip(tag);
    if (tag >>> 3 > KIND_MAX || from === kind[0]) out.copy(bytes, from, cursor.position);
  }
}
