/** Stages a snapshot that the server keeps, for a merge or a restore. */
import type { Registry } from '../../collection/registry.js';
import type { FoundSnapshot } from '../../collection/snapshots/snapshot-lookup.js';
import { ProtovecError } from '../../errors.js';
import type { StagedMerge, StagedSnapshot } from '../../snapshot/merge/staging.js';
import { errorCode } from '../../storage/io-error.js';
import type { CallContext } from '../operation.js';

/**
 * Finds a snapshot of any collection; the caller closes its file. Throws COLLECTION_NOT_FOUND,
 * SNAPSHOT_NOT_FOUND, and STORAGE_CORRUPTED when it is listed and its file is missing.
 */
export async function findStored(
  registry: Registry,
  collection: string,
  snapshotId: string,
): Promise<FoundSnapshot> {
  try {
    return await registry.findSnapshot(collection, snapshotId);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const message = `the file of snapshot ${snapshotId} of ${collection} is missing: delete the snapshot`;
    throw new ProtovecError('STORAGE_CORRUPTED', message, { cause: error });
  }
}

/** What errors call a stored snapshot. */
export function nameOf({ snapshot }: FoundSnapshot): string {
  return `snapshot ${snapshot.snapshotId}`;
}

/**
 * Checks the file whole and stages its records. Throws STORAGE_CORRUPTED when it is not what the
 * server listed, INCOMPATIBLE_SNAPSHOT when it does not fit; then nothing is left of the staging.
 */
export async function stageStored(
  found: FoundSnapshot,
  staged: StagedMerge,
  call: CallContext,
  onProgress: (records: number) => void = () => {},
): Promise<StagedSnapshot> {
  try {
    await staged.addSnapshot(found.file, nameOf(found), {
      sha256: found.snapshot.sha256,
      onProgress: (records) => {
        call.signal.throwIfAborted();
        onProgress(records);
      },
    });
  } catch (error) {
    await staged.abort();
    throw damagedIsOurs(error);
  }
  return staged.finish();
}

/** A snapshot that the server keeps is its own: damage of it is not the caller's mistake. */
export function damagedIsOurs(error: unknown): unknown {
  if (!(error instanceof ProtovecError) || error.reason !== 'SERIALIZATION_ERROR') return error;
  return new ProtovecError('STORAGE_CORRUPTED', error.message, { metadata: error.metadata });
}
