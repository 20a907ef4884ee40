/**
 * Keeps the manifest's index configuration what the log made it. The log comes first: a restore
 * that brings another configuration is one entry, and the manifest follows it, at once or when the
 * collection is opened again.
 */
import { join } from 'node:path';
import { IndexConfig } from '../gen/protovec/v1/index.js';
import type { ManifestStore } from './manifest-store.js';
import type { Place } from './place.js';
import type { CollectionState } from './state/state.js';

/** Brings the manifest up to date; a saved index of another configuration goes. */
export async function followIndexConfig(
  { fileSystem, directory }: Place,
  state: CollectionState,
  manifest: ManifestStore,
): Promise<void> {
  const { config, index: saved } = manifest.current;
  if (config === undefined || same(config.index, state.indexConfig)) return;
  await manifest.update((current) => ({
    config: current.config && { ...current.config, index: state.indexConfig },
    index: undefined,
  }));
  if (saved === undefined) return;
  await fileSystem.remove(join(directory, saved.file));
  await fileSystem.remove(join(directory, saved.keysFile));
}

function same(a: IndexConfig | undefined, b: IndexConfig): boolean {
  if (a === undefined) return false;
  return Buffer.from(IndexConfig.encode(a).finish()).equals(IndexConfig.encode(b).finish());
}
