/**
 * Links rows of an arena into a graph, batch by batch for a given time. A batch is planned to fill
 * what is left of the time by how fast the ones before went. Which rows, the caller decides.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import type { Graph } from './usearch.js';
import type { VectorArena } from './vector-arena.js';

const batchRowsMax = 4_096;
const batchBytesMax = 4 * 1024 * 1024;
/**
 * Rows in the graph from which on several are added at the same time. In a smaller one they would
 * not see each other, and some would end up where no search comes by.
 */
const parallelFrom = 2_000;

export class GraphFeed {
  readonly #arena: VectorArena;
  readonly #threads: number;
  readonly #batchRows: number;
  /** How fast the graph took rows lately. */
  #rowsPerMs = 1;

  /** `threads`: native threads that add. */
  constructor(arena: VectorArena, threads: number) {
    this.#arena = arena;
    this.#threads = threads;
    this.#batchRows = Math.min(batchRowsMax, Math.floor(batchBytesMax / (arena.dimension * 4)));
  }

  /**
   * Calls `link` with the most rows that it should link, at least 1, until the time is over or it
   * returns 0 for the rows that it linked. Another call follows only when the plan was far off.
   */
  slice(budgetMs: number, link: (rows: number) => number): void {
    const start = performance.now();
    let left = budgetMs;
    do {
      const began = performance.now();
      const planned = Math.floor(this.#rowsPerMs * left);
      const linked = link(Math.max(1, Math.min(planned, this.#batchRows)));
      if (linked === 0) return;
      const now = performance.now();
      this.#rowsPerMs += (linked / Math.max(now - began, 0.01) - this.#rowsPerMs) * 0.3;
      left = budgetMs - (now - start);
    } while (left > budgetMs / 4);
  }

  /**
   * Adds the rows of `slots` under `keys`, which are not in the graph; under cosine with unit
   * length, so that no precision overflows. Always with the same number of threads: the graph
   * reserves for that of the call that grows it, and refuses more until it grows again.
   */
  add(graph: Graph, slots: Uint32Array, keys: Uint32Array): void {
    const { dimension } = this.#arena;
    const rows = new Float32Array(slots.length * dimension);
    for (let i = 0; i < slots.length; i++) this.#copyRow(slots[i], rows, i * dimension);
    if (graph.size >= parallelFrom) {
      graph.add(keys, rows, this.#threads);
      return;
    }
    for (let i = 0; i < keys.length; i++) {
      const row = rows.subarray(i * dimension, (i + 1) * dimension);
      graph.add(keys.subarray(i, i + 1), row, this.#threads);
    }
  }

  #copyRow(slot: number, target: Float32Array, start: number): void {
    const row = this.#arena.row(slot);
    target.set(row, start);
    if (this.#arena.metric !== Metric.COSINE) return;
    const scale = this.#arena.inverseNorm(slot);
    for (let i = start; i < start + row.length; i++) target[i] *= scale;
  }
}
