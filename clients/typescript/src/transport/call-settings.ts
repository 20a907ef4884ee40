/** Deadlines, headers and signals of a call, in the form that grpc-js takes. */
import { type CallOptions as GrpcOptions, Metadata } from '@grpc/grpc-js';
import { abortedError, ProtovecError } from '../errors.js';
import type { CallOptions } from '../options.js';

/** Everything that grpc-js is told about a call. */
export interface CallSettings {
  metadata: Metadata;
  options: Partial<GrpcOptions>;
}

/**
 * The settings of a call that begins now. `timeoutMs` is used when the call sets none, and so is
 * `authorization`, the header.
 * Throws CANCELLED when the signal is aborted already, INVALID_ARGUMENT for a bad timeout or header.
 */
export function callSettings(
  call: CallOptions,
  timeoutMs: number,
  authorization?: string,
): CallSettings {
  if (call.signal?.aborted) throw abortedError(call.signal);
  const options: Partial<GrpcOptions> = {};
  const timeout = checkTimeout(call.timeoutMs ?? timeoutMs);
  if (timeout > 0 && timeout < Number.POSITIVE_INFINITY) options.deadline = Date.now() + timeout;
  return { metadata: headers(call.metadata, authorization), options };
}

/** Refuses what is no number of milliseconds. */
export function checkTimeout(timeoutMs: number): number {
  if (timeoutMs >= 0) return timeoutMs;
  const message = `timeoutMs is ${timeoutMs}; it is a number of milliseconds, 0 for none`;
  throw ProtovecError.invalid('timeoutMs', message);
}

/** Cancels a call when the signal is aborted. Returns what ends the listening. */
export function cancelOnAbort(signal: AbortSignal | undefined, cancel: () => void): () => void {
  if (signal === undefined) return () => {};
  signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
}

function headers(
  entries: Readonly<Record<string, string>> | undefined,
  authorization: string | undefined,
): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(entries ?? {})) {
    try {
      metadata.add(key, value);
    } catch {
      // grpc-js repeats the value in its message, and the value may be a secret.
      const message =
        `The header ${JSON.stringify(key)} cannot be sent: names are lower-case letters, digits, ` +
        "'-', '_' and '.', values printable ASCII";
      throw ProtovecError.invalid('metadata', message);
    }
  }
  if (authorization !== undefined && metadata.get('authorization').length === 0) {
    metadata.set('authorization', authorization);
  }
  return metadata;
}
