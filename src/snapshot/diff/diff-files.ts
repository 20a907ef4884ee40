/**
 * How two snapshot files differ, and a snapshot of the difference: the records that the second file
 * adds or changes. Merged with OVERWRITE into the records of the first file, less those that are
 * removed, it gives the records of the second.
 */
import { ProtovecError } from '../../errors.js';
import { commonHeader } from '../common-header.js';
import type { SnapshotInput } from '../convert.js';
import { PartWriter, type SnapshotOutput, type WrittenFile } from '../part-writer.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { type PartInfo, readSnapshot, type SnapshotBlock } from '../snapshot-reader.js';
import { Comparison } from './diff.js';
import { forEachRecord } from './record-pass.js';

/** What a comparison of files found. */
export interface FileDifference {
  readonly comparison: Comparison;
  /** What the parts of the second file agree on. */
  readonly header: SnapshotHeader;
}

/** Compares two files; throws what `Comparison.of` throws. */
export async function diffFiles(
  first: SnapshotInput,
  second: SnapshotInput,
): Promise<FileDifference> {
  const parts: PartInfo[] = [];
  async function* noted(): AsyncGenerator<SnapshotBlock> {
    for await (const block of read(second)) {
      if (parts.at(-1) !== block.part) parts.push(block.part);
      yield block;
    }
  }
  const comparison = await Comparison.of(
    { name: first.name, blocks: read(first) },
    { name: second.name, blocks: noted() },
  );
  return { comparison, header: commonHeader(parts.map(({ header }) => header)) };
}

/**
 * Writes the records of `second`, the second file of the comparison, that it adds or changes, with
 * its header and byte for byte where the encoding has bytes. SERIALIZATION_ERROR when the file has
 * changed since.
 */
export async function writeChanges(
  { comparison, header }: FileDifference,
  second: SnapshotInput,
  output: SnapshotOutput,
): Promise<WrittenFile> {
  const { name } = second;
  const writer = new PartWriter(output, header);
  try {
    await forEachRecord({ name, blocks: read(second) }, (bytes, scan, { position }) => {
      if (comparison.isChange(position)) return writer.record(bytes, scan.start, scan.end);
    });
    const { added, changed } = comparison.summary;
    if (writer.recordCount !== added + changed) {
      const message = `${name} has changed since it was compared: compare it again`;
      throw new ProtovecError('SERIALIZATION_ERROR', message, { metadata: { file: name } });
    }
    const [written] = await writer.publish();
    return written;
  } finally {
    await writer.discard();
  }
}

function read({ file, name, allowUnsealed = false }: SnapshotInput): AsyncGenerator<SnapshotBlock> {
  return readSnapshot(file, { name, allowUnsealed });
}
