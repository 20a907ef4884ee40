/**
 * Writes what is intact of a snapshot as a new sealed one, and seals snapshots that are not.
 *
 * Invariants: the new file appears whole or not at all; the old one is only read. A record is copied
 * as it is, byte for byte. Of the records with one id in a part the first is kept, over parts the
 * later one.
 */
import { invalidArgument, ProtovecError } from '../../errors.js';
import type { Metric } from '../../gen/protovec/v1/collection.js';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import type { SnapshotReport } from '../../gen/protovec/v1/snapshot_report.js';
import { publishFile } from '../../storage/atomic-file.js';
import { isSameFile } from '../../storage/copy-file.js';
import type { File, FileSystem } from '../../storage/file-system.js';
import type { WrittenSnapshot } from '../binary/sealed-sink.js';
import { createSnapshotWriter } from '../create-writer.js';
import { Slices } from '../slices.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { PartSeals } from './salvage-seal.js';
import {
  type Examination,
  examineSnapshot,
  openSalvage,
  type ValidateOptions,
} from './validate.js';

export interface RepairOptions extends Pick<ValidateOptions, 'onProgress' | 'signal'> {
  /** Metric of the records, for a file whose header is damaged; refused when it contradicts one. */
  readonly metric?: Metric | undefined;
  /** Fields of the new header that are known better than from the file. */
  readonly header?: Partial<SnapshotHeader> | undefined;
}

/** What a repair found in the old file, and what it wrote. */
export interface Repair {
  readonly report: SnapshotReport;
  readonly written: WrittenSnapshot;
}

/**
 * Writes the intact records of the snapshot file `input` to `output`, compressed if it is, and JSON
 * as binary. Throws SERIALIZATION_ERROR when nothing is intact or the metric is unknown,
 * ALREADY_EXISTS when `output` is the same file.
 */
export async function repairSnapshot(
  fs: FileSystem,
  input: string,
  output: string,
  options: RepairOptions = {},
): Promise<Repair> {
  await refuseSame(input, output);
  const file = await fs.open(input, 'read');
  try {
    const found = await examineTwice(file, options);
    const header = repairedHeader(found.report, input, options);
    return { report: found.report, written: await writeKept(fs, file, output, header, found) };
  } finally {
    await file.close();
  }
}

/**
 * Writes the unsealed snapshot file `input` to `output` with checksums and a footer. Throws
 * SERIALIZATION_ERROR when anything else is wrong with it.
 */
export async function sealSnapshot(
  fs: FileSystem,
  input: string,
  output: string,
  options: Pick<RepairOptions, 'onProgress' | 'signal'> = {},
): Promise<Repair> {
  await refuseSame(input, output);
  const file = await fs.open(input, 'read');
  try {
    const found = await examineSnapshot(file, { ...options, allowUnsealed: true });
    const { report } = found;
    if (!report.valid) throw unsealable(input, report);
    const header = repairedHeader(report, input, {});
    return { report, written: await writeKept(fs, file, output, header, found) };
  } finally {
    await file.close();
  }
}

/** Once more when records of a part turned out not to count only after they had replaced others. */
async function examineTwice(file: File, options: RepairOptions): Promise<Examination> {
  const { onProgress, signal } = options;
  const first = await examineSnapshot(file, { onProgress, signal, allowUnsealed: true });
  if (first.rejected.size === 0) return first;
  return examineSnapshot(file, { onProgress, signal, allowUnsealed: true }, first.rejected);
}

async function writeKept(
  fs: FileSystem,
  file: File,
  output: string,
  header: SnapshotHeader,
  { report, records: { dropped }, rejected }: Examination,
): Promise<WrittenSnapshot> {
  // JSON has no checksums: sealing it is to write it as binary.
  const encoding = { format: SnapshotFormat.BINARY, compressed: report.compressed };
  let written: WrittenSnapshot | undefined;
  await publishFile(fs, output, async (target) => {
    const writer = createSnapshotWriter(target, header, encoding);
    const ignore = (): void => {};
    const seals = new PartSeals(ignore, rejected);
    const slices = new Slices();
    const { blocks } = await openSalvage(file, seals, { found: ignore });
    let ordinal = 0;
    for await (const { bytes, records, count } of blocks) {
      for (let i = 0; i < count; i++) {
        if (dropped.has(ordinal++)) continue;
        const flushed = writer.record(bytes, records[i * 2], records[i * 2 + 1]);
        if (flushed !== undefined) await flushed;
        const others = slices.done();
        if (others !== undefined) await others;
      }
    }
    written = await writer.finish();
  });
  return written as unknown as WrittenSnapshot;
}

function repairedHeader(
  report: SnapshotReport,
  name: string,
  { metric, header = {} }: RepairOptions,
): SnapshotHeader {
  const { dimension, indexConfig, collection, embeddingModel, createdAt } = report;
  if (report.dimension === 0 && header.dimension === undefined) {
    throw refused(name, 'nothing of it is intact, so there is nothing to write', report);
  }
  if (report.metric !== 0 && metric !== undefined && metric !== report.metric) {
    throw invalidArgument('metric', `${name} says another metric than the one that was given`);
  }
  const known = header.metric ?? (report.metric || metric);
  if (known === undefined) {
    throw refused(name, 'the part of it that says the metric is damaged: say which it is', report);
  }
  return {
    dimension,
    indexConfig,
    collection,
    embeddingModel,
    createdAt: createdAt ?? { seconds: 0n, nanos: 0 },
    logSequence: Number(report.logSequence),
    ...header,
    metric: known,
  };
}

function refused(name: string, what: string, { findings }: SnapshotReport): ProtovecError {
  const first = findings[0]?.message;
  const because = first === undefined ? '' : ` (${first})`;
  return new ProtovecError('SERIALIZATION_ERROR', `${name}: ${what}${because}`, {
    metadata: { file: name },
  });
}

function unsealable(name: string, report: SnapshotReport): ProtovecError {
  const what = `it has more wrong with it than that it is not sealed; repair it instead`;
  const errors = { ...report, findings: report.findings.filter(({ kind }) => kind !== 10) };
  return refused(name, what, errors);
}

async function refuseSame(input: string, output: string): Promise<void> {
  if (!(await isSameFile(input, output))) return;
  throw new ProtovecError(
    'ALREADY_EXISTS',
    `${output} is the file that is read: write to another one, and move it when it is done`,
    { field: 'output' },
  );
}
