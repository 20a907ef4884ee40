/** Stages a snapshot that the server keeps, for a merge or a restore. */
import type { FoundSnapshot } from '../../collection/snapshots/snapshot-lookup.js';
import { ProtovecError } from '../../errors.js';
import type { SnapshotOptions, StagedMerge, StagedSnapshot } from '../../snapshot/merge/staging.js';
import type { CallContext } from '../operation.js';

/** What errors call a stored snapshot. */
export function nameOf({ snapshot }: FoundSnapshot): string {
  return `snapshot ${snapshot.snapshotId}`;
}

/**
 * Checks the file whole and stages its records, or those that are wanted. Throws STORAGE_CORRUPTED when it is not what the
 * server listed, INCOMPATIBLE_SNAPSHOT when it does not fit; then nothing is left of the staging.
 */
export async function stageStored(
  found: FoundSnapshot,
  staged: StagedMerge,
  call: CallContext,
  { wanted, onProgress }: Pick<SnapshotOptions, 'wanted' | 'onProgress'> = {},
): Promise<StagedSnapshot> {
  try {
    await staged.addSnapshot(found.file, nameOf(found), {
      sha256: found.snapshot.sha256,
      wanted,
      onProgress: (records) => {
        call.signal.throwIfAborted();
        onProgress?.(records);
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
