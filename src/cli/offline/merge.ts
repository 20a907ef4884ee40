/** Merges snapshot files into a new one: what `protovec snapshot merge --out` does. */
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import { type FileMerge, mergeFiles } from '../../snapshot/merge/merge-files.js';
import type { ResolvedPolicy } from '../../snapshot/merge/merge-policy.js';
import { nodeFileSystem } from '../../storage/file-system.js';
import { refuseOverwriting, withInputs } from './files.js';

/** How files are merged. */
export interface FileMergeOptions {
  readonly policy: ResolvedPolicy;
  /** Count only. */
  readonly dryRun?: boolean | undefined;
  readonly allowUnsealed?: boolean | undefined;
}

/** Merges the files at `paths`, in their order, into the uncompressed binary snapshot `out`. */
export async function mergeToFile(
  paths: readonly string[],
  out: string,
  { policy, dryRun = false, allowUnsealed }: FileMergeOptions,
): Promise<FileMerge> {
  await refuseOverwriting(out, paths);
  const encoding = { format: SnapshotFormat.BINARY, compressed: false };
  const output = dryRun ? undefined : { fileSystem: nodeFileSystem, path: out, encoding };
  return withInputs({ paths, allowUnsealed, label: 'Merging' }, (inputs) =>
    mergeFiles(inputs, output, policy),
  );
}
