/** MergeRecords and RestoreSnapshot: records that are staged and checked whole before they count. */
import type { Collection } from '../../collection/collection.js';
import type { MergeOutcome } from '../../collection/merge.js';
import type { Registry } from '../../collection/registry.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import type { Snapshot } from '../../gen/protovec/v1/snapshot.js';
import {
  MergeRecordsResponse,
  RestoreSnapshotRequest,
  RestoreSnapshotResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import type { StagedMerge } from '../../snapshot/staging.js';
import type { File } from '../../storage/file-system.js';
import { decodeRequest } from '../../wire/decode.js';
import { decodeMergeRequest } from '../../wire/merge-request.js';
import { checkCollectionName, checkSnapshotId } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';
import { withProgress } from './progress.js';

export function mergeOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/MergeRecords': {
      kind: 'clientStream',
      handle: (requests, call) => mergeRecords(registry, requests, call),
    },
    '/protovec.v1.SnapshotService/RestoreSnapshot': {
      kind: 'serverStream',
      handle: (request, call) => restoreSnapshot(registry, request, call),
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
  try {
    for await (const bytes of requests) {
      const request = decodeMergeRequest(bytes);
      if (collection === undefined || staged === undefined) {
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
  if (collection === undefined || staged === undefined) {
    throw invalidArgument('collection', 'the stream ended before its first message');
  }
  const outcome = await collection.merge(await staged.finish(), false, call.signal);
  return MergeRecordsResponse.encode({
    result: {
      createdCount: BigInt(outcome.created),
      replacedCount: 0n,
      skippedCount: BigInt(outcome.skipped),
      conflicts: [],
      sequence: BigInt(outcome.sequence),
      durable: true,
    },
  }).finish();
}

async function* restoreSnapshot(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(RestoreSnapshotRequest, bytes);
  const { collection, snapshotId } = request;
  const target = request.targetCollection === '' ? collection : request.targetCollection;
  checkCollectionName(target, 'target_collection');
  checkSnapshotId(snapshotId);
  const { snapshot, file, manifest } = await registry.findSnapshot(collection, snapshotId);
  try {
    if (snapshot.format !== SnapshotFormat.BINARY) {
      throw invalidArgument('snapshot_id', `snapshot ${snapshotId} is JSON; restore a binary one`);
    }
    const created = !registry.has(target);
    if (created) await registry.create(target, manifest.config!);
    const encode = (restored: number, total: number, sequence = 0): Uint8Array =>
      RestoreSnapshotResponse.encode({
        recordsRestored: BigInt(restored),
        recordsTotal: BigInt(total),
        sequence: BigInt(sequence),
      }).finish();
    try {
      const outcome = yield* withProgress(
        (onProgress) => restore(registry.get(target), { snapshot, file }, call, onProgress),
        encode,
      );
      yield encode(outcome.created, outcome.created, outcome.sequence);
    } catch (error) {
      // Nobody asked for an empty collection.
      if (created) await registry.delete(target);
      throw error;
    }
  } finally {
    await file.close();
  }
}

async function restore(
  target: Collection,
  source: { snapshot: Snapshot; file: File },
  call: CallContext,
  onProgress: (done: number, total: number) => void,
): Promise<MergeOutcome> {
  const { snapshot, file } = source;
  const total = Number(snapshot.recordCount);
  onProgress(0, total);
  const staged = await target.stageMerge(false);
  try {
    await staged.addSnapshot(file, `snapshot ${snapshot.snapshotId}`);
  } catch (error) {
    await staged.abort();
    throw damagedIsOurs(error);
  }
  const finished = await staged.finish();
  return target.merge(finished, true, call.signal, (applied) => onProgress(applied, total));
}

/** A snapshot that the server keeps is its own: damage of it is not the caller's mistake. */
function damagedIsOurs(error: unknown): unknown {
  if (!(error instanceof ProtovecError) || error.reason !== 'SERIALIZATION_ERROR') return error;
  return new ProtovecError('STORAGE_CORRUPTED', error.message, { metadata: error.metadata });
}
