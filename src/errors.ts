/**
 * The one error class of Protovec. Every failure that a caller may see is thrown as a
 * ProtovecError; anything else that is thrown is a bug and reaches callers as INTERNAL with an id.
 * This file imports nothing; wire/status.ts turns reasons into gRPC statuses.
 */

/** Stable reasons, sent in google.rpc.ErrorInfo. Never renamed. */
export type Reason =
  | 'INVALID_ARGUMENT'
  | 'INVALID_EMBEDDING'
  | 'SERIALIZATION_ERROR'
  | 'RECORD_NOT_FOUND'
  | 'COLLECTION_NOT_FOUND'
  | 'SNAPSHOT_NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'REVISION_MISMATCH'
  | 'INCOMPATIBLE_SNAPSHOT'
  | 'INDEX_BUILDING'
  | 'KEY_EXPIRED'
  | 'INGEST_TAKEN_OVER'
  | 'INVALID_KEY'
  | 'SCOPE_MISSING'
  | 'EMBEDDER_MISSING'
  | 'EMBEDDING_MODEL_MISMATCH'
  | 'OVERLOADED'
  | 'STORAGE_FULL'
  | 'STORAGE_FAILED'
  | 'RESPONSE_TOO_LARGE'
  | 'TOO_MANY_VALUES'
  | 'STORAGE_CORRUPTED'
  | 'LOG_LATCHED'
  | 'EMBEDDER_FAILED'
  | 'ENGINE_RESTARTING'
  | 'SHUTTING_DOWN'
  | 'CANCELLED'
  | 'DEADLINE_EXCEEDED'
  | 'INTERNAL';

/** One field at fault. */
export interface FieldViolation {
  /** Path from the request, in proto names: `records[3].embedding`. */
  field: string;
  /** What is wrong with it and what would be right. */
  description: string;
}

/** What may be said about an error besides its reason and message. */
export interface ErrorDetails {
  /** Path of the one field at fault; shorthand for one violation with the message as description. */
  field?: string;
  violations?: FieldViolation[];
  /** The call may succeed when it is repeated after so many milliseconds. */
  retryAfterMs?: number;
  /** Facts for programs, such as the file and the offset of damage. */
  metadata?: Record<string, string>;
  cause?: unknown;
}

/** The plain form in which an error crosses threads. */
export interface ErrorData {
  reason: Reason;
  message: string;
  violations: FieldViolation[];
  retryAfterMs: number | undefined;
  metadata: Record<string, string>;
}

export class ProtovecError extends Error {
  override readonly name = 'ProtovecError';
  readonly reason: Reason;
  readonly violations: FieldViolation[];
  readonly retryAfterMs: number | undefined;
  readonly metadata: Record<string, string>;

  constructor(reason: Reason, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.violations =
      details.violations ??
      (details.field === undefined ? [] : [{ field: details.field, description: message }]);
    this.retryAfterMs = details.retryAfterMs;
    this.metadata = details.metadata ?? {};
  }

  /** The field of the first violation; empty when no field is at fault. */
  get field(): string {
    return this.violations[0]?.field ?? '';
  }

  toData(): ErrorData {
    const { reason, message, violations, retryAfterMs, metadata } = this;
    return { reason, message, violations, retryAfterMs, metadata };
  }

  static fromData(data: ErrorData): ProtovecError {
    const { reason, message, violations, metadata } = data;
    const details: ErrorDetails = { violations, metadata };
    if (data.retryAfterMs !== undefined) details.retryAfterMs = data.retryAfterMs;
    return new ProtovecError(reason, message, details);
  }

  /** The same error with `prefix` before the path of every field: `embedding` -> `record.embedding`. */
  within(prefix: string): ProtovecError {
    const violations = this.violations.map((v) => ({
      field: v.field === '' ? prefix : `${prefix}.${v.field}`,
      description: v.description,
    }));
    return ProtovecError.fromData({ ...this.toData(), violations });
  }
}

/** A bad field of a request. `field` is its path in proto names. */
export function invalidArgument(field: string, message: string): ProtovecError {
  return new ProtovecError('INVALID_ARGUMENT', message, { field });
}
