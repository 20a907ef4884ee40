/**
 * Dates to google.protobuf.Timestamp and back. A Date holds milliseconds: what is finer is cut off
 * when a time is read. Nanos are never negative, before 1970 neither.
 */
import { ProtovecError } from './errors.js';
import type { Timestamp } from './gen/google/protobuf/timestamp.js';

/** Whole seconds since 1970, rounded down. Refuses an invalid date. */
export function secondsOf(date: Date, field: string): number {
  const ms = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw ProtovecError.invalid(field, `${field} is not a valid Date`);
  return Math.floor(ms / 1000);
}

/** Nanoseconds after secondsOf: 0 to 999,000,000. */
export function nanosOf(date: Date): number {
  const ms = date.getTime();
  return (ms - Math.floor(ms / 1000) * 1000) * 1_000_000;
}

/** The generated message of a date. */
export function toTimestamp(date: Date, field: string): Timestamp {
  return { seconds: BigInt(secondsOf(date, field)), nanos: nanosOf(date) };
}

/** The date of seconds and nanos. */
export function dateOf(seconds: number, nanos: number): Date {
  return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
}

/** The date of a generated message; an absent one is the beginning of 1970. */
export function toDate(timestamp: Timestamp | undefined): Date {
  return timestamp === undefined ? new Date(0) : dateOf(Number(timestamp.seconds), timestamp.nanos);
}
