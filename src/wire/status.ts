/**
 * The only map from errors to gRPC statuses. What reaches a caller is bounded, so that it fits the
 * trailers that every gRPC library accepts (8 KiB), and never carries anything internal: whatever
 * is not a ProtovecError becomes INTERNAL with an id under which the server has logged it.
 */
import { randomUUID } from 'node:crypto';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { type FieldViolation, ProtovecError, type Reason } from '../errors.js';
import { encodeStatusDetails } from './rich-error.js';

const codes: Record<Reason, status> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  INVALID_EMBEDDING: status.INVALID_ARGUMENT,
  SERIALIZATION_ERROR: status.INVALID_ARGUMENT,
  RECORD_NOT_FOUND: status.NOT_FOUND,
  COLLECTION_NOT_FOUND: status.NOT_FOUND,
  SNAPSHOT_NOT_FOUND: status.NOT_FOUND,
  ALREADY_EXISTS: status.ALREADY_EXISTS,
  REVISION_MISMATCH: status.ABORTED,
  INCOMPATIBLE_SNAPSHOT: status.FAILED_PRECONDITION,
  INDEX_BUILDING: status.FAILED_PRECONDITION,
  KEY_EXPIRED: status.FAILED_PRECONDITION,
  INGEST_TAKEN_OVER: status.ABORTED,
  INVALID_KEY: status.UNAUTHENTICATED,
  SCOPE_MISSING: status.PERMISSION_DENIED,
  EMBEDDER_MISSING: status.FAILED_PRECONDITION,
  EMBEDDING_MODEL_MISMATCH: status.FAILED_PRECONDITION,
  OVERLOADED: status.RESOURCE_EXHAUSTED,
  STORAGE_FULL: status.RESOURCE_EXHAUSTED,
  STORAGE_FAILED: status.UNAVAILABLE,
  RESPONSE_TOO_LARGE: status.RESOURCE_EXHAUSTED,
  TOO_MANY_VALUES: status.RESOURCE_EXHAUSTED,
  STORAGE_CORRUPTED: status.DATA_LOSS,
  LOG_LATCHED: status.UNAVAILABLE,
  EMBEDDER_FAILED: status.UNAVAILABLE,
  ENGINE_RESTARTING: status.UNAVAILABLE,
  SHUTTING_DOWN: status.UNAVAILABLE,
  CANCELLED: status.CANCELLED,
  DEADLINE_EXCEEDED: status.DEADLINE_EXCEEDED,
  INTERNAL: status.INTERNAL,
};

/**
 * Failures that a library is not to repeat at once though their status is UNAVAILABLE: the server has
 * asked the embedding service several times already, and a disk is not mended in seconds.
 */
const notRepeated: ReadonlySet<Reason> = new Set([
  'EMBEDDER_FAILED',
  'STORAGE_FAILED',
  'LOG_LATCHED',
]);

/** Milliseconds until a library may repeat the call; below 0: not at all. */
const PUSHBACK = 'grpc-retry-pushback-ms';

const MESSAGE_BYTES_MAX = 1024;
const TEXT_BYTES_MAX = 512;
/** Violations and metadata together; base64 makes it a third more. */
const DETAILS_BYTES_MAX = 3 * 1024;
const LOG_ID_KEY = 'log_id';

/** The gRPC status code of a reason. */
export function statusOf(reason: Reason): status {
  return codes[reason];
}

/**
 * A failure that no caller may know more about than its id. `logId` is the one under which the
 * server logged the cause; errors made elsewhere, such as in a worker, carry theirs along.
 */
export function internalError(logId: string = randomUUID()): ProtovecError {
  return new ProtovecError('INTERNAL', `internal error ${logId}`, {
    metadata: { [LOG_ID_KEY]: logId },
  });
}

/**
 * What grpc-js sends for `error`: status, message and google.rpc details. `logId` names an
 * unexpected error in the server's log; it is ignored for errors that a caller may understand.
 */
export function toServiceError(error: unknown, logId?: string): ServiceError {
  const known = presentable(error, logId);
  const code = statusOf(known.reason);
  const details = clip(known.message, MESSAGE_BYTES_MAX);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', encodeDetails(known, code, details));
  // What libraries that repeat calls by themselves go by, as programs go by RetryInfo.
  if (notRepeated.has(known.reason)) metadata.set(PUSHBACK, '-1');
  else if (known.retryAfterMs !== undefined) metadata.set(PUSHBACK, String(known.retryAfterMs));
  return Object.assign(new Error(details), { code, details, metadata });
}

function presentable(error: unknown, logId: string | undefined): ProtovecError {
  if (!(error instanceof ProtovecError)) return internalError(logId);
  return error.reason === 'INTERNAL' ? internalError(error.metadata[LOG_ID_KEY] ?? logId) : error;
}

/** The details that fit. Violations that do not are counted in `violations_omitted`. */
function encodeDetails(error: ProtovecError, code: status, message: string): Buffer {
  let room = DETAILS_BYTES_MAX;
  const metadata: Record<string, string> = {};
  for (const [key, value] of Object.entries(error.metadata)) {
    const text = clip(value, TEXT_BYTES_MAX);
    room -= Buffer.byteLength(key) + Buffer.byteLength(text);
    if (room < 0) break;
    metadata[key] = text;
  }
  const violations: FieldViolation[] = [];
  for (const violation of error.violations) {
    const field = clip(violation.field, TEXT_BYTES_MAX);
    const description = clip(violation.description, TEXT_BYTES_MAX);
    room -= Buffer.byteLength(field) + Buffer.byteLength(description) + 16;
    if (room < 0) break;
    violations.push({ field, description });
  }
  const omitted = error.violations.length - violations.length;
  if (omitted > 0) metadata.violations_omitted = String(omitted);
  const { reason, retryAfterMs } = error;
  return encodeStatusDetails({ code, message, reason, metadata, violations, retryAfterMs });
}

/** Well-formed text of at most `max` bytes in UTF-8: a lone surrogate would stop the answer. */
function clip(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= max) return bytes.toString('utf8');
  let end = max - 3;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}…`;
}
