/**
 * A graph that is being built while another index serves. It takes the rows that were there when it
 * began straight from the arena, slot by slot, without copies that wait. Rows that change where it
 * has been, and new ones behind the end, wait for it as for any graph; those that it has yet to come
 * to are found as they are then. So it is complete at the moment at which it begins to serve.
 */
import type { ProtovecError } from '../../errors.js';
import type { IndexConfig } from '../../gen/protovec/v1/index.js';
import { FlatIndex } from '../../index/flat-index.js';
import { HnswIndex } from '../../index/hnsw-index.js';
import type { VectorArena } from '../../index/vector-arena.js';
import type { VectorIndex } from '../../index/vector-index.js';
import type { Rows } from './rows.js';

/** Fullness from which on waiting rows are linked before all rows have been walked. */
const FULLNESS_MAX = 0.5;

export class IndexBuild {
  readonly index: HnswIndex;
  /** Whether somebody asked for it since the start; the server begins builds by itself, too. */
  attended: boolean;
  /** Resolves when the index serves; rejects when it never will. */
  readonly done: Promise<void>;
  /** Told, after each slice, of the records that the graph has, and of all of them. */
  onProgress: ((indexed: number, total: number) => void) | undefined;
  readonly #rows: Rows;
  /** Slots from here to `#end` have not been looked at. */
  #next = 0;
  readonly #end: number;
  #walks = true;
  #settle: { resolve(): void; reject(error: ProtovecError): void } | undefined;

  /** `config` without zero values, of a graph. */
  constructor(arena: VectorArena, rows: Rows, config: IndexConfig, attended: boolean) {
    this.index = new HnswIndex(arena, config);
    this.attended = attended;
    this.#rows = rows;
    this.#end = rows.end;
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Nobody may be waiting.
    this.done.catch(() => {});
  }

  /** The slot's row is new or has changed. */
  insert(slot: number): void {
    if (slot < this.#next || slot >= this.#end) this.index.insert(slot);
  }

  /** The slot is out of use. */
  remove(slot: number): void {
    this.index.remove(slot);
  }

  /** Whether all rows have been walked, so that only those that wait are missing in the graph. */
  get walked(): boolean {
    return this.#next >= this.#end;
  }

  /**
   * Whether it can take the place of `serving`: it has every row, and no more of them wait than
   * there. While writes are faster than graphs, both wait for the same rows; then that is reached,
   * because the one that serves gets none linked any more.
   */
  isReadyFor(serving: VectorIndex): boolean {
    if (!this.walked) return false;
    return serving instanceof FlatIndex || this.index.pendingCount <= serving.pendingCount;
  }

  /** Links rows for about `budgetMs`. Blocks its thread. */
  slice(budgetMs: number): void {
    this.#walks = !this.#walks || this.index.fullness < FULLNESS_MAX;
    if (this.#walks && !this.walked) this.index.linkSlice(budgetMs, (count) => this.#take(count));
    else this.index.buildSlice(budgetMs);
    this.onProgress?.(this.index.indexedCount, this.#rows.live.count);
  }

  /** It serves now. */
  finish(): void {
    this.#settle?.resolve();
  }

  /** It will never serve. */
  fail(error: ProtovecError): void {
    this.#settle?.reject(error);
  }

  #take(count: number): Uint32Array {
    const slots = new Uint32Array(count);
    let taken = 0;
    for (; taken < count && this.#next < this.#end; this.#next += 1) {
      if (this.#rows.live.has(this.#next)) slots[taken++] = this.#next;
    }
    return slots.subarray(0, taken);
  }
}
