/**
 * Keeps the manifest's index configuration what the log made it. The log comes first: a restore or a
 * build that brings another configuration is one entry, and the manifest follows it, at once or when
 * the collection is opened again.
 */
import { join } from 'node:path';
import type { IndexFile } from '../gen/protovec/storage/v1/manifest.js';
import { HnswIndex } from '../index/hnsw-index.js';
import type { ManifestStore } from './manifest-store.js';
import type { Place } from './place.js';
import type { CollectionState } from './state/state.js';
import { sameConfig } from './writes/configure-index-write.js';

/** Brings the manifest up to date; a saved index goes when what serves is not the one it holds. */
export async function followIndexConfig(
  { fileSystem, directory }: Place,
  state: CollectionState,
  manifest: ManifestStore,
): Promise<void> {
  // What is being published may hold the configuration before.
  await manifest.settled();
  const { config } = manifest.current;
  if (config === undefined) return;
  if (config.index !== undefined && sameConfig(config.index, state.indexes.config)) return;
  let stale: IndexFile | undefined;
  await manifest.update((current) => {
    const { index } = state;
    const kept = index instanceof HnswIndex && index.saved !== undefined;
    stale = kept ? undefined : current.index;
    return {
      config: current.config && { ...current.config, index: state.indexes.config },
      index: kept ? current.index : undefined,
    };
  });
  if (stale === undefined) return;
  await fileSystem.remove(join(directory, stale.file));
  await fileSystem.remove(join(directory, stale.keysFile));
}
