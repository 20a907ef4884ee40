/**
 * Checks the records of a snapshot or a merge one by one, as records that are upserted are checked,
 * and that an id occurs once in a part. Keeps the ids, about 60 bytes each, and no record.
 */
import { ProtovecError } from '../../errors.js';
import { Metric } from '../../gen/protovec/v1/collection.js';
import { readableId } from '../../record/peek.js';
import { RecordScan, scanRecord } from '../../record/scan.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { StagedIds } from './staged-ids.js';

export class CheckedRecords {
  /** What the last check found. */
  readonly scan = new RecordScan();
  readonly #rules: { dimension: number; metric: Metric };
  readonly #ids = new StagedIds();
  #partStart = 0;
  #count = 0;

  /** `header`: of the collection that the records are for. */
  constructor(header: SnapshotHeader) {
    this.#rules = { dimension: header.dimension, metric: header.metric || Metric.COSINE };
  }

  /** Different ids. */
  get idCount(): number {
    return this.#ids.count;
  }

  /** Starts a part: its records replace those of earlier parts with the same ids. */
  beginPart(): void {
    this.#partStart = this.#count;
  }

  /**
   * Checks the record that is encoded in `source` from `start` up to `end`; returns the position of
   * the record of an earlier part that it replaces, or -1. Throws INVALID_ARGUMENT,
   * INVALID_EMBEDDING or, for a duplicate, SERIALIZATION_ERROR; fields are paths such as
   * `records[17].embedding`, counted over everything checked.
   */
  check(source: Uint8Array, start: number, end: number): number {
    const { scan } = this;
    const index = this.#count;
    try {
      scanRecord(source, start, end, this.#rules, scan);
      const before = this.#ids.put(source, scan.idStart, scan.idEnd, index);
      if (before >= this.#partStart) throw duplicate(before);
      this.#count += 1;
      return before;
    } catch (error) {
      throw error instanceof ProtovecError
        ? atRecord(error, index, source.subarray(start, end))
        : error;
    }
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
