/** How a collection describes itself to callers. */
import type { ProtovecError } from '../errors.js';
import type { Manifest } from '../gen/protovec/storage/v1/manifest.js';
import { CollectionState, type Collection as Description } from '../gen/protovec/v1/collection.js';
import type { Collection } from './collection.js';

export function describeOpen(collection: Collection): Description {
  const { name, collectionId, config, createTime } = collection.manifest.current;
  const { state } = collection;
  return {
    name,
    collectionId,
    config,
    state: CollectionState.SERVING,
    stateMessage: '',
    recordCount: BigInt(state.count),
    sequence: BigInt(state.sequence),
    createTime,
    persistenceStatus: collection.persistenceStatus,
  };
}

/** `error`: why it does not serve. */
export function describeQuarantined(
  name: string,
  manifest: Manifest,
  error: ProtovecError,
): Description {
  const { collectionId, config, createTime } = manifest;
  return {
    name,
    collectionId,
    config,
    state: CollectionState.QUARANTINED,
    stateMessage: error.message,
    recordCount: 0n,
    sequence: 0n,
    createTime,
  };
}
