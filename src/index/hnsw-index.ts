/**
 * The HNSW index: a usearch graph, and beside it the rows that are not in the graph yet.
 *
 * Invariants: a slot is in the graph, or pending, or unknown, never two of these; the row in the
 * graph is the arena's row as it was last inserted, because an insert takes the old one out at once.
 * Under cosine rows enter the graph with unit length, so that no precision overflows.
 * It never reads files that were not verified; see index-file.ts.
 */
import { availableParallelism } from 'node:os';
import { Metric } from '../gen/protovec/v1/collection.js';
import type { IndexConfig } from '../gen/protovec/v1/index.js';
import { grown } from './grow.js';
import { KeyTable, noKey } from './key-table.js';
import { PendingRows } from './pending-rows.js';
import { SavedKeys } from './saved-keys.js';
import { Graph } from './usearch.js';
import type { VectorArena } from './vector-arena.js';
import type { VectorIndex } from './vector-index.js';

const batchRowsMax = 4_096;
const batchBytesMax = 4 * 1024 * 1024;
/** More threads would take the cores that serve requests; two halve the time to build. */
const threadsMax = 2;
/**
 * Rows in the graph from which on several are added at the same time. In a smaller one they would
 * not see each other, and some would end up where no search comes by.
 */
const parallelFrom = 2_000;

export class HnswIndex implements VectorIndex {
  /** The configuration in force, without zero values. */
  readonly config: IndexConfig;
  readonly #arena: VectorArena;
  readonly #threads: number;
  readonly #pending: PendingRows;
  #graph: Graph;
  #keys = new KeyTable();
  /** 1 by slot for the slots that are in the graph. */
  #inGraph = new Uint8Array(0);
  #indexedCount = 0;
  #tombstoneCount = 0;
  /** The graph file that was saved or loaded last, as long as it is of use. */
  #saved: SavedKeys | undefined;
  /** How fast the graph took rows lately. */
  #rowsPerMs = 1;

  /** `config` without zero values. `threads`: native threads that add, at most one per core. */
  constructor(arena: VectorArena, config: IndexConfig, threads = threadsMax) {
    this.config = config;
    this.#arena = arena;
    // A loaded graph has room for one thread per core; more would fail.
    this.#threads = Math.min(threads, availableParallelism());
    this.#pending = new PendingRows(arena);
    this.#graph = new Graph(arena.dimension, arena.metric, config);
  }

  get indexedCount(): number {
    return this.#indexedCount;
  }

  get pendingCount(): number {
    return this.#pending.count;
  }

  get fullness(): number {
    return this.#pending.fullness;
  }

  /** Rows removed from the graph since it was made or loaded whose nodes are not in use again. */
  get tombstoneCount(): number {
    return this.#tombstoneCount;
  }

  /** The slot's key in the graph, or `noKey` when it is not there. */
  graphKey(slot: number): number {
    return this.#inGraph[slot] === 1 ? this.#keys.keyOf(slot) : noKey;
  }

  /** The slot's key in the graph file if the file has its row as it is now, else `noKey`. */
  savedKey(slot: number): number {
    const key = this.graphKey(slot);
    return this.#saved?.stands(key) === true ? key : noKey;
  }

  /** What the graph file that was saved or loaded last has; undefined when there is none. */
  get saved(): SavedKeys | undefined {
    return this.#saved;
  }

  /** Rows by which the graph differs from its file: those that it lacks and those that fell. */
  get changedSinceSaved(): number {
    if (this.#saved === undefined) return this.#indexedCount;
    const { count, standingCount } = this.#saved;
    return this.#indexedCount + count - 2 * standingCount;
  }

  /** Tells that the file of the last saveGraph was not kept. */
  forgetSaved(): void {
    this.#saved = undefined;
  }

  insert(slot: number): void {
    this.#removeFromGraph(slot);
    this.#pending.put(slot);
  }

  remove(slot: number): void {
    this.#removeFromGraph(slot);
    this.#pending.delete(slot);
  }

  clear(): void {
    this.#pending.clear();
    this.#reset();
  }

  candidates(query: Float32Array, limit: number, efSearch = this.config.efSearch): Uint32Array {
    const near = this.#graph.search(query, Math.max(limit, efSearch));
    for (let i = 0; i < near.length; i++) near[i] = this.#keys.slotOf(near[i]);
    if (this.#pending.count === 0) return near;
    const pending = this.#pending.nearest(query, limit);
    const all = new Uint32Array(near.length + pending.length);
    all.set(near);
    all.set(pending, near.length);
    return all;
  }

  buildSlice(budgetMs: number): boolean {
    const start = performance.now();
    let left = budgetMs;
    // A batch is planned to fill the budget; another follows only when the plan was far off.
    do {
      if (this.#pending.count === 0) return false;
      this.#addBatch(Math.floor(this.#rowsPerMs * left));
      left = budgetMs - (performance.now() - start);
    } while (left > budgetMs / 4);
    return this.#pending.count > 0;
  }

  /** Writes the graph, without the pending rows, to a file. Blocks; does not sync. */
  saveGraph(path: string): void {
    this.#graph.save(path);
    const keys = new Uint32Array(this.#indexedCount);
    let count = 0;
    for (let slot = 0; slot < this.#inGraph.length; slot++) {
      if (this.#inGraph[slot] === 1) keys[count++] = this.#keys.keyOf(slot);
    }
    this.#saved = new SavedKeys(keys);
  }

  /**
   * Takes a graph whose file was verified into this new index: slot i has the key `keys[i]`, and is
   * pending when that is `noKey`; what the file has under `others` is taken out. The rows must be
   * in the arena. Returns what is wrong, if anything; then the index must not be used.
   */
  loadGraph(path: string, keys: Uint32Array, others: Uint32Array): string | undefined {
    const inGraph = keys.filter((key) => key !== noKey);
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] === noKey) continue;
      if (!this.#keys.assign(slot, keys[slot])) return `key ${keys[slot]} is listed twice`;
      this.#enterGraph(slot);
    }
    this.#graph.load(path);
    const { dimension, connectivity, size } = this.#graph;
    if (dimension !== this.#arena.dimension) return `the graph's dimension is ${dimension}`;
    if (connectivity !== this.config.connectivity) {
      return `the graph's connectivity is ${connectivity}`;
    }
    const all = new Uint32Array(inGraph.length + others.length);
    all.set(inGraph);
    all.set(others, inGraph.length);
    if (size !== all.length || !this.#graph.containsAll(all)) {
      return `the graph's ${size} keys are not the ${all.length} listed`;
    }
    this.#saved = new SavedKeys(all);
    for (const key of others) this.#dropFromGraph(key);
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] === noKey) this.#pending.put(slot);
    }
    return undefined;
  }

  #enterGraph(slot: number): void {
    this.#inGraph = grown(this.#inGraph, slot);
    this.#inGraph[slot] = 1;
    this.#indexedCount++;
  }

  #removeFromGraph(slot: number): void {
    if (this.#inGraph[slot] !== 1) return;
    // A graph of nothing but removed nodes is slower than none.
    if (this.#indexedCount === 1) {
      this.#reset();
      return;
    }
    this.#dropFromGraph(this.#keys.keyOf(slot));
    this.#inGraph[slot] = 0;
    this.#indexedCount--;
  }

  #dropFromGraph(key: number): void {
    this.#graph.remove(key);
    this.#saved?.fell(key);
    this.#tombstoneCount++;
  }

  #reset(): void {
    this.#graph = new Graph(this.#arena.dimension, this.#arena.metric, this.config);
    this.#keys = new KeyTable();
    this.#inGraph = new Uint8Array(0);
    this.#indexedCount = 0;
    this.#tombstoneCount = 0;
    this.#saved = undefined;
  }

  #addBatch(planned: number): void {
    const { dimension } = this.#arena;
    const most = Math.min(batchRowsMax, Math.floor(batchBytesMax / (dimension * 4)));
    const slots = this.#pending.tail(Math.max(1, Math.min(planned, most)));
    const start = performance.now();
    const rows = new Float32Array(slots.length * dimension);
    const keys = new Uint32Array(slots.length);
    for (let i = 0; i < slots.length; i++) {
      keys[i] = this.#keys.keyOf(slots[i]);
      this.#copyRow(slots[i], rows, i * dimension);
    }
    this.#addRows(keys, rows);
    this.#pending.dropTail(slots.length);
    for (const slot of slots) this.#enterGraph(slot);
    this.#tombstoneCount = Math.max(0, this.#tombstoneCount - slots.length);
    const rate = slots.length / Math.max(performance.now() - start, 0.01);
    this.#rowsPerMs += (rate - this.#rowsPerMs) * 0.3;
  }

  // Always with the same number of threads: the graph reserves for that of the call that grows it,
  // and refuses more until it grows again.
  #addRows(keys: Uint32Array, rows: Float32Array): void {
    if (this.#indexedCount >= parallelFrom) {
      this.#graph.add(keys, rows, this.#threads);
      return;
    }
    const { dimension } = this.#arena;
    for (let i = 0; i < keys.length; i++) {
      const row = rows.subarray(i * dimension, (i + 1) * dimension);
      this.#graph.add(keys.subarray(i, i + 1), row, this.#threads);
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
