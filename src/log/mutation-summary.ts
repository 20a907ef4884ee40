/**
 * What a log entry does, in a few words: its payload's commit time, the kind of its effect, how
 * many records or ids it has and which batch of a load it is. The entry's checksums have been
 * verified before.
 */
import { DeleteEffect, IngestMark, MergeEffect } from '../gen/protovec/storage/v1/log.js';
import { Cursor } from '../record/cursor.js';

/**
 * `ingest`: a batch of a load whose records were all refused. `marker`: of an idle moment, without an
 * effect. `unknown`: of a newer version.
 */
export type MutationKind =
  | 'upsert'
  | 'delete'
  | 'clear'
  | 'merge'
  | 'index'
  | 'ingest'
  | 'marker'
  | 'unknown';

export interface MutationSummary {
  kind: MutationKind;
  /** When it was committed; undefined when the payload does not say. */
  time: { seconds: number; nanos: number } | undefined;
  /** Records that it writes, or ids that it deletes; 0 when a staged file holds them. */
  count: number;
  /** The staged file that it refers to; undefined without one. */
  staged: { file: string; sha256: Uint8Array } | undefined;
  /** Key and number of the batch of a load that it is; undefined when it is none. */
  ingest: { key: string; number: number } | undefined;
}

const effects: Readonly<Record<number, MutationKind>> = {
  2: 'upsert',
  3: 'delete',
  4: 'clear',
  5: 'merge',
  6: 'index',
};
const commitTimeField = 1;
const ingestField = 7;

/** Throws ProtovecError INVALID_ARGUMENT when the payload is no message. */
export function summarizeMutation(payload: Uint8Array): MutationSummary {
  const summary: MutationSummary = {
    kind: 'marker',
    time: undefined,
    count: 0,
    staged: undefined,
    ingest: undefined,
  };
  const cursor = new Cursor();
  cursor.open(payload, 0, payload.length);
  while (cursor.position < payload.length) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    if ((tag & 7) !== 2) {
      cursor.skip(tag);
      summary.kind = 'unknown';
      continue;
    }
    const end = cursor.valueEnd();
    const value = payload.subarray(cursor.position, end);
    cursor.position = end;
    if (field === commitTimeField) summary.time = timeOf(value);
    else if (field === ingestField) summarizeMark(value, summary);
    else summarizeEffect(field, value, summary);
  }
  return summary;
}

function summarizeEffect(field: number, value: Uint8Array, summary: MutationSummary): void {
  const kind = effects[field] ?? 'unknown';
  summary.kind = kind;
  if (kind === 'upsert') summary.count = countFields(value);
  else if (kind === 'delete') {
    const { ids, file, sha256 } = DeleteEffect.decode(value);
    summary.count = ids.length;
    if (file !== '') summary.staged = { file, sha256 };
  } else if (kind === 'merge') {
    const { file, sha256 } = MergeEffect.decode(value);
    summary.staged = { file, sha256 };
  }
}

function summarizeMark(value: Uint8Array, summary: MutationSummary): void {
  const { key, number } = IngestMark.decode(value);
  summary.ingest = { key, number: Number(number) };
  if (summary.kind === 'marker') summary.kind = 'ingest';
}

/** Occurrences of field 1 in a message of records. */
function countFields(value: Uint8Array): number {
  const cursor = new Cursor();
  cursor.open(value, 0, value.length);
  let count = 0;
  while (cursor.position < value.length) {
    const tag = cursor.tag();
    cursor.skip(tag);
    if (tag >>> 3 === 1) count += 1;
  }
  return count;
}

function timeOf(value: Uint8Array): { seconds: number; nanos: number } {
  const cursor = new Cursor();
  const time = { seconds: 0, nanos: 0 };
  cursor.open(value, 0, value.length);
  while (cursor.position < value.length) {
    const tag = cursor.tag();
    if ((tag & 7) !== 0) {
      cursor.skip(tag);
      continue;
    }
    cursor.varint64();
    if (tag >>> 3 === 1) time.seconds = cursor.signed();
    else if (tag >>> 3 === 2) time.nanos = cursor.low | 0;
  }
  return time;
}
