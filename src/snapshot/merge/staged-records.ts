/**
 * Checks the records of a merge one by one and writes them, or those of them that are wanted, in
 * stored form with the times that they came with, to a sealed snapshot.
 *
 * Invariants: every record has passed all checks of a record that is upserted; an id occurs once in
 * a part. Across parts the later record wins, wanted or not: the earlier one may have been written
 * by then and is noted in `superseded`. Never reads back what it wrote.
 */
import type { ServerFields } from '../../record/project.js';
import { appendStoredWithTimes } from '../../record/stored-form.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { File } from '../../storage/file-system.js';
import type { WrittenSnapshot } from '../binary/sealed-sink.js';
import { SnapshotWriter } from '../binary/snapshot-writer.js';
import { IntRows } from '../int-rows.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { CheckedRecords } from './checked-records.js';

/**
 * Whether a record is wanted: in stored form in `bytes` from `start` up to `end`, with the times that
 * it came with; NaN seconds where it has none.
 */
export type RecordTest = (
  bytes: Uint8Array,
  start: number,
  end: number,
  times: ServerFields,
) => boolean;

export class StagedRecords {
  /** Positions, in order of writing, of records that a later part replaces. */
  readonly superseded = new Set<number>();
  readonly #writer: SnapshotWriter;
  readonly #records: CheckedRecords;
  readonly #body = new ByteWriter();
  /** By position among all records: 1 + position among those that were written; 0: left out. */
  readonly #positions = new IntRows(1);
  #checked = 0;
  #written = 0;

  /** `header`: of the collection that the records are for. */
  constructor(file: File, header: SnapshotHeader) {
    this.#writer = new SnapshotWriter(file, header);
    this.#records = new CheckedRecords(header);
  }

  /** Records written so far. */
  get count(): number {
    return this.#written;
  }

  /** Starts a part: its records replace those of earlier parts with the same ids. */
  beginPart(): void {
    this.#records.beginPart();
  }

  /**
   * Checks the record that is encoded in `source` from `start` up to `end`, and writes it unless it
   * fails `wanted`. Throws what `CheckedRecords.check` throws. A promise, to be awaited, only when a
   * block had to be written.
   */
  add(source: Uint8Array, start: number, end: number, wanted?: RecordTest): Promise<void> | void {
    const before = this.#records.check(source, start, end);
    if (before >= 0) this.#supersede(before);
    const { scan } = this.#records;
    const ordinal = this.#checked;
    this.#checked += 1;
    let [bytes, from, to] = [source, start, end];
    if (!scan.stored) {
      this.#body.reset();
      appendStoredWithTimes(source, scan, this.#body);
      [bytes, from, to] = [this.#body.buffer, 0, this.#body.length];
    }
    if (wanted !== undefined && !wanted(bytes, from, to, scan)) return;
    this.#written += 1;
    this.#positions.piece(ordinal)[this.#positions.offset(ordinal)] = this.#written;
    return this.#writer.record(bytes, from, to);
  }

  #supersede(ordinal: number): void {
    const place = this.#positions.piece(ordinal)[this.#positions.offset(ordinal)];
    if (place > 0) this.superseded.add(place - 1);
  }

  /** Seals the file. */
  finish(): Promise<WrittenSnapshot> {
    return this.#writer.finish();
  }
}
