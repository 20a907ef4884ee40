/**
 * google.protobuf.Timestamp as two numbers: seconds since 1970 (a safe integer, negative before)
 * and nanos (0 to 999,999,999, always forward in time). NaN seconds mean that there is none.
 * Dates of JavaScript, which lose what is finer than a millisecond, are made only for `now`.
 */
import { invalidArgument } from '../errors.js';
import { type ByteWriter, varintLength } from '../storage/bytes.js';
import { type Cursor, VARINT } from './cursor.js';

/** An instant. */
export interface Instant {
  seconds: number;
  nanos: number;
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the bounds that protobuf sets. */
const SECONDS_MIN = -62_135_596_800;
const SECONDS_MAX = 253_402_300_799;
const NANOS_MAX = 999_999_999;

const SECONDS_TAG = 0x08;
const NANOS_TAG = 0x10;

/** The present, to the millisecond. */
export function now(): Instant {
  const ms = Date.now();
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 };
}

/** Bytes of an integer field with a one-byte tag; zeros are not written. */
function integerFieldLength(v: number): number {
  if (v === 0) return 0;
  return v < 0 ? 11 : 1 + varintLength(v);
}

/** Appends a Timestamp field whose tag is the one byte `tag`. Nothing when `seconds` is NaN. */
export function writeTimestamp(out: ByteWriter, tag: number, seconds: number, nanos: number): void {
  if (Number.isNaN(seconds)) return;
  out.byte(tag);
  out.byte(integerFieldLength(seconds) + integerFieldLength(nanos));
  if (seconds !== 0) {
    out.byte(SECONDS_TAG);
    out.int64(seconds);
  }
  if (nanos !== 0) {
    out.byte(NANOS_TAG);
    out.varint(nanos);
  }
}

/**
 * Reads the Timestamp between the cursor and `end` into `into`, over what is there: protobuf merges
 * the occurrences of a message field. Refuses instants that protobuf does not allow, on `field`.
 */
export function readTimestamp(cursor: Cursor, end: number, field: string, into: Instant): void {
  const outerEnd = cursor.end;
  cursor.end = end;
  if (Number.isNaN(into.seconds)) {
    into.seconds = 0;
    into.nanos = 0;
  }
  while (cursor.position < end) {
    const tag = cursor.tag();
    if (tag === SECONDS_TAG) {
      cursor.varint64();
      into.seconds = cursor.signed();
    } else if (tag === NANOS_TAG) {
      cursor.varint64();
      into.nanos = cursor.low | 0;
    } else if (tag >>> 3 === 1 || tag >>> 3 === 2) {
      throw cursor.wrongType(field, tag, VARINT);
    } else {
      cursor.skip(tag);
    }
  }
  cursor.end = outerEnd;
  const { seconds, nanos } = into;
  if (nanos >= 0 && nanos <= NANOS_MAX && seconds >= SECONDS_MIN && seconds <= SECONDS_MAX) return;
  throw invalidArgument(
    field,
    `${field} has ${seconds} seconds and ${nanos} nanos; seconds must be from ${SECONDS_MIN} to ` +
      `${SECONDS_MAX} and nanos from 0 to ${NANOS_MAX}`,
  );
}
