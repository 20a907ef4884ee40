/** Actions that write and delete records. Each draws what it needs, tells the model, and calls. */
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { WriteMode, WriteOutcome } from '../../../src/gen/protovec/v1/record.js';
import {
  BatchDeleteRecordsRequest,
  BatchDeleteRecordsResponse,
  BatchUpsertRecordsRequest,
  BatchUpsertRecordsResponse,
  ClearRecordsRequest,
  ClearRecordsResponse,
  DeleteRecordRequest,
  DeleteRecordResponse,
  UpsertRecordRequest,
  UpsertRecordResponse,
} from '../../../src/gen/protovec/v1/record_service.js';
import type { Random } from '../../support/random.js';
import { anyRecord, GROUPS, groupOf, type Wanted, wantedOf } from './records.js';
import type { Run } from './run.js';

/** A writer of its own: no two touch the same ids. */
export interface Lane {
  readonly collection: string;
  readonly ids: readonly string[];
}

const BATCH_RECORDS_MAX = 6;
const MODES = [WriteMode.UPSERT, WriteMode.UPSERT, WriteMode.INSERT, WriteMode.UPDATE];

export async function upsertRecord(run: Run, random: Random, lane: Lane): Promise<void> {
  const { collection, ids } = lane;
  const { records } = run.known(collection).model;
  const id = random.pick(ids);
  const existing = records.get(id);
  const mode = random.pick(MODES);
  const right = existing?.revision;
  const expectedRevision = random.chance(0.2)
    ? BigInt(right !== undefined && random.chance(0.7) ? right : 1_000_000)
    : undefined;
  const refusal = refusalOf(mode, existing !== undefined);
  const mismatched = expectedRevision !== undefined && Number(expectedRevision) !== right;
  const record = anyRecord(random, id, run.shape.dimension);
  await run.write(
    collection,
    {
      what: `upsert of ${id} (mode ${mode})`,
      change: new Map([[id, wantedOf(record, existing?.createTime)]]),
      refusal: refusal ?? (mismatched ? 'REVISION_MISMATCH' : undefined),
    },
    () =>
      run.store.call('RecordService/UpsertRecord', [UpsertRecordRequest, UpsertRecordResponse], {
        collection,
        record,
        writeMode: mode,
        ...(expectedRevision !== undefined && { expectedRevision }),
      }),
  );
}

export async function batchUpsert(run: Run, random: Random, lane: Lane): Promise<void> {
  const { collection, ids } = lane;
  const { records } = run.known(collection).model;
  const mode = random.pick(MODES);
  const allOrNothing = random.chance(0.3);
  const batch = random
    .some(ids, random.between(1, BATCH_RECORDS_MAX))
    .map((id) => anyRecord(random, id, run.shape.dimension));
  const refusals = batch.map(({ id }) => refusalOf(mode, records.has(id)));
  const change = new Map<string, Wanted>();
  for (const [position, record] of batch.entries()) {
    if (refusals[position] !== undefined) continue;
    change.set(record.id, wantedOf(record, records.get(record.id)?.createTime));
  }
  const refusal = allOrNothing ? refusals.find((reason) => reason !== undefined) : undefined;
  const plan = { what: `batch of ${batch.map(({ id }) => id)} (mode ${mode})`, change, refusal };
  await run.write(collection, plan, async () => {
    const answer = await run.store.call(
      'RecordService/BatchUpsertRecords',
      [BatchUpsertRecordsRequest, BatchUpsertRecordsResponse],
      { collection, records: batch, writeMode: mode, allOrNothing },
    );
    for (const [position, { outcome }] of answer.results.entries()) {
      const expected = refusals[position] !== undefined;
      if ((outcome === WriteOutcome.FAILED) === expected) continue;
      run.problems.push(`record ${position} of a ${plan.what} has outcome ${outcome}`);
    }
    return answer;
  });
}

function refusalOf(mode: WriteMode, exists: boolean) {
  if (mode === WriteMode.INSERT && exists) return 'ALREADY_EXISTS' as const;
  return mode === WriteMode.UPDATE && !exists ? ('RECORD_NOT_FOUND' as const) : undefined;
}

export async function deleteRecord(run: Run, random: Random, lane: Lane): Promise<void> {
  const { collection, ids } = lane;
  const id = random.pick(ids);
  const exists = run.known(collection).model.records.has(id);
  await run.write(
    collection,
    {
      what: `delete of ${id}`,
      change: new Map([[id, undefined]]),
      refusal: exists ? undefined : 'RECORD_NOT_FOUND',
    },
    () =>
      run.store.call('RecordService/DeleteRecord', [DeleteRecordRequest, DeleteRecordResponse], {
        collection,
        id,
      }),
  );
}

export async function batchDelete(run: Run, random: Random, lane: Lane): Promise<void> {
  const { collection } = lane;
  const ids = random.some(lane.ids, random.between(1, BATCH_RECORDS_MAX));
  const { records } = run.known(collection).model;
  const gone = ids.filter((id) => records.has(id));
  await deleteBy(run, collection, `delete of ${ids}`, gone, { ids });
}

/** Deletes what a filter matches: records of any lane. */
export async function deleteMatching(run: Run, random: Random): Promise<void> {
  const collection = run.anyName(random);
  const group = random.below(GROUPS);
  const { records } = run.known(collection).model;
  const gone = [...records].filter(([, wanted]) => groupOf(wanted) === group).map(([id]) => id);
  const equals = { kind: { $case: 'intValue' as const, value: BigInt(group) } };
  const test = { $case: 'equals' as const, value: equals };
  const condition = { $case: 'metadata' as const, value: { key: 'group', test } };
  await deleteBy(run, collection, `delete of group ${group}`, gone, { filter: { condition } });
}

async function deleteBy(
  run: Run,
  collection: string,
  what: string,
  gone: readonly string[],
  request: Partial<BatchDeleteRecordsRequest>,
): Promise<void> {
  const change = new Map(gone.map((id) => [id, undefined]));
  await run.write(collection, { what, change }, async () => {
    const answer = await run.store.call(
      'RecordService/BatchDeleteRecords',
      [BatchDeleteRecordsRequest, BatchDeleteRecordsResponse],
      { collection, ...request },
    );
    if (Number(answer.deletedCount) !== gone.length) {
      run.problems.push(`${what} deleted ${answer.deletedCount} records, not ${gone.length}`);
    }
    return answer;
  });
}

export async function clearRecords(run: Run, random: Random): Promise<void> {
  const collection = run.anyName(random);
  const { records } = run.known(collection).model;
  const change = new Map([...records.keys()].map((id) => [id, undefined]));
  await run.write(collection, { what: `clear of ${change.size} records`, change }, () =>
    run.store.call('RecordService/ClearRecords', [ClearRecordsRequest, ClearRecordsResponse], {
      collection,
    }),
  );
}

/** Any metric. */
export const METRICS = [Metric.COSINE, Metric.DOT, Metric.EUCLIDEAN];
