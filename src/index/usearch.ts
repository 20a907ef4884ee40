/**
 * The one importer of usearch. Its traps end here: keys are BigInt there and numbers everywhere
 * else, `exactSearch` ignores the byte offset of its arguments and wants no more neighbours than
 * there are rows, and a graph is asked only for what it holds.
 *
 * It never sees a file that was not verified: `Graph.load` on damaged bytes may end the process.
 */
import {
  type BatchMatches,
  exactSearch,
  Index,
  type Matches,
  MetricKind,
  ScalarKind,
} from 'usearch';
import { Metric } from '../gen/protovec/v1/collection.js';
import { type IndexConfig, Quantization } from '../gen/protovec/v1/index.js';
import { quantiseRows } from './quantise.js';

/** Rows found by a comparison, nearest first: `positions[i]` is at `distances[i]`. */
export interface NearestRows {
  readonly positions: Uint32Array;
  readonly distances: Float32Array;
}

function metricKind(metric: Metric): MetricKind {
  if (metric === Metric.DOT) return MetricKind.IP;
  return metric === Metric.EUCLIDEAN ? MetricKind.L2sq : MetricKind.Cos;
}

function scalarKind(quantization: Quantization): ScalarKind {
  if (quantization === Quantization.F32) return ScalarKind.F32;
  if (quantization === Quantization.F16) return ScalarKind.F16;
  return quantization === Quantization.I8 ? ScalarKind.I8 : ScalarKind.BF16;
}

// The low half of every key; keys are 32-bit numbers, and every platform of usearch is little-endian.
function toNumbers(keys: BigUint64Array): Uint32Array {
  const halves = new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2);
  const numbers = new Uint32Array(keys.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = halves[2 * i];
  return numbers;
}

function toKeys(numbers: Uint32Array): BigUint64Array {
  const halves = new Uint32Array(numbers.length * 2);
  for (let i = 0; i < numbers.length; i++) halves[2 * i] = numbers[i];
  return new BigUint64Array(halves.buffer);
}

/**
 * Compares `query` with every row of a dense matrix, on this thread. Returns the `count` nearest,
 * or all rows when there are fewer. Distances are as usearch has them: 1 - cosine, 1 - dot product,
 * or the squared Euclidean distance. `rows` starts its ArrayBuffer.
 */
export function nearestRows<T extends Float32Array | Int8Array>(
  rows: T,
  query: T,
  count: number,
  metric: Metric,
): NearestRows {
  if (rows.byteOffset !== 0) throw new Error('rows must start their ArrayBuffer');
  const asked = Math.min(count, rows.length / query.length);
  const probe = query.byteOffset === 0 ? query : query.slice();
  // One query is always answered by Matches.
  const found = exactSearch(rows, probe, query.length, asked, metricKind(metric), 1) as Matches;
  return { positions: toNumbers(found.keys), distances: found.distances };
}

/** An HNSW graph over rows that are known by 32-bit keys. */
export class Graph {
  readonly #index: Index;
  readonly #dimension: number;
  readonly #isInt8: boolean;

  /** `config` without zero values. */
  constructor(dimension: number, metric: Metric, config: IndexConfig) {
    this.#dimension = dimension;
    this.#isInt8 = config.quantization === Quantization.I8;
    this.#index = new Index({
      dimensions: dimension,
      metric: metricKind(metric),
      quantization: scalarKind(config.quantization),
      connectivity: config.connectivity,
      expansion_add: config.expansionAdd,
      // The number of candidates asked for is the expansion of a search, chosen per query.
      expansion_search: 1,
      multi: false,
    });
  }

  /** Rows that a search can find. */
  get size(): number {
    return this.#index.size();
  }

  /** Length of a row. After `load` it is what the file says. */
  get dimension(): number {
    return this.#index.dimensions();
  }

  /** Links per node. After `load` it is what the file says. */
  get connectivity(): number {
    return this.#index.connectivity();
  }

  /** Adds rows under keys that are not in the graph. Blocks until it is done. */
  add(keys: Uint32Array, rows: Float32Array, threads: number): void {
    this.#index.add(toKeys(keys), this.#scaled(rows), threads);
  }

  /** Marks the row of a key as removed; its node is used again by a later `add`. */
  remove(key: number): void {
    this.#index.remove(BigInt(key));
  }

  /** Whether every key is in the graph. */
  containsAll(keys: Uint32Array): boolean {
    return (this.#index.contains(toKeys(keys)) as boolean[]).every(Boolean);
  }

  /**
   * Keys of up to `count` rows near each of the queries, nearest first. `queries` is a dense matrix,
   * a query a row. Blocks until it is done.
   */
  search(queries: Float32Array, count: number, threads: number): Uint32Array[] {
    const asked = Math.min(count, this.size);
    const total = queries.length / this.#dimension;
    if (asked === 0) return Array.from({ length: total }, () => new Uint32Array(0));
    const matrix = this.#scaled(queries);
    const found: Matches | BatchMatches = this.#index.search(matrix, asked, threads);
    if (total === 1) return [toNumbers(found.keys)];
    const { keys, counts } = found as BatchMatches;
    return Array.from(counts, (size, i) =>
      toNumbers(keys.subarray(i * asked, i * asked + Number(size))),
    );
  }

  // The library would scale unit vectors to 8 bits by one factor for all and lose most of the range.
  #scaled(rows: Float32Array): Float32Array | Int8Array {
    return this.#isInt8 ? quantiseRows(rows, this.#dimension) : rows;
  }

  /** Writes the graph to a file, without syncing it. Blocks until it is done. */
  save(path: string): void {
    this.#index.save(path);
  }

  /** Reads a graph that `save` wrote and whose digest was verified. Blocks until it is done. */
  load(path: string): void {
    this.#index.load(path);
  }
}
