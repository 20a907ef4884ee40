/** Snapshots as the server describes them, and what the calls on them report. */
import { fromEnum, toEnum } from './enum-names.js';
import { SnapshotFormat as ProtoSnapshotFormat } from './gen/protovec/v1/persistence.js';
import type { Snapshot as ProtoSnapshot } from './gen/protovec/v1/snapshot.js';
import { toDate } from './timestamp.js';

/** `binary`: the encoded StorageSnapshot message. `json`: its canonical JSON. */
export type SnapshotFormat = 'binary' | 'json';

/** A snapshot on the server. */
export interface SnapshotInfo {
  id: string;
  collection: string;
  format: SnapshotFormat;
  /** Whether its records are compressed. */
  compressed: boolean;
  /** Length of the file in bytes. */
  sizeBytes: number;
  recordCount: number;
  createTime: Date;
  /** Log sequence that it includes. */
  sequence: number;
  /** SHA-256 of the file, 32 bytes. */
  sha256: Uint8Array;
}

/** How far the server has come. */
export interface SnapshotProgress {
  /** Records done so far. */
  records: number;
  /** Records in all. */
  total: number;
}

/** What `restore` did. */
export interface RestoreResult {
  /** Records of the snapshot, all applied. */
  restored: number;
  /** Log sequence of the restore. */
  sequence: number;
}

const formats = {
  binary: ProtoSnapshotFormat.BINARY,
  json: ProtoSnapshotFormat.JSON,
} as const;

/** The generated format. Absent: as the collection is configured. */
export function toSnapshotFormat(format: SnapshotFormat | undefined): ProtoSnapshotFormat {
  return toEnum(formats, format, 'format');
}

/** A snapshot from its generated message. */
export function fromSnapshot(snapshot: ProtoSnapshot): SnapshotInfo {
  return {
    id: snapshot.snapshotId,
    collection: snapshot.collection,
    format: fromEnum(formats, snapshot.format, 'format'),
    compressed: snapshot.compressed,
    sizeBytes: Number(snapshot.sizeBytes),
    recordCount: Number(snapshot.recordCount),
    createTime: toDate(snapshot.createTime),
    sequence: Number(snapshot.logSequence),
    sha256: snapshot.sha256,
  };
}
