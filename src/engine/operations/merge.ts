/** MergeRecords and MergeSnapshot: records that are staged and checked whole before they count. */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import type { MergeConflict, MergeOutcome } from '../../collection/writes/merge-outcome.js';
import { invalidArgument } from '../../errors.js';
import type { MergeResult } from '../../gen/protovec/v1/merge.js';
import {
  MergeRecordsResponse,
  MergeSnapshotRequest,
  MergeSnapshotResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import type { Instant } from '../../record/timestamp.js';
import type { StagedMerge } from '../../snapshot/merge/staging.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkPolicy, decodeMergeRequest, type MergeRequest } from '../../wire/merge-request.js';
import { checkCollectionName, checkSnapshotId } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';
import { withProgress } from './progress.js';
import { stageStored } from './stored-snapshot.js';

export function mergeOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/MergeRecords': {
      kind: 'clientStream',
      handle: (requests, call) => mergeRecords(registry, requests, call),
    },
    '/protovec.v1.SnapshotService/MergeSnapshot': {
      kind: 'serverStream',
      handle: (request, call) => mergeSnapshot(registry, request, call),
    },
  };
}

async function mergeRecords(
  registry: Registry,
  requests: AsyncIterable<Uint8Array>,
  call: CallContext,
): Promise<Uint8Array> {
  let collection: Collection | undefined;
  let staged: StagedMerge | undefined;
  let first: MergeRequest | undefined;
  try {
    for await (const bytes of requests) {
      const request = decodeMergeRequest(bytes);
      if (collection === undefined || staged === undefined) {
        first = request;
        collection = registry.get(request.collection);
        staged = await collection.stageMerge(request.allowUnsealed);
      }
      if (request.collection !== '' && request.collection !== collection.name) {
        const message = `the stream merges into ${collection.name}, not ${request.collection}`;
        throw invalidArgument('collection', message);
      }
      if (request.snapshotChunk !== undefined) {
        await staged.addSnapshotChunk(request.snapshotChunk);
      }
      if (request.batch !== undefined) await staged.addRecords(request.batch);
    }
  } catch (error) {
    await staged?.abort();
    throw error;
  }
  if (collection === undefined || staged === undefined || first === undefined) {
    throw invalidArgument('collection', 'the stream ended before its first message');
  }
  const { policy, dryRun } = first;
  const outcome = await collection.merge(await staged.finish(), { policy, dryRun }, call.signal);
  return MergeRecordsResponse.encode({ result: resultOf(outcome) }).finish();
}

async function* mergeSnapshot(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(MergeSnapshotRequest, bytes);
  const { snapshotId, dryRun } = request;
  const collection = registry.get(request.collection);
  const source = request.sourceCollection === '' ? collection.name : request.sourceCollection;
  checkCollectionName(source, 'source_collection');
  checkSnapshotId(snapshotId);
  const policy = checkPolicy(request.policy);
  const found = await registry.findSnapshot(source, snapshotId);
  const total = Number(found.snapshot.recordCount);
  const merge = async (onProgress: (done: number, total: number) => void) => {
    onProgress(0, total);
    const staged = await stageStored(found, await collection.stageMerge(false), call);
    const told = (applied: number): void => onProgress(applied, total);
    return collection.merge(staged, { policy, dryRun, onProgress: told }, call.signal);
  };
  try {
    const outcome = yield* withProgress(merge, encodeMerge);
    yield encodeMerge(total, total, resultOf(outcome));
  } finally {
    await found.file.close();
  }
}

function encodeMerge(merged: number, total: number, result?: MergeResult): Uint8Array {
  return MergeSnapshotResponse.encode({
    recordsMerged: BigInt(merged),
    recordsTotal: BigInt(total),
    result,
  }).finish();
}

function resultOf(outcome: MergeOutcome): MergeResult {
  return {
    createdCount: BigInt(outcome.created),
    replacedCount: BigInt(outcome.replaced),
    skippedCount: BigInt(outcome.skipped),
    conflicts: outcome.conflicts.map(conflictOf),
    sequence: BigInt(outcome.sequence),
    // A merge is synced whatever the durability of other writes; a dry run writes nothing.
    durable: outcome.sequence > 0,
  };
}

function conflictOf({ id, existing, merged, replaced }: MergeConflict) {
  return {
    id,
    existingUpdateTime: timestampOf(existing),
    mergedUpdateTime: timestampOf(merged),
    replaced,
  };
}

function timestampOf({ seconds, nanos }: Instant) {
  return Number.isNaN(seconds) ? undefined : { seconds: BigInt(seconds), nanos };
}
