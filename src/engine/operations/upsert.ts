/** UpsertRecord and BatchUpsertRecords. */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { refusalOfAll } from '../../collection/writes/upsert-write.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import { WriteOutcome } from '../../gen/protovec/v1/record.js';
import { UpsertRecordResponse } from '../../gen/protovec/v1/record_service.js';
import { limits } from '../../limits.js';
import { RecordBatch } from '../../record/record-batch.js';
import { uuidv7 } from '../../record/uuid.js';
import { decodeWriteRequest } from '../../wire/write-request.js';
import { checkEmbeddable, type EmbeddedRanges, embedMissing, writesOf } from '../embed-records.js';
import type { CallContext, Operations } from '../operation.js';
import { type Collected, idOf, RecordResults } from '../record-results.js';

/** Room in a batch for what splicing may add to a record. */
const SLACK_BYTES = 64;

export function upsertOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.RecordService/UpsertRecord': {
      kind: 'unary',
      handle: (request, call) => upsertRecord(registry, request, call),
    },
    '/protovec.v1.RecordService/BatchUpsertRecords': {
      kind: 'unary',
      handle: (request, call) => batchUpsertRecords(registry, request, call),
    },
  };
}

async function upsertRecord(
  registry: Registry,
  request: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const { collection: name, records, mode, option } = decodeWriteRequest(request);
  const collection = registry.get(name);
  if (records.length === 0) throw invalidArgument('record', 'the record is missing');
  if (records.length > 2) throw invalidArgument('record', 'the request has more than one record');
  const embedding = embedMissing(collection, { bytes: request, records }, call, true);
  const ready = embedding instanceof Promise ? await embedding : embedding;
  const { bytes, records: range } = ready;
  const batch = new RecordBatch(bytes.length + SLACK_BYTES, 1);
  try {
    const assignId = Buffer.from(uuidv7(), 'latin1');
    checkEmbeddable(ready, 0);
    batch.add(bytes, range[0], range[1], collection.state.config, { assignId });
  } catch (error) {
    throw error instanceof ProtovecError ? error.within('record') : error;
  }
  const options = { mode, expectedRevision: option };
  const outcome = await collection.upsert(batch, options, call.signal);
  const [refusal] = outcome.refused.values();
  if (refusal !== undefined) {
    throw refusal.field === 'id' ? refusal.within('record') : refusal;
  }
  const response = UpsertRecordResponse.fromPartial({
    id: idOf(batch, 0),
    outcome: outcome.created[0] === 1 ? WriteOutcome.CREATED : WriteOutcome.UPDATED,
    sequence: BigInt(outcome.sequence),
    durable: outcome.durable,
    updateTime: { seconds: BigInt(outcome.seconds), nanos: outcome.nanos },
  });
  return UpsertRecordResponse.encode(response).finish();
}

async function batchUpsertRecords(
  registry: Registry,
  request: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const { collection: name, records, mode, option } = decodeWriteRequest(request);
  const collection = registry.get(name);
  const count = records.length / 2;
  if (count === 0 || count > limits.batchRecordsMax) {
    const message = `a batch has 1 to ${limits.batchRecordsMax} records, this one has ${count}`;
    throw invalidArgument('records', message);
  }
  const allOrNothing = option !== undefined && option !== 0;
  const writes = writesOf(collection, request, records);
  if (allOrNothing && writes.length > 1) throw tooLargeTogether(count);
  const results = new RecordResults(request, records);
  for (const write of writes) {
    const first = results.length;
    try {
      const embedding = embedMissing(collection, write, call);
      const ready = embedding instanceof Promise ? await embedding : embedding;
      const { batch, positions, refused } = collect(collection, ready);
      if (allOrNothing && refused.size > 0) throw refusalOfAll(refused, count);
      const options = { mode, allOrNothing };
      const outcome =
        batch.count === 0 ? undefined : await collection.upsert(batch, options, call.signal);
      results.add({ batch, positions, refused }, outcome);
    } catch (error) {
      throw first === 0 ? error : partly(error, first, count);
    }
  }
  return results.encode();
}

/** Validates the records of a write one by one. */
function collect(collection: Collection, ranges: EmbeddedRanges): Collected {
  const { bytes, records } = ranges;
  const batch = new RecordBatch(bytes.length + SLACK_BYTES, records.length / 2);
  const positions: number[] = [];
  const refused = new Map<number, ProtovecError>();
  for (let position = 0; position < records.length / 2; position += 1) {
    try {
      checkEmbeddable(ranges, position);
      batch.add(bytes, records[2 * position], records[2 * position + 1], collection.state.config);
      positions.push(position);
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      refused.set(position, error);
    }
  }
  return { batch, positions, refused };
}

function tooLargeTogether(count: number): ProtovecError {
  const most = limits.embeddedBatchBytesMax;
  const message =
    `${count} records have more than ${most} bytes together with the embeddings that are made for ` +
    'them, too many for one write; send fewer, or leave all_or_nothing out';
  return invalidArgument('records', message);
}

/** The error of a request that became several writes, of which the first ones succeeded. */
function partly(error: unknown, first: number, count: number): unknown {
  if (!(error instanceof ProtovecError)) return error;
  const message = `${error.message} (the first ${first} of ${count} records were written before)`;
  return ProtovecError.fromData({ ...error.toData(), message });
}
