/**
 * Which records of several files a merge of them keeps, decided from their ids and times alone.
 *
 * Invariants: within a file a later part replaces earlier ones, whatever the policy; only what a
 * file comes to is weighed against the files before it. Memory is about 60 bytes and the id for
 * each id.
 */
import type { MergeConflict } from '../../gen/protovec/v1/merge.js';
import { limits } from '../../limits.js';
import type { RecordScan } from '../../record/scan.js';
import type { Instant } from '../../record/timestamp.js';
import { duplicateRecord, type RecordPlace } from '../diff/record-pass.js';
import { IntRows } from '../int-rows.js';
import { RecordIds } from '../record-ids.js';
import { mergedReplaces, type ResolvedPolicy } from './merge-policy.js';

/** Columns of an id's row: position and time of the record that is kept, and of this file's. */
const keptColumn = 0;
const newColumn = 4;
const width = 8;
/** Upper half of the seconds of a record that has no time. */
const noTime = -(2 ** 31);

export class MergePlan {
  created = 0;
  replaced = 0;
  /** Records that were left out because the existing one was kept. */
  skipped = 0;
  /** The first of the records whose ids existed, at most limits.mergeConflictsMax. */
  readonly conflicts: MergeConflict[] = [];
  readonly #policy: ResolvedPolicy;
  readonly #ids = new RecordIds();
  readonly #rows = new IntRows(width);
  /** Ids that the file at hand has, in the order of their first records. */
  #touched: number[] = [];
  #fileStart = 0;
  #records = 0;

  constructor(policy: ResolvedPolicy) {
    this.#policy = policy;
  }

  /** Takes the next record of the file at hand, which errors call `name`. */
  add(name: string, bytes: Uint8Array, scan: RecordScan, place: RecordPlace): void {
    const known = this.#ids.count;
    const number = this.#ids.number(bytes, scan.idStart, scan.idEnd);
    const row = this.#rows.piece(number);
    const at = this.#rows.offset(number);
    if (number === known) {
      row[at + keptColumn] = -1;
      row[at + newColumn] = -1;
    }
    if (row[at + newColumn] >= this.#fileStart + place.partStart) {
      throw duplicateRecord(name, place.position, bytes, scan);
    }
    if (row[at + newColumn] < this.#fileStart) this.#touched.push(number);
    row[at + newColumn] = this.#records;
    putInstant(row, at + newColumn + 1, scan.updateTime);
    this.#records += 1;
  }

  /** Weighs what the file has come to against the files before it. */
  endFile(): void {
    for (const number of this.#touched) this.#weigh(number);
    this.#touched = [];
    this.#fileStart = this.#records;
  }

  /** By position over all files: 1 for a record that is kept. */
  kept(): Uint8Array {
    const kept = new Uint8Array(this.#records);
    for (let number = 0; number < this.#ids.count; number++) {
      kept[this.#rows.piece(number)[this.#rows.offset(number) + keptColumn]] = 1;
    }
    return kept;
  }

  #weigh(number: number): void {
    const row = this.#rows.piece(number);
    const at = this.#rows.offset(number);
    if (row[at + keptColumn] < 0) this.created += 1;
    else {
      const existing = getInstant(row, at + keptColumn + 1);
      const merged = getInstant(row, at + newColumn + 1);
      const replaced = mergedReplaces(this.#policy, existing, merged);
      this.#tell(number, existing, merged, replaced);
      if (!replaced) return;
    }
    row.copyWithin(at + keptColumn, at + newColumn, at + width);
  }

  #tell(number: number, existing: Instant, merged: Instant, replaced: boolean): void {
    if (replaced) this.replaced += 1;
    else this.skipped += 1;
    if (this.conflicts.length === limits.mergeConflictsMax) return;
    this.conflicts.push({
      id: this.#ids.text(number),
      existingUpdateTime: toTimestamp(existing),
      mergedUpdateTime: toTimestamp(merged),
      replaced,
    });
  }
}

function putInstant(row: Int32Array, at: number, { seconds, nanos }: Readonly<Instant>): void {
  row[at] = Number.isNaN(seconds) ? noTime : Math.floor(seconds / 2 ** 32);
  row[at + 1] = seconds;
  row[at + 2] = nanos;
}

function getInstant(row: Int32Array, at: number): Instant {
  const high = row[at];
  const seconds = high === noTime ? Number.NaN : high * 2 ** 32 + (row[at + 1] >>> 0);
  return { seconds, nanos: row[at + 2] };
}

function toTimestamp({ seconds, nanos }: Instant): MergeConflict['existingUpdateTime'] {
  return Number.isNaN(seconds) ? undefined : { seconds: BigInt(seconds), nanos };
}
