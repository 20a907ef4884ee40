/** DiffSnapshots: two snapshots, or a snapshot and the collection as it is, compared by their records. */
import type { Registry } from '../../collection/registry.js';
import { viewBlocks } from '../../collection/state/view-blocks.js';
import { nextTurn } from '../../collection/turns.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import type { RecordDifference } from '../../gen/protovec/v1/snapshot_diff.js';
import {
  DiffSnapshotsRequest,
  DiffSnapshotsResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import { limits } from '../../limits.js';
import { Comparison } from '../../snapshot/diff/diff.js';
import { inSlices, type RecordSource } from '../../snapshot/diff/record-pass.js';
import { readSnapshot } from '../../snapshot/snapshot-reader.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkCollectionName, checkSnapshotId } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';
import { damagedIsOurs } from './stored-snapshot.js';

/** Records between two turns of the event loop. */
const sliceRecords = 256;
/** What a difference takes in a message beside its id: tags, lengths and six field names. */
const differenceBytes = 64;

export function diffOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/DiffSnapshots': {
      kind: 'serverStream',
      handle: (request, call) => diffSnapshots(registry, request, call),
    },
  };
}

/** A set of records that holds files open until it is let go of. */
interface HeldSet extends RecordSource {
  release(): Promise<void>;
}

/** Sends the differences in messages of about limits.diffMessageBytes, then the summary. */
async function* diffSnapshots(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(DiffSnapshotsRequest, bytes);
  checkRequest(request);
  const comparison = await compare(registry, request, call);
  let batch: RecordDifference[] = [];
  let batchBytes = 0;
  for (const difference of comparison.differences()) {
    batch.push(difference);
    batchBytes += differenceBytes + difference.id.length;
    if (batchBytes < limits.diffMessageBytes) continue;
    yield DiffSnapshotsResponse.encode({ differences: batch, summary: undefined }).finish();
    batch = [];
    batchBytes = 0;
    await nextTurn();
    call.signal.throwIfAborted();
  }
  const { summary } = comparison;
  yield DiffSnapshotsResponse.encode({
    differences: batch,
    summary: {
      addedCount: BigInt(summary.added),
      removedCount: BigInt(summary.removed),
      changedCount: BigInt(summary.changed),
      unchangedCount: BigInt(summary.unchanged),
    },
  }).finish();
}

function checkRequest(request: DiffSnapshotsRequest): void {
  const { collection, snapshotId, otherSnapshotId, otherCollection } = request;
  checkSnapshotId(snapshotId);
  if (otherCollection !== '') checkCollectionName(otherCollection, 'other_collection');
  if (otherSnapshotId !== '') checkSnapshotId(otherSnapshotId, 'other_snapshot_id');
  else if (otherCollection !== '' && otherCollection !== collection) {
    throw invalidArgument(
      'other_collection',
      `a snapshot of ${collection} is compared with the records that ${collection} has now, not ` +
        `with those of ${otherCollection}: take a snapshot of that and name it`,
    );
  }
}

/** Holds both sets until they have been compared; only what the comparison keeps outlives it. */
async function compare(
  registry: Registry,
  request: DiffSnapshotsRequest,
  call: CallContext,
): Promise<Comparison> {
  const { collection, snapshotId, otherSnapshotId } = request;
  const held: HeldSet[] = [];
  const hold = <T extends HeldSet>(set: T): T => {
    held.push(set);
    return set;
  };
  try {
    // What the collection has when the call begins, not when the snapshot has been read.
    const live = otherSnapshotId === '' ? hold(await liveSet(registry, collection)) : undefined;
    const first = hold(await snapshotSet(registry, collection, snapshotId));
    const second = live ?? hold(await otherSet(registry, request));
    return await Comparison.of(sliced(first, call.signal), sliced(second, call.signal));
  } catch (error) {
    throw damagedIsOurs(error);
  } finally {
    for (const set of held) await set.release();
  }
}

async function liveSet(registry: Registry, name: string): Promise<HeldSet> {
  const { state } = registry.get(name);
  const view = await state.wholeView();
  return {
    name: `collection ${name}`,
    blocks: viewBlocks(view, state.config),
    release: () => view.release(),
  };
}

async function snapshotSet(registry: Registry, collection: string, id: string): Promise<HeldSet> {
  const { snapshot, file } = await registry.findSnapshot(collection, id);
  const name = `snapshot ${id}`;
  const { sha256 } = snapshot;
  // One that is unsealed was accepted as such; its SHA-256 tells whether it is the same still.
  const blocks = readSnapshot(file, { name, sha256, allowUnsealed: true });
  return { name, blocks, release: () => file.close() };
}

/** The second snapshot; errors name the fields that ask for it. */
async function otherSet(registry: Registry, request: DiffSnapshotsRequest): Promise<HeldSet> {
  const { collection, otherSnapshotId, otherCollection } = request;
  try {
    return await snapshotSet(registry, otherCollection || collection, otherSnapshotId);
  } catch (error) {
    if (!(error instanceof ProtovecError) || error.field === '') throw error;
    const { reason, message, metadata, field } = error;
    throw new ProtovecError(reason, message, { field: `other_${field}`, metadata });
  }
}

/** The same set, which leaves other calls their turn and ends with the call. */
function sliced({ name, blocks }: RecordSource, signal: AbortSignal): RecordSource {
  const between = async () => {
    await nextTurn();
    signal.throwIfAborted();
  };
  return { name, blocks: inSlices(blocks, sliceRecords, between) };
}
