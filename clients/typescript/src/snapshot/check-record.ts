/**
 * Holds an encoded record to the rules that a server holds it to, so that what was written can be
 * restored and merged. What is checked are the bytes that go to the file.
 */
import { status } from '@grpc/grpc-js';
import { readRecord } from '../codec/decode-record.js';
import type { Metric } from '../collection-info.js';
import { ProtovecError } from '../errors.js';
import type { Metadata } from '../metadata.js';
import { FieldScanner } from './field-scanner.js';
import { Damage, RECORD_BYTES_MAX } from './format.js';
import { StrictReader } from './strict-reader.js';

/** What the embeddings of a snapshot must be. */
export interface RecordRules {
  readonly dimension: number;
  readonly metric: Metric;
}

const ID_BYTES_MAX = 255;
const KEYS_MAX = 256;
const KEY_BYTES_MAX = 255;
const LIST_VALUES_MAX = 1024;
/** create_time, update_time and revision do not count: a server adds them to a record of full length. */
const OWNED_FIELD_MIN = 8;
const OWNED_FIELD_MAX = 10;
/** Bytes that they take at most, as any encoder writes them. */
const OWNED_BYTES_MAX = 64;
/** The largest 32-bit float: squared norms must stay below it, or distances overflow. */
const FLOAT_MAX = 3.4028234663852886e38;
/** About the smallest normal 32-bit float: below it a squared norm has no usable inverse. */
const SQUARED_NORM_MIN = 1.2e-38;
/** The years 1 to 9999, which a Timestamp holds. */
const TIME_MIN = -62_135_596_800_000;
const TIME_MAX = 253_402_300_799_999;

/** Throws INVALID_ARGUMENT or INVALID_EMBEDDING, with the field's path relative to the record. */
export function checkRecord(body: Uint8Array, rules: RecordRules): void {
  const record = parsed(() => readRecord(new StrictReader(body), body.length));
  if (body.length > RECORD_BYTES_MAX) checkLength(body);
  const idBytes = Buffer.byteLength(record.id);
  if (idBytes < 1 || idBytes > ID_BYTES_MAX) {
    const what = `id has ${idBytes} bytes; it has from 1 to ${ID_BYTES_MAX}`;
    throw ProtovecError.invalid('id', what);
  }
  checkEmbedding(record.embedding ?? new Float32Array(0), rules);
  checkMetadata(record.metadata);
  checkTime(record.createTime, 'create_time');
  checkTime(record.updateTime, 'update_time');
}

/** What `parse` makes of bytes that may come from anybody. */
function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof Damage)) throw error;
    const what = `the bytes are no encoded VectorRecord: ${error.message}`;
    throw ProtovecError.invalid('', what, error);
  }
}

function checkLength(body: Uint8Array): void {
  const owned = parsed(() => ownedBytes(body));
  const bytes = body.length - owned;
  if (bytes <= RECORD_BYTES_MAX && owned <= OWNED_BYTES_MAX) return;
  const what = `the record has ${bytes} bytes; the limit is ${RECORD_BYTES_MAX}`;
  throw ProtovecError.invalid('', `${what}: split its content`);
}

/** Bytes of the fields that a server owns. */
function ownedBytes(body: Uint8Array): number {
  const scanner = new FieldScanner();
  let bytes = 0;
  for (let at = 0; at < body.length; at = scanner.valueEnd) {
    scanner.scan(body, at, body.length);
    const isOwned = scanner.number >= OWNED_FIELD_MIN && scanner.number <= OWNED_FIELD_MAX;
    if (isOwned) bytes += scanner.valueEnd - at;
  }
  return bytes;
}

function checkEmbedding(values: Float32Array, { dimension, metric }: RecordRules): void {
  if (values.length !== dimension) {
    const what = `embedding has ${values.length} values but the snapshot's dimension is`;
    throw invalidEmbedding(`${what} ${dimension}`);
  }
  let squaredNorm = 0;
  for (const value of values) squaredNorm += value * value;
  // In 64 bits no sum of squares of finite 32-bit floats overflows.
  if (!Number.isFinite(squaredNorm)) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    throw invalidEmbedding(`embedding[${index}] is ${values[index]}; every value must be finite`);
  }
  const what = `embedding has a squared norm of ${squaredNorm}`;
  if (squaredNorm >= FLOAT_MAX) {
    throw invalidEmbedding(`${what}, which must be below ${FLOAT_MAX}; scale it down`);
  }
  if (metric !== 'cosine' || squaredNorm >= SQUARED_NORM_MIN) return;
  throw invalidEmbedding(
    `${what}, which is no direction to compare by cosine; it must be at least ${SQUARED_NORM_MIN}`,
  );
}

function checkMetadata(metadata: Metadata): void {
  const keys = Object.keys(metadata);
  if (keys.length > KEYS_MAX) {
    const what = `metadata has ${keys.length} keys; it may have ${KEYS_MAX}`;
    throw ProtovecError.invalid('metadata', what);
  }
  for (const key of keys) {
    const bytes = Buffer.byteLength(key);
    if (bytes < 1 || bytes > KEY_BYTES_MAX) {
      const what = `metadata has a key of ${bytes} bytes; a key has 1 to ${KEY_BYTES_MAX}`;
      throw ProtovecError.invalid('metadata', what);
    }
    const value = metadata[key];
    const field = `metadata[${JSON.stringify(key)}]`;
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw ProtovecError.invalid(field, `${field} is not finite`);
    }
    if (Array.isArray(value) && value.length > LIST_VALUES_MAX) {
      const what = `${field} has ${value.length} values; a list has at most ${LIST_VALUES_MAX}`;
      throw ProtovecError.invalid(field, what);
    }
  }
}

function checkTime(time: Date | undefined, field: string): void {
  if (time === undefined) return;
  const ms = time.getTime();
  if (ms >= TIME_MIN && ms <= TIME_MAX) return;
  throw ProtovecError.invalid(field, `${field} is not within the years 1 to 9999`);
}

function invalidEmbedding(message: string): ProtovecError {
  return new ProtovecError(status.INVALID_ARGUMENT, message, {
    reason: 'INVALID_EMBEDDING',
    fieldViolations: [{ field: 'embedding', description: message }],
  });
}
