/**
 * Counts how many records have each value of a metadata key from its column, where that tells: a
 * look at a number for each record, and at the bytes once for each value.
 *
 * Invariant: what was counted stands for values only as long as the column numbers them so; a
 * caller that finds the counts stale starts over.
 */
import { grown } from '../../index/grow.js';
import type { MetadataColumn } from '../columns/metadata-column.js';
import type { RecordColumns } from '../columns/record-columns.js';
import type { FacetCounts } from './facet-counts.js';

export class ColumnCounts {
  readonly #columns: RecordColumns;
  readonly #facet: FacetCounts;
  /** Undefined: there is none so far. */
  #column: MetadataColumn | undefined;
  #generation = 0;
  /** Records by value. */
  #counts = new Uint32Array(0);
  /** Values below were handed to the facet. */
  #taken = 1;

  /** `facet`: where the counts go in the end. */
  constructor(columns: RecordColumns, facet: FacetCounts) {
    this.#columns = columns;
    this.#facet = facet;
  }

  /** Whether the columns tell the slot's value, if its record is in the columns as it is. */
  tells(slot: number): boolean {
    if (this.#column === undefined) {
      this.#column = this.#columns.metadata(this.#facet.key);
      this.#generation = this.#column?.generation ?? 0;
    }
    return this.#columns.tells(slot, this.#column);
  }

  /** Counts the record of a slot that is in the columns as it is. */
  add(slot: number): void {
    const value = this.#column?.at(slot) ?? 0;
    if (value === 0) return;
    if (value >= this.#counts.length) this.#counts = grown(this.#counts, value);
    this.#counts[value] += 1;
  }

  /** Whether the column has numbered its values anew since they were counted. */
  get isStale(): boolean {
    return (this.#column?.generation ?? this.#generation) !== this.#generation;
  }

  /** Hands the next value to the facet; says whether there is another. */
  takeNext(): boolean {
    const value = this.#taken;
    if (value >= this.#counts.length) return false;
    this.#taken += 1;
    const count = this.#counts[value];
    const bytes = count > 0 ? this.#column?.values.bytes(value) : undefined;
    if (bytes !== undefined) this.#facet.addMany(bytes, 0, bytes.length, count);
    return this.#taken < this.#counts.length;
  }
}
