/**
 * The HNSW index: a usearch graph, and beside it the rows that are not in the graph yet.
 *
 * Invariants: a slot is in the graph, or pending, or unknown, never two of these; the row in the
 * graph is the arena's row as it was last inserted, because an insert takes the old one out at once.
 * It never reads files that were not verified; see index-file.ts.
 */
import type { IndexConfig } from '../gen/protovec/v1/index.js';
import { GraphFeed } from './graph-feed.js';
import { graphBytes } from './graph-memory.js';
import { grown } from './grow.js';
import { KeyTable, noKey } from './key-table.js';
import { buildThreads, searchThreads } from './native-threads.js';
import { PendingRows } from './pending-rows.js';
import { SavedKeys } from './saved-keys.js';
import { Graph } from './usearch.js';
import type { VectorArena } from './vector-arena.js';
import type { VectorIndex } from './vector-index.js';

function denseRows(rows: readonly Float32Array[]): Float32Array {
  if (rows.length === 1) return rows[0];
  const dense = new Float32Array(rows.length * rows[0].length);
  for (let i = 0; i < rows.length; i++) dense.set(rows[i], i * rows[0].length);
  return dense;
}

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

export class HnswIndex implements VectorIndex {
  readonly #arena: VectorArena;
  readonly #feed: GraphFeed;
  readonly #pending: PendingRows;
  #config: IndexConfig;
  #graph: Graph;
  #keys = new KeyTable();
  /** 1 by slot for the slots that are in the graph. */
  #inGraph = new Uint8Array(0);
  #indexedCount = 0;
  #tombstoneCount = 0;
  /** The graph file that was saved or loaded last, as long as it is of use. */
  #saved: SavedKeys | undefined;

  /** `config` without zero values. `threads`: native threads that add, at most one per core. */
  constructor(arena: VectorArena, config: IndexConfig, threads = buildThreads()) {
    this.#config = config;
    this.#arena = arena;
    this.#feed = new GraphFeed(arena, threads);
    this.#pending = new PendingRows(arena);
    this.#graph = new Graph(arena.dimension, arena.metric, config);
  }

  /** What the graph is built with, without zero values. */
  get config(): IndexConfig {
    return this.#config;
  }

  get efSearch(): number {
    return this.#config.efSearch;
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

  /** Nodes of rows that were removed from the graph, and that are not in use again. */
  get tombstoneCount(): number {
    return this.#tombstoneCount;
  }

  /** Bytes of the graph, estimated, and of the rows that wait for it. */
  get memoryBytes(): number {
    const nodes = this.#indexedCount + this.#tombstoneCount;
    const graph = graphBytes(nodes, this.#arena.dimension, this.#config);
    return graph + this.#pending.memoryBytes;
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

  /** Takes another ef_search, the one parameter that graphs are not built by. */
  searchWith(efSearch: number): void {
    this.#config = { ...this.#config, efSearch };
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

  candidates(query: Float32Array, limit: number, efSearch?: number): Uint32Array {
    return this.candidatesMany([query], limit, efSearch)[0];
  }

  candidatesMany(
    queries: readonly Float32Array[],
    limit: number,
    efSearch = this.#config.efSearch,
  ): Uint32Array[] {
    const found = this.#linked(queries, Math.max(limit, efSearch));
    if (this.#pending.count === 0) return found;
    return found.map((near, i) => joined(near, this.#pending.nearest(queries[i], limit)));
  }

  linked(query: Float32Array, count: number): Uint32Array {
    return this.#linked([query], count)[0];
  }

  get waiting(): Uint32Array {
    return this.#pending.slots;
  }

  buildSlice(budgetMs: number): boolean {
    this.#feed.slice(budgetMs, (rows) => {
      const slots = this.#pending.tail(rows);
      this.#link(slots);
      this.#pending.dropTail(slots.length);
      return slots.length;
    });
    return this.#pending.count > 0;
  }

  /**
   * Moves rows that the index does not know yet straight from the arena into the graph, for about
   * `budgetMs`. `take` gives the next slots, at most as many as it is asked for; none ends it.
   */
  linkSlice(budgetMs: number, take: (count: number) => Uint32Array): void {
    this.#feed.slice(budgetMs, (rows) => {
      const slots = take(rows);
      this.#link(slots);
      return slots.length;
    });
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
   * pending when that is `noKey`; what the file has under `others` is taken out. `tombstones`: nodes
   * of the file without a key. The rows must be in the arena. Returns what is wrong, if anything;
   * then the index must not be used.
   */
  loadGraph(
    path: string,
    keys: Uint32Array,
    others: Uint32Array,
    tombstones: number,
  ): string | undefined {
    const inGraph = keys.filter((key) => key !== noKey);
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] === noKey) continue;
      if (!this.#keys.assign(slot, keys[slot])) return `key ${keys[slot]} is listed twice`;
      this.#enterGraph(slot);
    }
    this.#graph.load(path);
    const { dimension, connectivity, size } = this.#graph;
    if (dimension !== this.#arena.dimension) return `the graph's dimension is ${dimension}`;
    if (connectivity !== this.#config.connectivity) {
      return `the graph's connectivity is ${connectivity}`;
    }
    const all = new Uint32Array(inGraph.length + others.length);
    all.set(inGraph);
    all.set(others, inGraph.length);
    if (size !== all.length || !this.#graph.containsAll(all)) {
      return `the graph's ${size} keys are not the ${all.length} listed`;
    }
    this.#saved = new SavedKeys(all);
    this.#tombstoneCount = tombstones;
    for (const key of others) this.#dropFromGraph(key);
    for (let slot = 0; slot < keys.length; slot++) {
      if (keys[slot] === noKey) this.#pending.put(slot);
    }
    return undefined;
  }

  #linked(queries: readonly Float32Array[], count: number): Uint32Array[] {
    const found = this.#graph.search(denseRows(queries), count, searchThreads(queries.length));
    for (const near of found) {
      for (let i = 0; i < near.length; i++) near[i] = this.#keys.slotOf(near[i]);
    }
    return found;
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
    this.#graph = new Graph(this.#arena.dimension, this.#arena.metric, this.#config);
    this.#keys = new KeyTable();
    this.#inGraph = new Uint8Array(0);
    this.#indexedCount = 0;
    this.#tombstoneCount = 0;
    this.#saved = undefined;
  }

  #link(slots: Uint32Array): void {
    if (slots.length === 0) return;
    this.#feed.add(
      this.#graph,
      slots,
      slots.map((slot) => this.#keys.keyOf(slot)),
    );
    for (const slot of slots) this.#enterGraph(slot);
    this.#tombstoneCount = Math.max(0, this.#tombstoneCount - slots.length);
  }
}
