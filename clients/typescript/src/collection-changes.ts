/** What `update` changes of a collection, as its request. */
import { type EmbedderConfig, toEmbedder } from './embedder.js';
import { CollectionConfig } from './gen/protovec/v1/collection.js';
import type { UpdateCollectionRequest } from './gen/protovec/v1/collection_service.js';
import { type PersistenceConfig, persistencePaths, toPersistenceConfig } from './persistence.js';

/** What to change. What is absent stays as it is. */
export interface CollectionChanges {
  /** What it leaves out stays as it is. */
  persistence?: PersistenceConfig | undefined;
  /** Another embedder of the same model, or null for none. */
  embedder?: EmbedderConfig | null | undefined;
}

/** The new values, and the paths of those that are to be taken. */
export function toUpdate({
  persistence,
  embedder,
}: CollectionChanges): Pick<UpdateCollectionRequest, 'config' | 'updateMask'> {
  const updateMask = persistence === undefined ? [] : persistencePaths(persistence);
  if (embedder !== undefined) updateMask.push('embedder');
  const config = CollectionConfig.fromPartial({
    ...(persistence && { persistence: toPersistenceConfig(persistence) }),
    ...(embedder && { embedder: toEmbedder(embedder) }),
  });
  return { config, updateMask };
}
