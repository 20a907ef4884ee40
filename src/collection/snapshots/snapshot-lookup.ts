/**
 * Finds a stored snapshot by the name of its collection, also when another engine worker serves
 * that collection: manifests and finished snapshots are only ever replaced whole, so they can be
 * read from any thread.
 */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import type { Manifest } from '../../gen/protovec/storage/v1/manifest.js';
import type { Snapshot } from '../../gen/protovec/v1/snapshot.js';
import { readManifest } from '../../snapshot/manifest.js';
import type { File, FileSystem } from '../../storage/file-system.js';
import { errorCode } from '../../storage/io-error.js';
import { type Place, snapshotPath } from '../place.js';

/** A stored snapshot, its open file (the caller closes it) and where it comes from. */
export interface FoundSnapshot {
  readonly snapshot: Snapshot;
  readonly file: File;
  readonly manifest: Manifest;
}

/**
 * `root` holds the collections' directories. Throws COLLECTION_NOT_FOUND, SNAPSHOT_NOT_FOUND, and
 * what `openSnapshot` throws.
 */
export async function findSnapshot(
  fileSystem: FileSystem,
  root: string,
  collection: string,
  snapshotId: string,
): Promise<FoundSnapshot> {
  for (const name of await fileSystem.list(root)) {
    const directory = join(root, name);
    const manifest = await readManifest(fileSystem, directory).catch(() => undefined);
    if (manifest?.name !== collection) continue;
    const snapshot = manifest.snapshots.find((s) => s.snapshotId === snapshotId);
    if (snapshot === undefined) throw snapshotNotFound(collection, snapshotId);
    try {
      const file = await openSnapshot({ fileSystem, directory }, snapshot);
      return { snapshot, manifest, file };
    } catch (error) {
      // Nothing is damaged when the whole collection has just been deleted.
      if (await fileSystem.exists(directory)) throw error;
    }
  }
  const message = `collection ${JSON.stringify(collection)} does not exist`;
  throw new ProtovecError('COLLECTION_NOT_FOUND', message, { field: 'collection' });
}

/** Opens the file of a listed snapshot. Throws STORAGE_CORRUPTED when it is not there. */
export async function openSnapshot(place: Place, snapshot: Snapshot): Promise<File> {
  const path = snapshotPath(place, snapshot);
  try {
    return await place.fileSystem.open(path, 'read');
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
    const { snapshotId } = snapshot;
    const message = `the file of snapshot ${snapshotId} is missing: bring it back, or delete the snapshot`;
    throw new ProtovecError('STORAGE_CORRUPTED', message, { metadata: { file: path }, cause });
  }
}

export function snapshotNotFound(collection: string, snapshotId: string): ProtovecError {
  const message = `collection ${collection} has no snapshot ${snapshotId}; list its snapshots`;
  return new ProtovecError('SNAPSHOT_NOT_FOUND', message, { field: 'snapshot_id' });
}
