/**
 * The effects of log entries as bytes, and which batch of a load an entry is: fields 2 to 7 of
 * `protovec.storage.v1.Mutation`. What is encoded here for a write is what replay.ts reads back.
 */
import {
  DeleteEffect,
  IndexEffect,
  IngestMark,
  MergeEffect,
} from '../../gen/protovec/storage/v1/log.js';
import type { IndexConfig } from '../../gen/protovec/v1/index.js';
import { ByteWriter } from '../../storage/bytes.js';

const UPSERT_TAG = 0x12;
const DELETE_TAG = 0x1a;
const CLEAR_TAG = 0x22;
const MERGE_TAG = 0x2a;
const INDEX_TAG = 0x32;
const INGEST_TAG = 0x3a;

function head(tag: number, length: number): Uint8Array {
  const writer = new ByteWriter(16);
  writer.byte(tag);
  writer.varint(length);
  return writer.finish();
}

/** The records' encoded fields follow the first piece as they are. */
export function upsertEffect(records: readonly Uint8Array[]): Uint8Array[] {
  const length = records.reduce((sum, piece) => sum + piece.length, 0);
  return [head(UPSERT_TAG, length), ...records];
}

export function deleteEffect(effect: Partial<DeleteEffect>): Uint8Array[] {
  const body = DeleteEffect.encode(DeleteEffect.fromPartial(effect)).finish();
  return [head(DELETE_TAG, body.length), body];
}

export function clearEffect(): Uint8Array[] {
  return [head(CLEAR_TAG, 0)];
}

export function mergeEffect(effect: Partial<MergeEffect>): Uint8Array[] {
  const body = MergeEffect.encode(MergeEffect.fromPartial(effect)).finish();
  return [head(MERGE_TAG, body.length), body];
}

export function indexEffect(config: IndexConfig): Uint8Array[] {
  const body = IndexEffect.encode({ config }).finish();
  return [head(INDEX_TAG, body.length), body];
}

/** Follows the effect of its entry, or stands alone when no record of the batch is written. */
export function ingestMark(mark: IngestMark): Uint8Array[] {
  const body = IngestMark.encode(mark).finish();
  return [head(INGEST_TAG, body.length), body];
}
