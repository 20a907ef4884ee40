/** Encoded messages as lists of fields, without a schema: what mutations work on. */
import { join, varint } from '../../support/records.js';

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

export interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of a varint its bytes as they came; of bytes what follows the length. */
  readonly value: Uint8Array;
}

/** The fields of a message; undefined when the bytes are none. */
export function parseFields(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tagEnd = endOfVarint(bytes, at);
    if (tagEnd === undefined) return undefined;
    const tag = readVarint(bytes, at, tagEnd);
    const [number, wire] = [Math.floor(tag / 8), tag % 8];
    if (number === 0) return undefined;
    const span = spanOf(bytes, tagEnd, wire);
    if (span === undefined || span.end > bytes.length) return undefined;
    fields.push({ number, wire, value: bytes.subarray(span.start, span.end) });
    at = span.end;
  }
  return fields;
}

export function encodeField({ number, wire, value }: Field): Uint8Array {
  const tag = varint(number * 8 + wire);
  return wire === BYTES ? join(tag, varint(value.length), value) : join(tag, value);
}

function spanOf(bytes: Uint8Array, at: number, wire: number) {
  if (wire === FIXED64) return { start: at, end: at + 8 };
  if (wire === FIXED32) return { start: at, end: at + 4 };
  const end = endOfVarint(bytes, at);
  if (end === undefined) return undefined;
  if (wire === VARINT) return { start: at, end };
  return wire === BYTES ? { start: end, end: end + readVarint(bytes, at, end) } : undefined;
}

function endOfVarint(bytes: Uint8Array, at: number): number | undefined {
  for (let i = at; i < at + 10 && i < bytes.length; i += 1) if (bytes[i] < 0x80) return i + 1;
  return undefined;
}

function readVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i -= 1) value = value * 128 + (bytes[i] & 0x7f);
  return value;
}
