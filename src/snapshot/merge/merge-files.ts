/**
 * Merges snapshot files into a new one, a sealed part with each id once.
 *
 * Invariants: the files are read whole and agree before anything is written; the new file appears
 * whole or not at all. Bodies are kept byte for byte where the encoding has bytes. The files are
 * read twice; memory is a few blocks and a row for each id.
 */
import { ProtovecError } from '../../errors.js';
import { type MergeConflict, MergePolicy } from '../../gen/protovec/v1/merge.js';
import { commonHeader } from '../common-header.js';
import type { SnapshotInput } from '../convert.js';
import { forEachRecord } from '../diff/record-pass.js';
import { PartWriter, type SnapshotOutput, type WrittenFile } from '../part-writer.js';
import { headerConflict, type SnapshotHeader } from '../snapshot-header.js';
import { type PartInfo, readSnapshot, type SnapshotBlock } from '../snapshot-reader.js';
import { MergePlan } from './merge-plan.js';
import type { ResolvedPolicy } from './merge-policy.js';

/** What a merge of files did, or would do. */
export interface FileMerge {
  /** Records that the new file has from the first file that has their ids. */
  created: number;
  replaced: number;
  /** Records that were left out because one of an earlier file was kept. */
  skipped: number;
  /** Some of the records whose ids an earlier file had. */
  conflicts: MergeConflict[];
  /** The new file; absent when none was to be written. */
  written?: WrittenFile | undefined;
}

/** Most ids that the refusal of a merge names. */
const namedIdsMax = 10;

/**
 * Merges `inputs` in their order: existing is what the files before have. Without `output` it only
 * counts. Throws SERIALIZATION_ERROR for a file that is not valid, INCOMPATIBLE_SNAPSHOT when the
 * files disagree on dimension, metric or embedding model, and ALREADY_EXISTS under the policy FAIL.
 */
export async function mergeFiles(
  inputs: readonly SnapshotInput[],
  output: SnapshotOutput | undefined,
  policy: ResolvedPolicy,
): Promise<FileMerge> {
  const plan = new MergePlan(policy);
  const headers: SnapshotHeader[] = [];
  for (const input of inputs) {
    const parts: PartInfo[] = [];
    const blocks = fitting(input, parts, headers);
    await forEachRecord({ name: input.name, blocks }, (bytes, scan, place) =>
      plan.add(input.name, bytes, scan, place),
    );
    plan.endFile();
    for (const { header } of parts) {
      checkFit(header, headers, input.name);
      headers.push(header);
    }
  }
  const { created, replaced, skipped, conflicts } = plan;
  if (policy === MergePolicy.FAIL && skipped > 0) throw idsExist(conflicts, skipped);
  const counts = { created, replaced, skipped, conflicts };
  if (output === undefined) return counts;
  const written = await write(inputs, output, commonHeader(headers), plan.kept());
  return { ...counts, written };
}

async function write(
  inputs: readonly SnapshotInput[],
  output: SnapshotOutput,
  header: SnapshotHeader,
  kept: Uint8Array,
): Promise<WrittenFile> {
  const writer = new PartWriter(output, header);
  try {
    let next = 0;
    for (const input of inputs) {
      const { name } = input;
      const blocks = fitting(input, [], [header]);
      await forEachRecord({ name, blocks }, (bytes, scan) => {
        if (kept[next++] === 1) return writer.record(bytes, scan.start, scan.end);
      });
    }
    if (next !== kept.length) throw changedMeanwhile();
    const [written] = await writer.publish();
    return written;
  } finally {
    await writer.discard();
  }
}

/** The blocks of an input, refused as soon as a part is known not to fit; fills `parts`. */
async function* fitting(
  input: SnapshotInput,
  parts: PartInfo[],
  headers: readonly SnapshotHeader[],
): AsyncGenerator<SnapshotBlock> {
  const { file, name, allowUnsealed = false } = input;
  for await (const block of readSnapshot(file, { name, allowUnsealed })) {
    const { part } = block;
    if (parts.at(-1) !== part) {
      parts.push(part);
      if (part.sealed) checkFit(part.header, headers, name);
    }
    yield block;
  }
}

/** Compared with all, because one that names no embedding model agrees with every model. */
function checkFit(header: SnapshotHeader, others: readonly SnapshotHeader[], name: string): void {
  for (const other of others) {
    const conflict = headerConflict(header, other);
    if (conflict === undefined) continue;
    throw new ProtovecError(
      'INCOMPATIBLE_SNAPSHOT',
      `${name} has ${conflict}, which the files before it have: merge files that agree`,
      { metadata: { conflict, file: name } },
    );
  }
}

function changedMeanwhile(): ProtovecError {
  const message = 'the files have changed while they were merged: merge them again';
  return new ProtovecError('SERIALIZATION_ERROR', message);
}

function idsExist(conflicts: readonly MergeConflict[], count: number): ProtovecError {
  const ids = conflicts.slice(0, namedIdsMax).map(({ id }) => JSON.stringify(id));
  const more = count > ids.length ? ` and ${count - ids.length} more` : '';
  return new ProtovecError(
    'ALREADY_EXISTS',
    `${count} ${count === 1 ? 'id occurs' : 'ids occur'} in more than one file: ` +
      `${ids.join(', ')}${more}; nothing was written, choose another policy`,
    { metadata: { count: String(count), ids: ids.join(', ') } },
  );
}
