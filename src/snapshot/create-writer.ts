/** The one place that knows which writer writes which encoding of a snapshot. */
import { SnapshotFormat } from '../gen/protovec/v1/persistence.js';
import type { File } from '../storage/file-system.js';
import { CompressedSnapshotWriter } from './binary/compressed-writer.js';
import type { WrittenSnapshot } from './binary/sealed-sink.js';
import { SnapshotWriter } from './binary/snapshot-writer.js';
import { JsonSnapshotWriter } from './json/json-writer.js';
import type { SnapshotHeader } from './snapshot-header.js';

/** How a snapshot is written. */
export interface SnapshotEncoding {
  /** JSON or, for every other value, binary. */
  format: SnapshotFormat;
  /** Whether records are compressed; binary alone can be, and JSON is written uncompressed. */
  compressed: boolean;
}

/** Writes the records of one snapshot, as a stream in constant memory. */
export interface RecordWriter {
  /** Records written. */
  readonly recordCount: number;
  /**
   * Appends a record: the bytes of `source` from `start` up to `end` are its complete body, the
   * server's fields included. A promise, to be awaited, only when something had to be written; the
   * bytes must stay as they are until then.
   */
  record(source: Uint8Array, start: number, end: number): Promise<void> | void;
  /** Seals the snapshot; afterwards every byte has been handed to the operating system. */
  finish(): Promise<WrittenSnapshot>;
}

/** Begins a snapshot of one part in `file`, which is new and empty. */
export function createSnapshotWriter(
  file: File,
  header: SnapshotHeader,
  { format, compressed }: SnapshotEncoding,
): RecordWriter {
  if (format === SnapshotFormat.JSON) return new JsonSnapshotWriter(file, header);
  return compressed ? new CompressedSnapshotWriter(file, header) : new SnapshotWriter(file, header);
}
