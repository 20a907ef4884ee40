/**
 * Sums up the records of some slots as they are when the walk begins, in slices between other work
 * of the thread.
 *
 * Nothing is copied beforehand: a record that is about to change is looked at at once, so that each
 * is taken as it was, whenever its turn would have come. Only the similarity to the centroid needs
 * the vectors a second time: those that change while the sums are taken are kept until then.
 *
 * Invariants: each slot is added once to each sum; what fails here fails the walk, never the write
 * that it was told of.
 */
import { Metric } from '../../gen/protovec/v1/collection.js';
import { VectorArena } from '../../index/vector-arena.js';
import { ColumnCounts } from '../../search/aggregate/column-counts.js';
import { FacetCounts } from '../../search/aggregate/facet-counts.js';
import { RecordFields } from '../../search/aggregate/record-fields.js';
import { Spread } from '../../search/aggregate/spread.js';
import { VectorSum } from '../../search/aggregate/vector-sum.js';
import { norm, Scorer } from '../../search/score.js';
import { SlotSet } from '../../search/slot-set.js';
import { BodyReader } from '../state/body-reader.js';
import type { CollectionState } from '../state/state.js';
import type { Watcher } from '../state/watcher.js';
import type { AggregatePlan } from './aggregate-plan.js';
import { AggregateSlices } from './aggregate-slices.js';

/** What a record costs beside its bytes, in bytes. */
const recordCost = 256;

export class AggregateWalk implements Watcher {
  /** Undefined where the plan does not ask for it. */
  readonly lengths: Spread | undefined;
  readonly facets: readonly FacetCounts[];
  /** Once the sums are taken. */
  centroid: Float32Array | undefined;
  /** Of all records, or of none when there is no centroid to compare with. */
  readonly scores = new Spread();

  readonly #state: CollectionState;
  readonly #slots: SlotSet;
  readonly #end: number;
  readonly #wantsScores: boolean;
  readonly #sum: VectorSum | undefined;
  readonly #fields: RecordFields | undefined;
  readonly #columns: readonly ColumnCounts[];
  readonly #reader: BodyReader;
  /** For records that are looked at out of turn, so that the other one may read ahead. */
  readonly #aside: BodyReader;
  #scorer: Scorer | undefined;
  /** Slots below had their turn. */
  #added = 0;
  #scored = 0;
  /** Slots that changed since the walk began. */
  readonly #changed = new SlotSet();
  /** Vectors of changed slots that are still to be scored. */
  readonly #kept: VectorArena;
  #keptCount = 0;
  #cleared = false;
  #stale = false;
  #failure: unknown;

  /** `slots`: of the records to sum up, as they are now; the set must not change. */
  constructor(state: CollectionState, plan: AggregatePlan, slots: SlotSet) {
    const { arena, files } = state;
    this.#state = state;
    this.#slots = slots;
    this.#end = state.rows.end;
    this.#wantsScores = plan.centroidSimilarity;
    if (plan.centroid || plan.centroidSimilarity) this.#sum = new VectorSum(arena);
    if (plan.contentLengths) this.lengths = new Spread();
    this.facets = plan.facets.map(({ key }) => new FacetCounts(key));
    const needsBody = this.lengths !== undefined || this.facets.length > 0;
    if (needsBody) this.#fields = new RecordFields(this.lengths, this.facets);
    const { columns } = state.filters;
    this.#columns = this.facets.map((facet) => new ColumnCounts(columns, facet));
    this.#reader = new BodyReader(files);
    this.#aside = new BodyReader(files);
    this.#kept = new VectorArena(arena.dimension, arena.metric);
  }

  /**
   * Walks to the end. False: all records went meanwhile, or the columns were put in another order, so
   * that the walk was for nothing. Throws the signal's reason when it aborts, and TOO_MANY_VALUES.
   */
  async run(signal: AbortSignal): Promise<boolean> {
    const slices = new AggregateSlices(this.facets, signal);
    this.#state.watchers.add(this);
    try {
      await this.#addAll(slices);
      await this.#takeColumns(slices);
      this.centroid = this.#over ? undefined : this.#sum?.mean();
      if (this.#wantsScores && this.#beginScores()) await this.#scoreAll(slices);
      if (this.#failure !== undefined) throw this.#failure;
      return !this.#cleared && !this.#stale;
    } finally {
      this.#state.watchers.delete(this);
    }
  }

  add(slot: number): void {
    if (this.#cleared || !this.#slots.has(slot) || !this.#changed.add(slot)) return;
    try {
      if (slot >= this.#added) this.#add(slot, this.#aside);
      if (!this.#wantsScores || slot < this.#scored) return;
      if (this.#scorer === undefined) this.#keep(slot);
      else this.scores.add(this.#scorer.score(slot));
    } catch (error) {
      this.#failure ??= error;
    }
  }

  addAll(): void {
    this.#cleared = true;
  }

  get #over(): boolean {
    return this.#cleared || this.#stale || this.#failure !== undefined;
  }

  async #addAll(slices: AggregateSlices): Promise<void> {
    for (let slot = 0; slot < this.#end && !this.#over; slot += 1) {
      this.#added = slot + 1;
      const cost = this.#isDue(slot) ? this.#add(slot, this.#reader) : 1;
      const turn = slices.done(cost);
      if (turn !== undefined) await turn;
    }
  }

  #isDue(slot: number): boolean {
    return this.#slots.has(slot) && !this.#changed.has(slot);
  }

  /** Adds a record to the sums; returns what it cost. */
  #add(slot: number, reader: BodyReader): number {
    const { arena, rows } = this.#state;
    this.#sum?.add(slot);
    const cost = recordCost + (this.#sum === undefined ? 0 : arena.dimension * 4);
    if (this.#fields === undefined || this.#addFromColumns(slot)) return cost;
    reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
    this.#fields.add(reader.bytes, reader.start, reader.end);
    return cost + rows.length[slot];
  }

  /** Whether the columns tell what would be read from the record; then it is added. */
  #addFromColumns(slot: number): boolean {
    const { filters } = this.#state;
    if (!filters.isCurrent(slot)) return false;
    for (const column of this.#columns) if (!column.tells(slot)) return false;
    this.lengths?.add(filters.columns.lengths[slot] ?? 0);
    for (const column of this.#columns) column.add(slot);
    return true;
  }

  /** Turns what was counted by number into values. */
  async #takeColumns(slices: AggregateSlices): Promise<void> {
    for (const column of this.#columns) {
      do {
        const turn = slices.done(recordCost);
        if (turn !== undefined) await turn;
        if (column.isStale) this.#stale = true;
      } while (!this.#over && column.takeNext());
    }
  }

  /** Keeps the vector of a slot that is about to change. */
  #keep(slot: number): void {
    const row = this.#state.arena.row(slot);
    const bytes = new Uint8Array(row.buffer, row.byteOffset, row.byteLength);
    this.#kept.set(this.#keptCount, bytes, 0);
    this.#keptCount += 1;
  }

  /** False: nothing can be compared with the centroid. */
  #beginScores(): boolean {
    const { centroid } = this;
    if (centroid === undefined || this.#over) return false;
    const { arena } = this.#state;
    if (arena.metric === Metric.COSINE && norm(centroid) === 0) return false;
    this.#scorer = new Scorer(arena, centroid);
    return true;
  }

  async #scoreAll(slices: AggregateSlices): Promise<void> {
    const cost = recordCost + this.#state.arena.dimension * 4;
    const kept = new Scorer(this.#kept, this.centroid!);
    for (let row = 0; row < this.#keptCount && !this.#over; row += 1) {
      this.scores.add(kept.score(row));
      const turn = slices.done(cost);
      if (turn !== undefined) await turn;
    }
    for (let slot = 0; slot < this.#end && !this.#over; slot += 1) {
      this.#scored = slot + 1;
      const due = this.#isDue(slot);
      if (due) this.scores.add(this.#scorer!.score(slot));
      const turn = slices.done(due ? cost : 1);
      if (turn !== undefined) await turn;
    }
  }
}
