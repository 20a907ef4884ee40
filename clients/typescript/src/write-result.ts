/**
 * What writes answer, and the conversions from the generated messages. Counts and sequences are
 * numbers: the server keeps both below 2^53.
 */
import { ProtovecError } from './errors.js';
import {
  type RecordError as ProtoRecordError,
  type RecordResult as ProtoRecordResult,
  WriteMode as ProtoWriteMode,
  WriteOutcome,
} from './gen/protovec/v1/record.js';
import type {
  BatchInsertResponse,
  UpsertRecordResponse,
} from './gen/protovec/v1/record_service.js';
import { toDate } from './timestamp.js';

/** What a write does when the record exists, or does not. `upsert` creates or replaces it whole. */
export type WriteMode = 'upsert' | 'insert' | 'update';

/** What `upsert` did. */
export interface UpsertResult {
  id: string;
  outcome: 'created' | 'updated';
  /** Log sequence of the write: the record's revision. */
  sequence: number;
  /** Whether the write is on stable storage. */
  durable: boolean;
  updateTime: Date;
}

/** Why one record of a batch or a stream was refused. */
export interface RecordError {
  /** Position in the records that were given, from 0. */
  index: number;
  /** Empty when it could not be read. */
  id: string;
  /** gRPC status code that a single write of this record would have got. */
  code: number;
  /** Stable reason, such as INVALID_EMBEDDING. */
  reason: string;
  /** What is wrong, for people. */
  message: string;
  /** Path of the field at fault, such as `records[3].embedding`. */
  field: string;
}

/** What became of one record of `upsertMany`. */
export interface RecordResult {
  id: string;
  outcome: 'created' | 'updated' | 'failed';
  /** Present when the outcome is `failed`. */
  error?: RecordError;
}

/** How far a stream has come: what was handed to the connection, not what is durable. */
export interface InsertProgress {
  /** Records sent so far. */
  sent: number;
  /** Bytes sent so far. */
  bytes: number;
}

/** What `insertMany` did. */
export interface InsertResult {
  created: number;
  updated: number;
  failed: number;
  /** The first 1,000 refusals. */
  errors: RecordError[];
  /** Log sequence of the last message. 0 when nothing was written. */
  sequence: number;
  /** Whether everything that is counted is on stable storage. */
  durable: boolean;
}

const modes = {
  upsert: ProtoWriteMode.UPSERT,
  insert: ProtoWriteMode.INSERT,
  update: ProtoWriteMode.UPDATE,
} as const;

/** The generated write mode. Absent: upsert, the server's default. */
export function toWriteMode(mode: WriteMode | undefined): ProtoWriteMode {
  if (mode === undefined) return ProtoWriteMode.UNSPECIFIED;
  if (!Object.hasOwn(modes, mode)) {
    throw ProtovecError.invalid(
      'write_mode',
      `mode is '${mode}'; use 'upsert', 'insert' or 'update'`,
    );
  }
  return modes[mode];
}

/** The outcome of one write as a word. */
function fromOutcome(outcome: WriteOutcome): 'created' | 'updated' | 'failed' {
  if (outcome === WriteOutcome.CREATED) return 'created';
  return outcome === WriteOutcome.UPDATED ? 'updated' : 'failed';
}

/** What `upsert` did, from its generated message. */
export function fromUpsertResponse(response: UpsertRecordResponse): UpsertResult {
  return {
    id: response.id,
    outcome: fromOutcome(response.outcome) === 'created' ? 'created' : 'updated',
    sequence: Number(response.sequence),
    durable: response.durable,
    updateTime: toDate(response.updateTime),
  };
}

/** What `insertMany` did, from its generated message. */
export function fromInsertResponse(response: BatchInsertResponse): InsertResult {
  return {
    created: Number(response.createdCount),
    updated: Number(response.updatedCount),
    failed: Number(response.failedCount),
    errors: response.errors.map((error) => fromRecordError(error)),
    sequence: Number(response.sequence),
    durable: response.durable,
  };
}

/** `offset` is the position of the request's first record among all records that were given. */
export function fromRecordError(error: ProtoRecordError, offset = 0): RecordError {
  return {
    index: Number(error.index) + offset,
    id: error.id,
    code: error.code,
    reason: error.reason,
    message: error.message,
    field: shiftPath(error.field, offset),
  };
}

/** `offset` as in fromRecordError. */
export function fromRecordResult(result: ProtoRecordResult, offset: number): RecordResult {
  const { id } = result;
  const outcome = fromOutcome(result.outcome);
  return result.error === undefined
    ? { id, outcome }
    : { id, outcome, error: fromRecordError(result.error, offset) };
}

/**
 * `records[3].embedding` of a request that began at record 1000 is `records[1003].embedding`, and so
 * is `batch.records[3].embedding`. Other paths stay as they are.
 */
export function shiftPath(field: string, offset: number): string {
  const place = /^(?:batch\.)?records\[(\d+)\]/;
  return field.replace(place, (_, index) => `records[${Number(index) + offset}]`);
}
