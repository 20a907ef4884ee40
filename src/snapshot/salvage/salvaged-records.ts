/**
 * Holds the records of a snapshot that may be damaged to the rules of any write: tells of each that
 * breaks one, counts the others, and knows which of them a repaired file has.
 *
 * Invariants: of the records with one id in a part the first counts; over parts the later one stands.
 * Keeps the ids, and one bit for each record.
 */
import { ProtovecError } from '../../errors.js';
import { Metric } from '../../gen/protovec/v1/collection.js';
import { SnapshotFindingKind as Kind } from '../../gen/protovec/v1/snapshot_report.js';
import { Cursor } from '../../record/cursor.js';
import { readableId } from '../../record/peek.js';
import { RecordScan, scanRecord } from '../../record/scan.js';
import { StagedIds } from '../merge/staged-ids.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { OrdinalSet } from './ordinal-set.js';
import type { ReportFindings } from './report-findings.js';
import type { SalvagedBlock } from './salvage-block.js';
import type { SalvagePart } from './salvage-part.js';

/** Tags of VectorRecord.embedding: a packed chunk, and one value. */
const packedTag = 0x32;
const singleTag = 0x35;

export class SalvagedRecords {
  /** Dimension of the records; 0 until it is known. */
  dimension = 0;
  /** Numbers, over all records in the order of the file, of those that a repaired file leaves out. */
  readonly dropped = new OrdinalSet();
  readonly #findings: ReportFindings;
  readonly #ids = new StagedIds();
  readonly #scan = new RecordScan();
  readonly #counts = new Map<SalvagePart, number>();
  #part: SalvagePart | undefined;
  #partStart = 0;
  #next = 0;

  constructor(findings: ReportFindings) {
    this.#findings = findings;
  }

  /** Intact records in parts that count. */
  get intact(): number {
    let intact = 0;
    for (const [part, count] of this.#counts) if (!part.rejected) intact += count;
    return intact;
  }

  /** Checks record `i` of `block`; `header` is that of the parts before, for one without. */
  check(block: SalvagedBlock, i: number, header: SnapshotHeader | undefined): void {
    const { part } = block;
    const ordinal = this.#next++;
    if (this.#part !== part) {
      this.#part = part;
      this.#partStart = ordinal;
    }
    if (part.rejected || !this.#keeps(block, i, header, ordinal)) this.dropped.add(ordinal);
    else this.#counts.set(part, (this.#counts.get(part) ?? 0) + 1);
  }

  #keeps(
    block: SalvagedBlock,
    i: number,
    header: SnapshotHeader | undefined,
    ordinal: number,
  ): boolean {
    const { part, bytes, records } = block;
    const known = part.header ?? header;
    this.dimension ||= known?.dimension ?? valuesIn(bytes, records[i * 2], records[i * 2 + 1]);
    const rules = {
      dimension: known?.dimension ?? this.dimension,
      // Where the metric is not known, any vector that some metric can compare will do.
      metric: known === undefined ? Metric.EUCLIDEAN : known.metric || Metric.COSINE,
    };
    if (!this.#isValid(block, i, rules)) return false;
    const { idStart, idEnd } = this.#scan;
    const before = this.#ids.put(bytes, idStart, idEnd, ordinal);
    if (before >= this.#partStart) {
      this.#ids.put(bytes, idStart, idEnd, before);
      const message =
        'the id occurs before it in the same part, which may have it once: keep one of them';
      this.#add(Kind.DUPLICATE_ID, block, i, message);
      return false;
    }
    if (before >= 0) this.dropped.add(before);
    return true;
  }

  #isValid(block: SalvagedBlock, i: number, rules: { dimension: number; metric: Metric }): boolean {
    const { bytes, records } = block;
    const [start, end] = [records[i * 2], records[i * 2 + 1]];
    if (this.#findings.isFull && end - start < rules.dimension * 4) {
      // Nobody reads why, and an error for each of millions takes its time.
      this.#findings.add(Kind.INVALID_RECORD, 0, '');
      return false;
    }
    try {
      scanRecord(bytes, start, end, rules, this.#scan);
      return true;
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      const values = error.reason === 'INVALID_EMBEDDING' ? valuesIn(bytes, start, end) : -1;
      if (values < 0) this.#add(Kind.INVALID_RECORD, block, i, error.message);
      else if (values === rules.dimension)
        this.#add(Kind.INVALID_EMBEDDING, block, i, error.message);
      else {
        const message = `the embedding has ${values} values, the dimension of the snapshot is ${rules.dimension}`;
        this.#add(Kind.WRONG_DIMENSION, block, i, message);
      }
      return false;
    }
  }

  #add(kind: Kind, block: SalvagedBlock, i: number, message: string): void {
    const { bytes, records, offset, inPlace, offsets } = block;
    const [start, end] = [records[i * 2], records[i * 2 + 1]];
    const at = offsets?.[i] ?? (inPlace ? offset + start : offset);
    this.#findings.add(kind, at, message, readableId(bytes.subarray(start, end)));
  }
}

/** Values of the embedding of a record; 0 when it has none or is no record. */
function valuesIn(bytes: Uint8Array, start: number, end: number): number {
  const cursor = new Cursor();
  let length = 0;
  try {
    cursor.open(bytes, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag === packedTag) {
        const valueEnd = cursor.valueEnd();
        length += valueEnd - cursor.position;
        cursor.position = valueEnd;
      } else {
        cursor.skip(tag);
        if (tag === singleTag) length += 4;
      }
    }
  } catch {
    return 0;
  }
  return Math.floor(length / 4);
}
