/** RestoreSnapshot: the content of a collection from a snapshot that the server keeps. */
import type { Registry } from '../../collection/registry.js';
import type { FoundSnapshot } from '../../collection/snapshots/snapshot-lookup.js';
import { stageAt } from '../../collection/writes/stage.js';
import type { CollectionConfig } from '../../gen/protovec/v1/collection.js';
import type { IndexConfig } from '../../gen/protovec/v1/index.js';
import {
  RestoreSnapshotRequest,
  RestoreSnapshotResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import { resolveIndexConfig } from '../../index/index-config.js';
import { compileFilter } from '../../search/filter.js';
import { recordTest } from '../../search/record-test.js';
import type { RecordTest } from '../../snapshot/merge/staged-records.js';
import { readHeader } from '../../snapshot/read-header.js';
import { resolveCollectionConfig } from '../../wire/collection-config.js';
import { decodeRequest } from '../../wire/decode.js';
import { restoredEmbedder } from '../../wire/embedder-config.js';
import { checkCollectionName, checkSnapshotId } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';
import { withProgress } from './progress.js';
import { damagedIsOurs, nameOf, stageStored } from './stored-snapshot.js';

/** The merge is the first entry of a new collection's log. */
const FIRST_SEQUENCE = 1;
/** RestoreSnapshotRequest.filter. */
const FILTER_FIELD = 5;

type OnProgress = (done: number, total: number) => void;

/** What to restore. */
interface Wanted {
  readonly found: FoundSnapshot;
  readonly indexConfig: IndexConfig | undefined;
  /** Undefined: every record. */
  readonly records: RecordTest | undefined;
}

interface Restored {
  readonly records: number;
  readonly sequence: number;
}

export function restoreOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/RestoreSnapshot': {
      kind: 'serverStream',
      handle: (request, call) => restoreSnapshot(registry, request, call),
    },
  };
}

async function* restoreSnapshot(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(RestoreSnapshotRequest, bytes, FILTER_FIELD);
  const { collection, snapshotId, indexConfig } = request;
  const target = request.targetCollection === '' ? collection : request.targetCollection;
  checkCollectionName(target, 'target_collection');
  checkSnapshotId(snapshotId);
  const records = request.filter && recordTest(compileFilter(request.filter, 'filter'));
  const found = await registry.findSnapshot(collection, snapshotId);
  try {
    const restore = registry.has(target) ? restoreInto : restoreNew;
    const wanted = { found, indexConfig, records };
    const restored = yield* withProgress(
      (onProgress) => restore(registry, target, wanted, call, onProgress),
      encode,
    );
    yield encode(restored.records, restored.records, restored.sequence);
  } finally {
    await found.file.close();
  }
}

function encode(restored: number, total: number, sequence = 0): Uint8Array {
  return RestoreSnapshotResponse.encode({
    recordsRestored: BigInt(restored),
    recordsTotal: BigInt(total),
    sequence: BigInt(sequence),
  }).finish();
}

async function restoreInto(
  registry: Registry,
  name: string,
  { found, indexConfig: asked, records: wanted }: Wanted,
  call: CallContext,
  onProgress: OnProgress,
): Promise<Restored> {
  const target = registry.get(name);
  const indexConfig =
    asked && resolveIndexConfig(asked, target.state.config.metric, 'index_config');
  onProgress(0, Number(found.snapshot.recordCount));
  const staged = await stageStored(found, await target.stageMerge(false), call, { wanted });
  const options = {
    replace: true,
    indexConfig,
    onProgress: (applied: number) => onProgress(applied, staged.recordCount),
  };
  const { created, sequence } = await target.merge(staged, options, call.signal);
  return { records: created, sequence };
}

/** Creates the collection with the records; progress tells of those that were staged. */
async function restoreNew(
  registry: Registry,
  name: string,
  { found, indexConfig: asked, records: wanted }: Wanted,
  call: CallContext,
  onProgress: OnProgress,
): Promise<Restored> {
  const config = await configOf(found, asked);
  const total = Number(found.snapshot.recordCount);
  onProgress(0, total);
  let records = 0;
  await registry.create(name, config, async (place) => {
    const staged = await stageAt(place, config, name, false);
    const finished = await stageStored(found, staged, call, {
      wanted,
      // Records that later parts replace were staged as well.
      onProgress: (done) => onProgress(Math.min(done, total), total),
    });
    records = finished.recordCount;
    return finished;
  });
  return { records, sequence: FIRST_SEQUENCE };
}

/** What a new collection is: what the request asks, else what the snapshot says, else its origin. */
async function configOf(
  found: FoundSnapshot,
  asked: IndexConfig | undefined,
): Promise<CollectionConfig> {
  const origin = found.manifest.config;
  try {
    const header = await readHeader(found.file, nameOf(found));
    const index = asked ?? header.indexConfig ?? origin?.index;
    const { dimension, metric } = header;
    const embeddingModel = header.embeddingModel || (origin?.embeddingModel ?? '');
    if (index !== undefined) resolveIndexConfig(index, metric, 'index_config');
    return resolveCollectionConfig({
      dimension,
      metric,
      index,
      embeddingModel,
      persistence: origin?.persistence,
      embedder: restoredEmbedder(embeddingModel, { dimension, metric }),
    });
  } catch (error) {
    throw damagedIsOurs(error);
  }
}
