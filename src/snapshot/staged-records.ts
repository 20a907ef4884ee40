/**
 * Checks the records of a merge one by one and writes them, in stored form with the times that they
 * came with, to a sealed snapshot.
 *
 * Invariants: a record that is written has passed every check of a record that is upserted; an id
 * occurs once in a part. Across parts the later record wins: the earlier one has been written by
 * then and is noted in `superseded`. Never reads back what it wrote.
 */
import { ProtovecError } from '../errors.js';
import { Metric } from '../gen/protovec/v1/collection.js';
import { peekString } from '../record/peek.js';
import { RecordScan, scanRecord } from '../record/scan.js';
import { appendStoredWithTimes } from '../record/stored-form.js';
import { ByteWriter } from '../storage/bytes.js';
import type { File } from '../storage/file-system.js';
import type { SnapshotHeader } from './snapshot-header.js';
import { SnapshotWriter, type WrittenSnapshot } from './snapshot-writer.js';
import { StagedIds } from './staged-ids.js';

export class StagedRecords {
  /** Positions, in order of writing, of records that a later part replaces. */
  readonly superseded = new Set<number>();
  readonly #writer: SnapshotWriter;
  readonly #rules: { dimension: number; metric: Metric };
  readonly #ids = new StagedIds();
  readonly #scan = new RecordScan();
  readonly #body = new ByteWriter();
  #partStart = 0;
  #count = 0;

  /** `header`: of the collection that the records are for. */
  constructor(file: File, header: SnapshotHeader) {
    this.#writer = new SnapshotWriter(file, header);
    this.#rules = { dimension: header.dimension, metric: header.metric || Metric.COSINE };
  }

  /** Starts a part: its records replace those of earlier parts with the same ids. */
  beginPart(): void {
    this.#partStart = this.#count;
  }

  /**
   * Checks and writes the record that is encoded in `source` from `start` up to `end`. Throws
   * INVALID_ARGUMENT, INVALID_EMBEDDING or, for a duplicate, SERIALIZATION_ERROR; fields are paths
   * such as `records[17].embedding`, counted over everything added. A promise, to be awaited, only
   * when a block had to be written.
   */
  add(source: Uint8Array, start: number, end: number): Promise<void> | void {
    const scan = this.#scan;
    const index = this.#count;
    try {
      scanRecord(source, start, end, this.#rules, scan);
    } catch (error) {
      throw error instanceof ProtovecError
        ? atRecord(error, index, source.subarray(start, end))
        : error;
    }
    const before = this.#ids.put(source, scan.idStart, scan.idEnd, index);
    if (before >= this.#partStart) {
      throw atRecord(duplicate(before), index, source.subarray(start, end));
    }
    if (before >= 0) this.superseded.add(before);
    this.#count += 1;
    if (scan.stored) return this.#writer.record(source, start, end);
    this.#body.reset();
    appendStoredWithTimes(source, scan, this.#body);
    return this.#writer.record(this.#body.buffer, 0, this.#body.length);
  }

  /** Seals the file. */
  finish(): Promise<WrittenSnapshot> {
    return this.#writer.finish();
  }
}

function duplicate(before: number): ProtovecError {
  return new ProtovecError(
    'SERIALIZATION_ERROR',
    `its id is that of record ${before} already; an id may occur once in a part: keep one of them`,
    { field: 'id' },
  );
}

/** The same error with the record's position and id in message, fields and metadata. */
function atRecord(error: ProtovecError, index: number, body: Uint8Array): ProtovecError {
  const id = readableId(body);
  const placed = error.within(`records[${index}]`);
  return new ProtovecError(
    error.reason,
    `record ${index}${id === '' ? '' : ` (id ${JSON.stringify(id)})`}: ${error.message}`,
    { violations: placed.violations, metadata: { ...error.metadata, record: String(index), id } },
  );
}

/** The record's id as far as it can be told; a record that is refused may have any. */
function readableId(body: Uint8Array): string {
  try {
    return peekString(body, 1).slice(0, 255);
  } catch {
    return '';
  }
}
