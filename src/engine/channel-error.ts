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

function carry(error: unknown): Carried {
  if (error instanceof ProtovecError) return { known: error.toData() };
  if (!(error instanceof Error)) return { bug: { message: String(error), stack: String(error) } };
  const causes = error.cause === undefined ? '' : `\ncaused by: ${describe(error.cause)}`;
  return { bug: { message: error.message, stack: describe(error) + causes } };
}

function describe(value: unknown): string {
  return value instanceof Error ? (value.stack ?? String(value)) : String(value);
}
