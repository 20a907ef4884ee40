/**
 * How two sets of records differ: in what clients wrote, told by id. Times, revisions and the way
 * in which a record is encoded make no difference; of the records of several parts with one id the
 * last one counts.
 *
 * Invariants: nothing is told before both sets have been read whole, so a damaged set has no
 * differences; memory is about 75 bytes and the id for each id of the first set, and half of that
 * for each that only the second has, whatever the size of the records.
 */
import { ProtovecError } from '../../errors.js';
import { DifferenceKind, type RecordDifference } from '../../gen/protovec/v1/snapshot_diff.js';
import type { RecordScan } from '../../record/scan.js';
import { IntRows } from '../int-rows.js';
import { RecordIds } from '../record-ids.js';
import { fieldPaths, RecordDigests } from './record-digests.js';
import {
  duplicateRecord,
  forEachRecord,
  type RecordBlock,
  type RecordPlace,
  type RecordSource,
} from './record-pass.js';

/** How many records two sets share and do not share. */
export interface ComparisonSummary {
  /** Records that only the second set has. */
  added: number;
  /** Records that only the first set has. */
  removed: number;
  /** Records that both have and that are not the same. */
  changed: number;
  /** Records that both have and that are the same. */
  unchanged: number;
}

/** Columns of an id's row: the position of its last record, and the fields that differ, as bits. */
const positionColumn = 0;
const changedColumn = 1;
/** Set beside the fields in a row of the first set whose id the second set has. */
const seen = 1 << 30;

export class Comparison {
  /** Ids of the first set, then those that only the second has. */
  readonly #ids = new RecordIds();
  /** By number of the id: what the first set has. */
  readonly #digests = new RecordDigests();
  /** By number of the id. */
  readonly #rows = new IntRows(2);
  /** By position, over both sets: number of the id. */
  readonly #numbers = new IntRows(1);
  /** Ids and records of the first set. */
  #firstIds = 0;
  #firstRecords = 0;
  /** Records of both sets. */
  #records = 0;
  #dimension: number | undefined;
  #changed = 0;
  #unchanged = 0;

  private constructor() {}

  /**
   * Compares two sets; both are read whole, the first one first. Throws what reading them throws,
   * SERIALIZATION_ERROR when a part has an id twice or a record that is not valid, and
   * INCOMPATIBLE_SNAPSHOT when they differ in dimension and so in every embedding.
   */
  static async of(first: RecordSource, second: RecordSource): Promise<Comparison> {
    const comparison = new Comparison();
    await forEachRecord(comparison.#fitting(first), (bytes, scan, place) => {
      const number = comparison.#take(first.name, bytes, scan, place);
      comparison.#digests.put(number, bytes, scan);
    });
    comparison.#firstIds = comparison.#ids.count;
    comparison.#firstRecords = comparison.#records;
    await forEachRecord(comparison.#fitting(second), (bytes, scan, place) =>
      comparison.#addSecond(second.name, bytes, scan, place),
    );
    return comparison;
  }

  get summary(): ComparisonSummary {
    const [changed, unchanged] = [this.#changed, this.#unchanged];
    const removed = this.#firstIds - changed - unchanged;
    return { added: this.#ids.count - this.#firstIds, removed, changed, unchanged };
  }

  /**
   * The differences: records that are added or changed in the order of the second set, then those
   * that are removed in the order of the first.
   */
  *differences(): Generator<RecordDifference, void, undefined> {
    const { ADDED, REMOVED, CHANGED } = DifferenceKind;
    for (let position = this.#firstRecords; position < this.#records; position++) {
      if (!this.#differs(position)) continue;
      const number = this.#numberAt(position);
      const id = this.#ids.text(number);
      if (number >= this.#firstIds) yield { id, kind: ADDED };
      else yield { id, kind: CHANGED, changedFields: fieldPaths(this.#get(number, changedColumn)) };
    }
    for (let position = 0; position < this.#firstRecords; position++) {
      const number = this.#numberAt(position);
      if (this.#get(number, positionColumn) !== position) continue;
      yield { id: this.#ids.text(number), kind: REMOVED };
    }
  }

  /**
   * Whether the record at this position of the second set, from 0, is added or changed, and no
   * later part replaces it.
   */
  isChange(position: number): boolean {
    return this.#differs(this.#firstRecords + position);
  }

  #differs(position: number): boolean {
    const number = this.#numberAt(position);
    if (this.#get(number, positionColumn) !== position) return false;
    return number >= this.#firstIds || this.#get(number, changedColumn) !== seen;
  }

  /** The same set, refused when it is of another dimension than what came before it. */
  #fitting({ name, blocks }: RecordSource): RecordSource {
    const check = (dimension: number): void => {
      this.#dimension ??= dimension;
      if (dimension === this.#dimension) return;
      throw new ProtovecError(
        'INCOMPATIBLE_SNAPSHOT',
        `${name} has dimension ${dimension}, what it is compared with has ${this.#dimension}: ` +
          'every embedding differs; compare sets of one dimension',
      );
    };
    async function* checked(): AsyncGenerator<RecordBlock> {
      for await (const block of blocks) {
        check(block.part.header.dimension);
        yield block;
      }
    }
    return { name, blocks: checked() };
  }

  #addSecond(name: string, bytes: Uint8Array, scan: RecordScan, place: RecordPlace): void {
    const number = this.#take(name, bytes, scan, place);
    if (number >= this.#firstIds) return;
    const piece = this.#rows.piece(number);
    const at = this.#rows.offset(number) + changedColumn;
    // An earlier part may have been counted: the bit beside those of the fields says so.
    if (piece[at] === seen) this.#unchanged -= 1;
    else if (piece[at] !== 0) this.#changed -= 1;
    const changed = this.#digests.compare(number, bytes, scan);
    if (changed === 0) this.#unchanged += 1;
    else this.#changed += 1;
    piece[at] = changed | seen;
  }

  /** Gives the record the next position; returns the number of its id. */
  #take(name: string, bytes: Uint8Array, scan: RecordScan, place: RecordPlace): number {
    const known = this.#ids.count;
    const number = this.#ids.number(bytes, scan.idStart, scan.idEnd);
    const piece = this.#rows.piece(number);
    const at = this.#rows.offset(number) + positionColumn;
    const partStart = this.#records - (place.position - place.partStart);
    if (number < known && piece[at] >= partStart) {
      throw duplicateRecord(name, place.position, bytes, scan);
    }
    piece[at] = this.#records;
    this.#numbers.piece(this.#records)[this.#numbers.offset(this.#records)] = number;
    this.#records += 1;
    return number;
  }

  #numberAt(position: number): number {
    return this.#numbers.piece(position)[this.#numbers.offset(position)];
  }

  #get(number: number, column: number): number {
    return this.#rows.piece(number)[this.#rows.offset(number) + column];
  }
}
