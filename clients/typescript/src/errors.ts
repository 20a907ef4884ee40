/**
 * The one error class of the client. Whatever a call fails with is a ProtovecError; anything else
 * that is thrown came from the caller's own iterable, callback or arguments of a wrong type.
 */
import { type ServiceError, status } from '@grpc/grpc-js';
import { decodeErrorDetails, type ErrorDetails, type FieldViolation } from './error-details.js';
import { tlsFailure } from './transport/tls-failure.js';

/** A call that failed, by the server's word or before it was sent. */
export class ProtovecError extends Error {
  override readonly name = 'ProtovecError';
  /** gRPC status code, such as 5. */
  readonly code: number;
  /** Name of the code, such as NOT_FOUND. */
  readonly codeName: string;
  /** Stable reason, such as RECORD_NOT_FOUND. The name of the code when the server gave none. */
  readonly reason: string;
  /** The fields at fault; empty when none is. */
  readonly fieldViolations: readonly FieldViolation[];
  /** The call may succeed when it is repeated after so many milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Facts for programs, such as the file and the offset of damage. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor(code: number, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.codeName = status[code] ?? `CODE_${code}`;
    this.reason = details.reason || this.codeName;
    this.fieldViolations = details.fieldViolations ?? [];
    this.retryAfterMs = details.retryAfterMs;
    this.metadata = details.metadata ?? {};
  }

  /** An argument that the client itself refuses. `field` is its path in proto names. */
  static invalid(field: string, message: string, cause?: unknown): ProtovecError {
    const fieldViolations = [{ field, description: message }];
    return new ProtovecError(status.INVALID_ARGUMENT, message, { fieldViolations, cause });
  }
}

/** What grpc-js reported, with the details that the server attached to it. */
export function fromServiceError(error: ServiceError, signal?: AbortSignal): ProtovecError {
  const encoded = error.metadata?.get('grpc-status-details-bin')[0];
  const details = encoded instanceof Uint8Array ? decodeErrorDetails(encoded) : {};
  const aborted = error.code === status.CANCELLED && signal?.aborted;
  const cause = aborted ? signal.reason : error;
  const message = error.details || error.message;
  const failure = error.code === status.UNAVAILABLE ? tlsFailure(message) : undefined;
  if (failure !== undefined) {
    const reason = failure.certain ? 'TLS_FAILED' : undefined;
    return new ProtovecError(error.code, failure.message, { reason, cause });
  }
  return new ProtovecError(error.code, message, { ...details, cause });
}

/** The error of a call whose signal was aborted before it began. */
export function abortedError(signal: AbortSignal): ProtovecError {
  return new ProtovecError(status.CANCELLED, 'The call was cancelled by its signal', {
    cause: signal.reason,
  });
}
