/** Requests that write. Those of UpsertRecord, BatchUpsertRecords and BatchInsert look the same. */
import { BatchDeleteRecordsRequest } from '../../../src/gen/protovec/v1/record_service.js';
import { ByteWriter } from '../../../src/storage/bytes.js';
import { bodyOf, collection, type Row } from './records.js';

const COLLECTION_TAG = 0x0a;
const RECORD_TAG = 0x12;
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

/** A BatchDeleteRecords request. */
export function deleteRequest(rows: readonly Row[]): Uint8Array {
  const ids = rows.map(({ id }) => id);
  return BatchDeleteRecordsRequest.encode(
    BatchDeleteRecordsRequest.fromPartial({ collection, ids }),
  ).finish();
}
