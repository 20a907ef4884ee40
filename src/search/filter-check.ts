/** What the operands of filter conditions must satisfy; every refusal names field and limit. */
import { invalidArgument } from '../errors.js';
import type { Timestamp } from '../gen/google/protobuf/timestamp.js';
import type { NumberRange } from '../gen/protovec/v1/filter.js';
import type { Instant } from '../record/timestamp.js';

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of google.protobuf.Timestamp. */
const SECONDS_MIN = -62_135_596_800n;
const SECONDS_MAX = 253_402_300_799n;
const NANOS_MAX = 999_999_999;

/** Refuses what this version does not know: to ignore part of a filter would match too much. */
export function checkKnown(
  message: { _unknownFields?: { [key: number]: Uint8Array[] } | undefined },
  field: string,
): void {
  const [tag] = Object.keys(message._unknownFields ?? {});
  if (tag === undefined) return;
  const hint = 'use a condition of this version of the server';
  throw invalidArgument(field, `field number ${Number(tag) >>> 3} of a filter is unknown: ${hint}`);
}

export function checkText(text: string, field: string): void {
  if (text === '') throw invalidArgument(field, 'the text to look for must not be empty');
}

export function checkCount(values: readonly unknown[], max: number, field: string): void {
  if (values.length <= max) return;
  throw invalidArgument(field, `${values.length} values are more than ${max}: split the request`);
}

export function checkNumberRange(range: NumberRange, field: string): void {
  checkKnown(range, field);
  for (const bound of ['gt', 'gte', 'lt', 'lte'] as const) {
    if (Number.isNaN(range[bound])) {
      throw invalidArgument(`${field}.${bound}`, 'a bound must be a number, not NaN');
    }
  }
}

export function checkInstant(timestamp: Timestamp, field: string): Instant {
  const { seconds, nanos } = timestamp;
  checkKnown(timestamp, field);
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX) {
    const range = `${SECONDS_MIN} to ${SECONDS_MAX}`;
    throw invalidArgument(`${field}.seconds`, `${seconds} is not in the years 1 to 9999: ${range}`);
  }
  if (!(nanos >= 0 && nanos <= NANOS_MAX)) {
    throw invalidArgument(`${field}.nanos`, `${nanos} is not in the range 0 to ${NANOS_MAX}`);
  }
  return { seconds: Number(seconds), nanos };
}
