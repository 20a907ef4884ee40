/** What a validation found in a snapshot. */
import { fromIndexConfig, type IndexSettings, type Metric, metrics } from './collection-info.js';
import { fromEnum } from './enum-names.js';
import { SnapshotFormat as ProtoFormat } from './gen/protovec/v1/persistence.js';
import {
  SnapshotFindingKind as Kind,
  type SnapshotReport as ProtoReport,
} from './gen/protovec/v1/snapshot_report.js';
import type { SnapshotFormat } from './snapshot-info.js';
import { toDate } from './timestamp.js';

/**
 * `missing`: there is no file. `truncated`: it ends too early. `checksum`: bytes do not match their
 * checksum, count or digest. `malformed`: bytes that no snapshot has. `unsealed`: no checksums; an
 * error unless it was allowed. `empty`: no records, which is no error.
 */
export type SnapshotFindingKind =
  | 'missing'
  | 'truncated'
  | 'checksum'
  | 'malformed'
  | 'wrong-dimension'
  | 'invalid-embedding'
  | 'invalid-record'
  | 'duplicate-id'
  | 'newer-version'
  | 'unsealed'
  | 'inconsistent-parts'
  | 'empty';

/** One thing that was found. */
export interface SnapshotFinding {
  kind: SnapshotFindingKind;
  /** Offset in the file in bytes. */
  offset: number;
  /** Id of the record that it is about; empty: none. */
  recordId: string;
  message: string;
}

/** What a snapshot file holds and what is wrong with it. */
export interface SnapshotReport {
  /** Whether it can be restored and merged. */
  valid: boolean;
  /** Undefined: it is no snapshot. */
  format: SnapshotFormat | undefined;
  compressed: boolean;
  /** Whether checksums cover every part. */
  sealed: boolean;
  /** Format version, such as `1.0.0`. */
  version: string;
  partCount: number;
  sizeBytes: number;
  /** Records that are intact, which a repair keeps. */
  recordCount: number;
  /** 0: unknown. */
  dimension: number;
  /** Undefined: unknown. */
  metric: Metric | undefined;
  /** Empty: unknown. */
  embeddingModel: string;
  /** Collection that it was taken of; empty: unknown. */
  collection: string;
  createdAt: Date | undefined;
  /** Log sequence that it includes; 0: unknown. */
  sequence: number;
  /** Undefined: the defaults. */
  index: IndexSettings | undefined;
  /** All that was found. */
  findingCount: number;
  /** The first 100 of them. */
  findings: SnapshotFinding[];
}

const kinds = {
  missing: Kind.MISSING,
  truncated: Kind.TRUNCATED,
  checksum: Kind.CHECKSUM,
  malformed: Kind.MALFORMED,
  'wrong-dimension': Kind.WRONG_DIMENSION,
  'invalid-embedding': Kind.INVALID_EMBEDDING,
  'invalid-record': Kind.INVALID_RECORD,
  'duplicate-id': Kind.DUPLICATE_ID,
  'newer-version': Kind.NEWER_VERSION,
  unsealed: Kind.UNSEALED,
  'inconsistent-parts': Kind.INCONSISTENT_PARTS,
  empty: Kind.EMPTY,
} as const;
const formats = { binary: ProtoFormat.BINARY, json: ProtoFormat.JSON } as const;

/** A report from its generated message. */
export function fromReport(report: ProtoReport): SnapshotReport {
  const { valid, compressed, sealed, version, partCount, dimension, embeddingModel } = report;
  const { format, metric, collection, createdAt, indexConfig } = report;
  return {
    valid,
    format: format === 0 ? undefined : fromEnum(formats, format, 'format'),
    compressed,
    sealed,
    version,
    partCount,
    sizeBytes: Number(report.sizeBytes),
    recordCount: Number(report.recordCount),
    dimension,
    metric: metric === 0 ? undefined : fromEnum(metrics, metric, 'metric'),
    embeddingModel,
    collection,
    createdAt: createdAt === undefined ? undefined : toDate(createdAt),
    sequence: Number(report.logSequence),
    index: indexConfig === undefined ? undefined : fromIndexConfig(indexConfig),
    findingCount: Number(report.findingCount),
    findings: report.findings.map(({ kind, offset, recordId, message }) => ({
      kind: fromEnum(kinds, kind, 'kind'),
      offset: Number(offset),
      recordId,
      message,
    })),
  };
}
