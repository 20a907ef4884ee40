/** Removes what a crash left behind in a collection's directory. */
import { join } from 'node:path';
import type { Manifest } from '../../gen/protovec/storage/v1/manifest.js';
import { type Place, snapshotDirectory, stageDirectory } from '../place.js';
import { removeOldUploads } from '../snapshots/upload-files.js';

/** Files that recovery or people keep, whatever the manifest says. */
const KEPT = /^manifest\.pb$|\.torn$/;
const OURS = /^(base|log|index)-|\.tmp/;

/**
 * Removes what a crash left behind: files of ours that the manifest does not name (they were never
 * published), staged files that no log entry names (`staged`), and uploads that are too old.
 */
export async function removeOrphans(
  place: Place,
  manifest: Manifest,
  staged: ReadonlySet<string>,
): Promise<void> {
  const { fileSystem, directory } = place;
  const named = new Set(manifest.logs.map((log) => log.file));
  if (manifest.base !== undefined) named.add(manifest.base.file);
  if (manifest.index !== undefined) named.add(manifest.index.file).add(manifest.index.keysFile);
  for (const name of await fileSystem.list(directory)) {
    if (named.has(name) || KEPT.test(name) || !OURS.test(name)) continue;
    await fileSystem.remove(join(directory, name));
  }
  const stage = stageDirectory(place);
  for (const name of await fileSystem.list(stage)) {
    if (!staged.has(name)) await fileSystem.remove(join(stage, name));
  }
  const snapshots = snapshotDirectory(place);
  const kept = new Set(manifest.snapshots.map((snapshot) => snapshot.snapshotId));
  for (const name of await fileSystem.list(snapshots)) {
    if (!kept.has(name.split('.')[0])) await fileSystem.remove(join(snapshots, name));
  }
  await removeOldUploads(place);
}
