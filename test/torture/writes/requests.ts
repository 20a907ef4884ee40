/** Requests that write. Those of UpsertRecord, BatchUpsertRecords and BatchInsert look the same. */

import { MergePolicy } from '../../../src/gen/protovec/v1/merge.js';
import { BatchDeleteRecordsRequest } from '../../../src/gen/protovec/v1/record_service.js';
import { MergeRecordsRequest } from '../../../src/gen/protovec/v1/snapshot_service.js';
import { ByteWriter } from '../../../src/storage/bytes.js';
import { bodyOf, collection, type Row } from './records.js';

const COLLECTION_TAG = 0x0a;
const RECORD_TAG = 0x12;
/** RecordBatch.records, and MergeRecordsRequest.batch. */
const BATCH_RECORD_TAG = 0x0a;
const BATCH_TAG = 0x1a;
const ROW_BYTES = 1024;

function addField(out: ByteWriter, tag: number, value: Uint8Array): void {
  out.byte(tag);
  out.varint(value.length);
  out.copy(value, 0, value.length);
}

/** A request that writes rows. */
export function writeRequest(rows: readonly Row[]): Uint8Array {
  const out = new ByteWriter((rows.length + 1) * ROW_BYTES);
  addField(out, COLLECTION_TAG, Buffer.from(collection));
  for (const row of rows) addField(out, RECORD_TAG, bodyOf(row));
  return out.finish();
}

/** A MergeRecords request that replaces what exists. */
export function mergeRequest(rows: readonly Row[]): Uint8Array {
  const request = { collection, policy: MergePolicy.OVERWRITE };
  const head = MergeRecordsRequest.encode(MergeRecordsRequest.fromPartial(request)).finish();
  const batch = new ByteWriter((rows.length + 1) * ROW_BYTES);
  for (const row of rows) addField(batch, BATCH_RECORD_TAG, bodyOf(row));
  const out = new ByteWriter(head.length + batch.length + 16);
  out.copy(head, 0, head.length);
  addField(out, BATCH_TAG, batch.finish());
  return out.finish();
}

/** A BatchDeleteRecords request. */
export function deleteRequest(rows: readonly Row[]): Uint8Array {
  const ids = rows.map(({ id }) => id);
  return BatchDeleteRecordsRequest.encode(
    BatchDeleteRecordsRequest.fromPartial({ collection, ids }),
  ).finish();
}
