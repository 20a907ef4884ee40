/**
 * BatchUpsertRecords over any number of records: as many calls as bytes and the server's limit of
 * records require, one after the other, so that of two records with one id the later one stays.
 */
import { status } from '@grpc/grpc-js';
import { ByteWriter } from './codec/byte-writer.js';
import type { UpsertManyOptions } from './collection-options.js';
import { ProtovecError } from './errors.js';
import {
  BatchUpsertRecordsRequest,
  RecordServiceService,
} from './gen/protovec/v1/record_service.js';
import type { VectorRecord } from './record.js';
import { addRecord, MESSAGE_RECORDS_MAX } from './record-message.js';
import { encoded } from './transport/method.js';
import type { Transport } from './transport/transport.js';
import { fromRecordResult, type RecordResult, toWriteMode } from './write-result.js';

const REQUEST_BYTES = 4 * 1024 * 1024;
const RECORDS_TAG = 0x12;
const batchUpsert = encoded(RecordServiceService.batchUpsertRecords);

/**
 * Writes the records and returns a result for each, in order. The deadline is that of each call.
 * A call that fails leaves what earlier ones wrote; its error says how many records that is.
 */
export async function upsertMany(
  transport: Transport,
  collection: string,
  records: readonly VectorRecord[],
  options: UpsertManyOptions,
): Promise<RecordResult[]> {
  const allOrNothing = options.allOrNothing ?? false;
  const header = BatchUpsertRecordsRequest.encode({
    collection,
    records: [],
    writeMode: toWriteMode(options.mode),
    allOrNothing,
  }).finish();
  const results: RecordResult[] = [];
  const writer = new ByteWriter(64 * 1024);
  while (results.length < records.length) {
    const start = results.length;
    writer.reset();
    writer.raw(header);
    try {
      const end = packRecords(writer, records, start, allOrNothing);
      const response = await transport.unary(batchUpsert, writer.finish(), options);
      checkCount(response.results.length, end - start);
      for (const result of response.results) results.push(fromRecordResult(result, start));
    } catch (error) {
      throw start === 0 ? error : partly(error, start, records.length);
    }
  }
  return results;
}

/** Writes records from `start` on until the request is full; returns where the next one starts. */
function packRecords(
  writer: ByteWriter,
  records: readonly VectorRecord[],
  start: number,
  all: boolean,
): number {
  const end = all ? records.length : Math.min(records.length, start + MESSAGE_RECORDS_MAX);
  for (let index = start; index < end; index++) {
    if (!all && writer.length >= REQUEST_BYTES) return index;
    addRecord(writer, RECORDS_TAG, records[index], index);
  }
  return end;
}

function checkCount(results: number, records: number): void {
  if (results === records) return;
  const message = `The server sent ${results} results for ${records} records`;
  throw new ProtovecError(status.INTERNAL, message);
}

function partly(error: unknown, written: number, total: number): unknown {
  if (!(error instanceof ProtovecError)) return error;
  const message = `${error.message} (after ${written} of ${total} records had been answered)`;
  return new ProtovecError(error.code, message, {
    reason: error.reason,
    fieldViolations: [...error.fieldViolations],
    retryAfterMs: error.retryAfterMs,
    metadata: { ...error.metadata, answeredRecords: String(written) },
    cause: error,
  });
}
