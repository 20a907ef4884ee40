/** Actions on whole collections: creation, deletion, settings, saves. */

import { CollectionConfig } from '../../../src/gen/protovec/v1/collection.js';
import {
  CreateCollectionRequest,
  CreateCollectionResponse,
  DeleteCollectionRequest,
  DeleteCollectionResponse,
  UpdateCollectionRequest,
  UpdateCollectionResponse,
} from '../../../src/gen/protovec/v1/collection_service.js';
import { IndexKind } from '../../../src/gen/protovec/v1/index.js';
import {
  Durability,
  PersistenceConfig,
  SnapshotFormat,
} from '../../../src/gen/protovec/v1/persistence.js';
import {
  ForceSaveRequest,
  ForceSaveResponse,
} from '../../../src/gen/protovec/v1/snapshot_service.js';
import type { Random } from '../../support/random.js';
import { CollectionModel } from './collection-model.js';
import { IndexWishes } from './index-actions.js';
import type { Wanted } from './records.js';
import type { Run } from './run.js';
import { anySnapshot, restoreTo } from './set-actions.js';
import { durabilityOf, KnownCollection } from './world.js';

/** Settings that make saves frequent; `durabilities` to choose from. */
export function anySettings(random: Random, durabilities: readonly Durability[]) {
  return PersistenceConfig.fromPartial({
    autoSaveThreshold: BigInt(random.pick([3, 10, 30, 1_000_000])),
    compressionEnabled: random.chance(0.3),
    format: SnapshotFormat.BINARY,
    durability: random.pick(durabilities),
    durabilityInterval: { seconds: 0n, nanos: 10_000_000 },
  });
}

export async function createCollection(
  run: Run,
  random: Random,
  name: string,
  durabilities: readonly Durability[],
): Promise<void> {
  const persistence = anySettings(random, durabilities);
  const coming = new KnownCollection(new CollectionModel(Durability.ALWAYS), persistence);
  run.world.coming.set(name, coming);
  const kind = random.pick([IndexKind.HNSW, IndexKind.HNSW, IndexKind.FLAT]);
  const answer = await run.call(`creation of ${name}`, () =>
    run.store.call(
      'CollectionService/CreateCollection',
      [CreateCollectionRequest, CreateCollectionResponse],
      {
        collection: name,
        config: CollectionConfig.fromPartial({ ...run.shape, index: { kind }, persistence }),
      },
    ),
  );
  if (answer !== undefined) arrived(run, name, coming);
}

/** The collection is there from now on. */
function arrived(run: Run, name: string, known: KnownCollection): void {
  const { config } = run.store.registry.describe(name);
  const settings = config?.persistence;
  known.settings = [settings];
  if (config?.index !== undefined) known.indexes = new IndexWishes(config.index);
  known.comesWhole = false;
  known.model.durability = durabilityOf(settings);
  run.world.coming.delete(name);
  run.world.collections.set(name, known);
}

/** Restores a snapshot to a collection that does not exist yet. */
export async function restoreToNew(run: Run, random: Random, name: string): Promise<void> {
  const found = anySnapshot(run, random);
  if (found === undefined || run.world.collections.has(name)) return;
  const settings = run.store.registry.describe(found.collection).config?.persistence;
  const coming = new KnownCollection(new CollectionModel(Durability.ALWAYS), settings);
  coming.comesWhole = true;
  run.world.coming.set(name, coming);
  const change = new Map<string, Wanted>();
  for (const [id, wanted] of found.records) change.set(id, { ...wanted, revision: undefined });
  await restoreTo(run, name, found, change);
  if (coming.model.underWay === 0 && run.problems.length === 0) arrived(run, name, coming);
}

/** Deletes a collection once `idle`: from now on nothing else may begin there. */
export async function deleteCollection(run: Run, name: string, idle: Promise<void>): Promise<void> {
  run.world.going.add(name);
  await idle;
  const done = await run.call(`deletion of ${name}`, () =>
    run.store.call(
      'CollectionService/DeleteCollection',
      [DeleteCollectionRequest, DeleteCollectionResponse],
      {
        collection: name,
      },
    ),
  );
  if (done === undefined) return;
  run.world.going.delete(name);
  run.world.collections.delete(name);
}

export async function updateSettings(
  run: Run,
  random: Random,
  durabilities: readonly Durability[],
): Promise<void> {
  const name = run.anyName(random);
  const known = run.known(name);
  const persistence = anySettings(random, durabilities);
  const written = known.model.lastSequence;
  known.settings = [...known.settings, persistence];
  const answer = await run.call(`update of ${name}`, () =>
    run.store.call(
      'CollectionService/UpdateCollection',
      [UpdateCollectionRequest, UpdateCollectionResponse],
      {
        collection: name,
        config: CollectionConfig.fromPartial({ persistence }),
        updateMask: ['persistence'],
      },
    ),
  );
  if (answer === undefined) return;
  known.settings = [answer.collection?.config?.persistence];
  known.model.durability = persistence.durability;
  if (persistence.durability === Durability.ALWAYS) {
    known.model.floor = Math.max(known.model.floor, written);
  }
}

/** Saves in the background, while writes go on. What the base includes is durable then. */
export async function save(run: Run, random: Random): Promise<void> {
  const name = run.anyName(random);
  const { model } = run.known(name);
  const answer = await run.call(`save of ${name}`, () =>
    run.store.call('SnapshotService/ForceSave', [ForceSaveRequest, ForceSaveResponse], {
      collection: name,
    }),
  );
  if (answer === undefined) return;
  const saved = Number(answer.persistenceStatus?.lastSaveSequence ?? 0n);
  model.floor = Math.max(model.floor, saved);
  run.counts.saves += 1;
}
