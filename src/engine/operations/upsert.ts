/** UpsertRecord and BatchUpsertRecords. */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { refusalOfAll, type UpsertOutcome } from '../../collection/writes/upsert-write.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import { WriteOutcome } from '../../gen/protovec/v1/record.js';
import {
  BatchUpsertRecordsResponse,
  UpsertRecordResponse,
} from '../../gen/protovec/v1/record_service.js';
import { limits } from '../../limits.js';
import { peekString } from '../../record/peek.js';
import { ID_END, ID_START, RecordBatch, TABLE_STRIDE } from '../../record/record-batch.js';
import { uuidv7 } from '../../record/uuid.js';
import { recordError } from '../../wire/record-error.js';
import { decodeWriteRequest } from '../../wire/write-request.js';
import type { CallContext, Operations } from '../operation.js';

/** Room in a batch for what splicing may add to a record. */
const SLACK_BYTES = 64;
const ID_FIELD = 1;

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

/** The id of a record that was refused; empty when it cannot be read. */
export function peekId(request: Uint8Array, start: number, end: number): string {
  try {
    return peekString(request.subarray(start, end), ID_FIELD);
  } catch {
    return '';
  }
}

/** The id of a row of a batch. */
export function idOf(batch: RecordBatch, row: number): string {
  const at = row * TABLE_STRIDE;
  const id = batch.bytes.subarray(batch.table[at + ID_START], batch.table[at + ID_END]);
  return Buffer.from(id).toString('utf8');
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
  const batch = new RecordBatch(request.length + SLACK_BYTES, 1);
  try {
    const assignId = Buffer.from(uuidv7(), 'latin1');
    batch.add(request, records[0], records[1], collection.state.config, { assignId });
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
  const { batch, positions, refused } = collect(collection, request, records);
  const allOrNothing = option !== undefined && option !== 0;
  if (allOrNothing && refused.size > 0) throw refusalOfAll(refused, count);
  const options = { mode, allOrNothing };
  const outcome =
    batch.count === 0 ? undefined : await collection.upsert(batch, options, call.signal);
  return batchResponse(request, records, { batch, positions, refused }, outcome);
}

/** The good records of a request as a batch, and the others. */
interface Collected {
  readonly batch: RecordBatch;
  /** Position in the request of each row of the batch. */
  readonly positions: readonly number[];
  /** Why a record was refused, by its position. */
  readonly refused: ReadonlyMap<number, ProtovecError>;
}

/** Validates the records of a request one by one. */
function collect(
  collection: Collection,
  request: Uint8Array,
  records: readonly number[],
): Collected {
  const batch = new RecordBatch(request.length + SLACK_BYTES, records.length / 2);
  const positions: number[] = [];
  const refused = new Map<number, ProtovecError>();
  for (let i = 0; i < records.length; i += 2) {
    try {
      batch.add(request, records[i], records[i + 1], collection.state.config);
      positions.push(i / 2);
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      refused.set(i / 2, error);
    }
  }
  return { batch, positions, refused };
}

function batchResponse(
  request: Uint8Array,
  records: readonly number[],
  { batch, positions, refused }: Collected,
  outcome: UpsertOutcome | undefined,
): Uint8Array {
  const results = Array.from({ length: records.length / 2 }, () => ({
    id: '',
    outcome: WriteOutcome.FAILED,
    error: undefined as ReturnType<typeof recordError> | undefined,
  }));
  for (const [position, error] of refused) {
    const id = peekId(request, records[position * 2], records[position * 2 + 1]);
    results[position].id = id;
    results[position].error = recordError(error, position, position, id);
  }
  for (const [row, position] of positions.entries()) {
    const result = results[position];
    result.id = idOf(batch, row);
    const refusal = outcome?.refused.get(row);
    if (refusal !== undefined) result.error = recordError(refusal, position, position, result.id);
    else result.outcome = outcome?.created[row] === 1 ? WriteOutcome.CREATED : WriteOutcome.UPDATED;
  }
  const { sequence, durable } = outcome ?? { sequence: 0, durable: false };
  const response = { results, sequence: BigInt(sequence), durable };
  return BatchUpsertRecordsResponse.encode(
    BatchUpsertRecordsResponse.fromPartial(response),
  ).finish();
}
