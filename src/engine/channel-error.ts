/**
 * Errors on their way from a worker to the main thread. A ProtovecError arrives as one; anything
 * else is a bug and arrives as an Error with its stack, for the log and never for the caller.
 */

import { type ErrorData, ProtovecError } from '../errors.js';

type Carried = { known: ErrorData } | { bug: { message: string; stack: string } };

/** The payload of an error frame. */
export function encodeError(error: unknown): Buffer {
  return Buffer.from(JSON.stringify(carry(error)));
}

/** The error of an error frame. */
export function decodeError(payload: Uint8Array): Error {
  const carried = JSON.parse(Buffer.from(payload).toString()) as Carried;
  if ('known' in carried) return ProtovecError.fromData(carried.known);
  const error = new Error(carried.bug.message);
  error.stack = carried.bug.stack;
  return error;
}

/** More than callers are shown of a text; one of megabytes would hold up the main thread. */
const TEXT_LENGTH_MAX = 2_048;

function carry(error: unknown): Carried {
  if (error instanceof ProtovecError) return { known: shortened(error.toData()) };
  if (!(error instanceof Error)) return { bug: { message: String(error), stack: String(error) } };
  const causes = error.cause === undefined ? '' : `\ncaused by: ${describe(error.cause)}`;
  return { bug: { message: error.message, stack: describe(error) + causes } };
}

function shortened(data: ErrorData): ErrorData {
  const cut = (text: string): string => text.slice(0, TEXT_LENGTH_MAX);
  const violations = data.violations.map(({ field, description }) => {
    return { field: cut(field), description: cut(description) };
  });
  const metadata = Object.entries(data.metadata).map(([key, value]) => [key, cut(value)]);
  const message = cut(data.message);
  return { ...data, message, violations, metadata: Object.fromEntries(metadata) };
}

function describe(value: unknown): string {
  return value instanceof Error ? (value.stack ?? String(value)) : String(value);
}
