/** Which ends of a call are documented answers to a bad request, and which are bugs. */
import { status } from '@grpc/grpc-js';
import type { Reason } from '../../../src/errors.js';
import { statusOf } from '../../../src/wire/status.js';
import type { Ended } from './attacker.js';

/** What is wrong with a request, or with what it is about. */
const reasons: readonly Reason[] = [
  'INVALID_ARGUMENT',
  'INVALID_EMBEDDING',
  'SERIALIZATION_ERROR',
  'RECORD_NOT_FOUND',
  'COLLECTION_NOT_FOUND',
  'SNAPSHOT_NOT_FOUND',
  'ALREADY_EXISTS',
  'REVISION_MISMATCH',
  'INCOMPATIBLE_SNAPSHOT',
  'INDEX_BUILDING',
  'KEY_EXPIRED',
  'INGEST_TAKEN_OVER',
  'EMBEDDER_MISSING',
  'EMBEDDING_MODEL_MISMATCH',
  'OVERLOADED',
  'RESPONSE_TOO_LARGE',
  'TOO_MANY_VALUES',
];
const documented = new Set(reasons.map((reason) => `${statusOf(reason)} ${reason}`));

/** Of the standard services, whose errors have no reason. */
const standardCodes = [status.OK, status.INVALID_ARGUMENT, status.NOT_FOUND];

/** What is wrong with an end; undefined for one that the documentation allows. */
export function problemOf(path: string, { code, reason, message }: Ended): string | undefined {
  if (code === status.OK) return undefined;
  if (documented.has(`${code} ${reason}`)) return undefined;
  // What drops or restores the collection's index meanwhile ends its build so.
  if (path.endsWith('/BuildIndex') && code === status.CANCELLED) return undefined;
  // grpc-js refuses a message over the receive limit by itself, without a reason.
  if (code === status.RESOURCE_EXHAUSTED && /larger than max/i.test(message)) return undefined;
  if (path.startsWith('/grpc.') && standardCodes.includes(code)) return undefined;
  return `${path} ended with ${status[code]} ${reason}: ${message}`;
}
