/**
 * Checks the records of a merge one by one and writes them, in stored form with the times that they
 * came with, to a sealed snapshot.
 *
 * Invariants: a record that is written has passed every check of a record that is upserted; an id
 * occurs once in a part. Across parts the later record wins: the earlier one has been written by
 * then and is noted in `superseded`. Never reads back what it wrote.
 */
import { appendStoredWithTimes } from '../../record/stored-form.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { File } from '../../storage/file-system.js';
import type { WrittenSnapshot } from '../binary/sealed-sink.js';
import { SnapshotWriter } from '../binary/snapshot-writer.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { CheckedRecords } from './checked-records.js';

export class StagedRecords {
  /** Positions, in order of writing, of records that a later part replaces. */
  readonly superseded = new Set<number>();
  readonly #writer: SnapshotWriter;
  readonly #records: CheckedRecords;
  readonly #body = new ByteWriter();

  /** `header`: of the collection that the records are for. */
  constructor(file: File, header: SnapshotHeader) {
    this.#writer = new SnapshotWriter(file, header);
    this.#records = new CheckedRecords(header);
  }

  /** Starts a part: its records replace those of earlier parts with the same ids. */
  beginPart(): void {
    this.#records.beginPart();
  }

  /**
   * Checks and writes the record that is encoded in `source` from `start` up to `end`. Throws what
   * `CheckedRecords.check` throws. A promise, to be awaited, only when a block had to be written.
   */
  add(source: Uint8Array, start: number, end: number): Promise<void> | void {
    const before = this.#records.check(source, start, end);
    if (before >= 0) this.superseded.add(before);
    const { scan } = this.#records;
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
