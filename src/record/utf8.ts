/**
 * UTF-8 validation of a range of bytes. protobufjs and others decode invalid UTF-8 without a word,
 * so that two different ids could become one text; here it is refused before anything is stored.
 */
import { isUtf8 } from 'node:buffer';
import { invalidArgument } from '../errors.js';
import type { Cursor } from './cursor.js';

/** Texts up to this length are looked through here; a native call costs more than they do. */
const LOOP_MAX = 256;

/** Whether the bytes from `start` up to `end` are valid UTF-8. */
export function isUtf8Range(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  if (end - start <= LOOP_MAX) {
    while (at < end && bytes[at] < 0x80) at++;
    if (at === end) return true;
  }
  return isUtf8(bytes.subarray(at, end));
}

/** Refuses bytes from `start` up to `end` that are not UTF-8, with INVALID_ARGUMENT on `field`. */
export function checkUtf8(bytes: Uint8Array, start: number, end: number, field: string): void {
  if (isUtf8Range(bytes, start, end)) return;
  throw invalidArgument(field, `${field || 'a text'} is not valid UTF-8; send text in UTF-8 only`);
}

/** Passes a string that must be valid UTF-8, INVALID_ARGUMENT on `field`; returns its start. */
export function readString(cursor: Cursor, field: string): number {
  const end = cursor.valueEnd();
  const start = cursor.position;
  checkUtf8(cursor.bytes, start, end, field);
  cursor.position = end;
  return start;
}
