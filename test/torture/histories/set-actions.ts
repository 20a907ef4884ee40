/** Actions on many records at once: merges, snapshots and restores. */
import { MergePolicy, type MergeResult } from '../../../src/gen/protovec/v1/merge.js';
import { SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import {
  CreateSnapshotRequest,
  CreateSnapshotResponse,
  DeleteSnapshotRequest,
  DeleteSnapshotResponse,
  MergeRecordsRequest,
  MergeRecordsResponse,
  MergeSnapshotRequest,
  MergeSnapshotResponse,
  RestoreSnapshotRequest,
  RestoreSnapshotResponse,
} from '../../../src/gen/protovec/v1/snapshot_service.js';
import type { Random } from '../../support/random.js';
import type { Change } from './collection-model.js';
import { anyRecord, isLater, type Records, type Wanted, wantedOf } from './records.js';
import type { Run } from './run.js';
import type { SnapshotModel } from './world.js';

const MERGE_RECORDS_MAX = 10;
const POLICIES = [
  MergePolicy.UNSPECIFIED,
  MergePolicy.SKIP_EXISTING,
  MergePolicy.OVERWRITE,
  MergePolicy.NEWEST_WINS,
  MergePolicy.FAIL,
];
const FORMATS = [
  { format: SnapshotFormat.BINARY, compressionEnabled: false },
  { format: SnapshotFormat.BINARY, compressionEnabled: true },
  { format: SnapshotFormat.JSON },
];
/** A day ago and tomorrow, in seconds: merged records are older or newer than what is there. */
const DAY = 86_400n;

/** What a merge makes of the records, and why it must be refused. */
function planMerge(before: Records, merged: Records, policy: MergePolicy) {
  const change = new Map<string, Wanted>();
  let replaced = 0;
  let skipped = 0;
  for (const [id, wanted] of merged) {
    const existing = before.get(id);
    const newer = existing !== undefined && isLater(wanted.updateTime, existing.updateTime);
    const replaces =
      policy === MergePolicy.OVERWRITE || (policy === MergePolicy.NEWEST_WINS && newer);
    if (existing !== undefined && !replaces) {
      skipped += 1;
      continue;
    }
    if (existing !== undefined) replaced += 1;
    const createTime = wanted.createTime ?? existing?.createTime;
    change.set(id, { ...wanted, createTime, revision: undefined });
  }
  const refused = policy === MergePolicy.FAIL && skipped > 0;
  return { change, replaced, skipped, refusal: refused ? ('ALREADY_EXISTS' as const) : undefined };
}

/** Makes a merge, or only asks what it would do; either way the counts must be the planned ones. */
async function merge(
  run: Run,
  collection: string,
  plan: ReturnType<typeof planMerge> & { what: string; dryRun: boolean },
  call: () => Promise<MergeResult | undefined>,
): Promise<void> {
  const counted = async () => {
    const result = await call();
    const { createdCount, replacedCount, skippedCount } = result ?? {};
    const created = plan.change.size - plan.replaced;
    const said = `${createdCount} ${replacedCount} ${skippedCount}`;
    const wanted = `${created} ${plan.replaced} ${plan.skipped}`;
    if (said !== wanted && run.disk.on) {
      run.problems.push(`${plan.what} created, replaced, skipped ${said}, not ${wanted}`);
    }
    return { sequence: result?.sequence ?? 0n, durable: result?.durable ?? false };
  };
  const change: Change = plan.dryRun ? new Map() : plan.change;
  await run.write(collection, { what: plan.what, change, refusal: plan.refusal }, counted);
  run.counts.merges += 1;
}

export async function mergeRecords(run: Run, random: Random, ids: readonly string[]) {
  const collection = run.anyName(random);
  const { records } = run.known(collection).model;
  const policy = random.pick(POLICIES);
  const dryRun = random.chance(0.1);
  const batch = random
    .some(ids, random.between(1, MERGE_RECORDS_MAX))
    .map((id) => withTimes(anyRecord(random, id, run.shape.dimension), random));
  const merged = new Map(batch.map((record) => [record.id, wantedOf(record)]));
  const what = `${dryRun ? 'dry ' : ''}merge of ${batch.length} records (policy ${policy})`;
  const plan = { ...planMerge(records, merged, policy), what, dryRun };
  const cut = random.between(0, batch.length);
  await merge(run, collection, plan, async () => {
    const answer = await run.store.call(
      'SnapshotService/MergeRecords',
      [MergeRecordsRequest, MergeRecordsResponse],
      { collection, policy, dryRun, source: batchSource(batch.slice(0, cut)) },
      { source: batchSource(batch.slice(cut)) },
    );
    return answer.result;
  });
}

function batchSource(records: VectorRecord[]) {
  return { $case: 'batch' as const, value: { records } };
}

/** Some merged records carry times of their own. */
function withTimes(record: VectorRecord, random: Random): VectorRecord {
  if (random.chance(0.4)) return record;
  const seconds = BigInt(Math.floor(Date.now() / 1000)) + random.pick([-DAY, DAY]);
  const time = { seconds, nanos: random.below(1_000_000_000) };
  return { ...record, createTime: time, updateTime: time };
}

/** A snapshot whose records are known, and the collection that has it. */
export function anySnapshot(run: Run, random: Random) {
  const found: (SnapshotModel & { collection: string; records: Records })[] = [];
  for (const [collection, known] of run.world.collections) {
    known.settleSnapshots();
    for (const { snapshot, records } of known.snapshots.values()) {
      const going = known.snapshotsGoing.has(snapshot.snapshotId);
      if (records !== undefined && !going) found.push({ snapshot, records, collection });
    }
  }
  return found.length === 0 ? undefined : random.pick(found);
}

export async function mergeSnapshot(run: Run, random: Random): Promise<void> {
  const found = anySnapshot(run, random);
  if (found === undefined) return;
  const collection = run.anyName(random);
  const policy = random.pick(POLICIES);
  const dryRun = random.chance(0.1);
  const { snapshotId } = found.snapshot;
  const what = `${dryRun ? 'dry ' : ''}merge of snapshot ${snapshotId} (policy ${policy})`;
  const { records } = run.known(collection).model;
  const plan = { ...planMerge(records, found.records, policy), what, dryRun };
  await merge(run, collection, plan, async () => {
    const answer = await run.store.call(
      'SnapshotService/MergeSnapshot',
      [MergeSnapshotRequest, MergeSnapshotResponse],
      { collection, snapshotId, sourceCollection: found.collection, policy, dryRun },
    );
    return answer.result;
  });
}

/** Restores a snapshot over a collection, its own or another. */
export async function restore(run: Run, random: Random): Promise<void> {
  const found = anySnapshot(run, random);
  if (found === undefined) return;
  const target = run.anyName(random);
  const { records } = run.known(target).model;
  const change = new Map<string, Wanted | undefined>();
  for (const id of records.keys()) change.set(id, undefined);
  for (const [id, wanted] of found.records) change.set(id, { ...wanted, revision: undefined });
  await restoreTo(run, target, found, change);
}

/** Makes a restore whose target the world knows. */
export async function restoreTo(
  run: Run,
  target: string,
  source: { readonly snapshot: { readonly snapshotId: string }; readonly collection: string },
  change: Change,
): Promise<void> {
  const { collection, snapshot } = source;
  const what = `restore of ${snapshot.snapshotId} of ${collection} to ${target}`;
  await run.write(target, { what, change }, async () => {
    const answer = await run.store.call(
      'SnapshotService/RestoreSnapshot',
      [RestoreSnapshotRequest, RestoreSnapshotResponse],
      { collection, snapshotId: snapshot.snapshotId, targetCollection: target },
    );
    return { sequence: answer.sequence, durable: true };
  });
  run.counts.restores += 1;
}

/** Takes a snapshot while writes go on. */
export async function createSnapshot(run: Run, random: Random): Promise<void> {
  const collection = run.anyName(random);
  const known = run.known(collection);
  const token = {};
  known.snapshotsUnderWay.add(token);
  const answer = await run.call('snapshot', () =>
    run.store.call(
      'SnapshotService/CreateSnapshot',
      [CreateSnapshotRequest, CreateSnapshotResponse],
      { collection, ...random.pick(FORMATS) },
    ),
  );
  if (answer?.snapshot === undefined) return;
  known.snapshotsUnderWay.delete(token);
  const { snapshot } = answer;
  known.snapshots.set(snapshot.snapshotId, { snapshot, records: undefined });
  known.settleSnapshots();
  run.counts.snapshots += 1;
}

export async function deleteSnapshot(run: Run, random: Random): Promise<void> {
  const found = anySnapshot(run, random);
  if (found === undefined) return;
  const { collection } = found;
  const { snapshotId } = found.snapshot;
  const known = run.known(collection);
  known.snapshotsGoing.add(snapshotId);
  const done = await run.call('deletion of a snapshot', () =>
    run.store.call(
      'SnapshotService/DeleteSnapshot',
      [DeleteSnapshotRequest, DeleteSnapshotResponse],
      { collection, snapshotId },
    ),
  );
  if (done === undefined) return;
  known.snapshots.delete(snapshotId);
  known.snapshotsGoing.delete(snapshotId);
}
