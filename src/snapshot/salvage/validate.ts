/**
 * Validates a snapshot of any encoding: reads it whole, goes on after damage, and reports what it
 * holds and everything that is wrong.
 *
 * Invariants: work is linear in the length of the file; memory is constant apart from the ids. Never
 * throws for what the file holds, never changes it.
 */
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import {
  SnapshotFindingKind as Kind,
  SnapshotReport,
} from '../../gen/protovec/v1/snapshot_report.js';
import type { SnapshotSource } from '../binary/byte-window.js';
import { Slices } from '../slices.js';
import { PagedFile } from './paged-file.js';
import { ReportFindings } from './report-findings.js';
import { Salvage, type SalvagedBlock } from './salvage.js';
import { JsonSalvage } from './salvage-json.js';
import { PartSeals } from './salvage-seal.js';
import { SalvagedRecords } from './salvaged-records.js';

export interface ValidateOptions {
  /** Count a snapshot without checksums and footer as valid. Default false. */
  allowUnsealed?: boolean | undefined;
  /** Told the bytes checked so far and the length of the file. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the validation with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What a validation found, and what a repair needs to know besides. */
export interface Examination {
  readonly report: SnapshotReport;
  readonly records: SalvagedRecords;
  /** Numbers of parts whose records do not count after all. */
  readonly rejected: ReadonlySet<number>;
}

/** Validates the snapshot in `source`, which stays open. Throws only what reading it throws. */
export async function validateSnapshot(
  source: SnapshotSource,
  options: ValidateOptions = {},
): Promise<SnapshotReport> {
  return (await examineSnapshot(source, options)).report;
}

/** The same; `rejected` are parts that an earlier examination found not to count. */
export async function examineSnapshot(
  source: SnapshotSource,
  options: ValidateOptions = {},
  rejected: ReadonlySet<number> = new Set(),
): Promise<Examination> {
  const findings = new ReportFindings(options.allowUnsealed === true);
  const records = new SalvagedRecords(findings);
  const size = await source.size();
  const seals = new PartSeals(findings.add, rejected);
  const onProgress = (done: number): void => options.onProgress?.(done, size);
  const salvage = { found: findings.add, onProgress, signal: options.signal };
  const { format, blocks } = await openSalvage(source, seals, salvage);
  let compressed = false;
  const slices = new Slices();
  for await (const block of blocks) {
    compressed ||= block.part.compressed;
    for (let i = 0; i < block.count; i++) {
      records.check(block, i, seals.header);
      const others = slices.done();
      if (others === undefined) continue;
      await others;
      options.signal?.throwIfAborted();
    }
  }
  const empty = records.intact === 0 && findings.errors === 0;
  if (size === 0) findings.add(Kind.TRUNCATED, 0, 'the file is empty: copy it again');
  else if (empty) findings.add(Kind.EMPTY, 0, 'the snapshot has no records, which is no error');
  const report = reportOf(format, size, seals, records, findings);
  report.compressed = compressed;
  return { report, records, rejected: seals.rejected };
}

/** How a file that may be damaged is written, and what is intact of it. */
export async function openSalvage(
  source: SnapshotSource,
  seals: PartSeals,
  options: ConstructorParameters<typeof Salvage>[2],
): Promise<{ format: SnapshotFormat; blocks: AsyncGenerator<SalvagedBlock, void, undefined> }> {
  const head = Buffer.alloc(64);
  const count = await source.read(head, 0);
  if (/^[ \t\r\n]*\{/.test(head.toString('latin1', 0, count))) {
    const salvage = new JsonSalvage(source, seals, options);
    return { format: SnapshotFormat.JSON, blocks: salvage.blocks() };
  }
  const salvage = new Salvage(await PagedFile.open(source), seals, options);
  return { format: SnapshotFormat.BINARY, blocks: salvage.blocks() };
}

function reportOf(
  format: SnapshotFormat,
  size: number,
  seals: PartSeals,
  records: SalvagedRecords,
  findings: ReportFindings,
): SnapshotReport {
  const { header, first } = seals;
  return {
    ...SnapshotReport.create(),
    valid: findings.errors === 0,
    format: seals.count > 0 ? format : SnapshotFormat.UNSPECIFIED,
    sealed: format === SnapshotFormat.BINARY && seals.count > 0 && seals.unsealedCount === 0,
    version: first?.version ?? '',
    partCount: seals.count,
    sizeBytes: BigInt(size),
    recordCount: BigInt(records.intact),
    dimension: header?.dimension ?? records.dimension,
    metric: header?.metric ?? 0,
    embeddingModel: header?.embeddingModel ?? '',
    collection: first?.header?.collection ?? '',
    createdAt: known(first?.header?.createdAt),
    logSequence: BigInt(first?.header?.logSequence ?? 0),
    indexConfig: header?.indexConfig,
    findingCount: BigInt(findings.count),
    findings: findings.list(),
  };
}

/** A header says 0 for a time that its part does not say. */
function known(time: SnapshotReport['createdAt']): SnapshotReport['createdAt'] {
  return time !== undefined && (time.seconds !== 0n || time.nanos !== 0) ? time : undefined;
}
