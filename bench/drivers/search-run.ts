/**
 * One `search` request under way: deals out queries and takes down what came of them. With `answers`
 * every query is asked once; else they go round until the time is up.
 */
import { writeFile } from 'node:fs/promises';
import { readRows, rowOf } from '../support/matrix.js';
import { percentile } from '../support/statistics.js';
import type { SearchAnswer, SearchRequest } from './driver.js';

/** A query that was asked. */
export interface Asked {
  /** Its place among the queries of the request. */
  readonly query: number;
  readonly begun: number;
}

export class SearchRun {
  readonly request: SearchRequest;
  readonly #rows: Float32Array;
  readonly #dimension: number;
  readonly #found: Int32Array | undefined;
  readonly #latencies: number[] = [];
  readonly #serverCpuSeconds: (() => number) | undefined;
  #next = 0;
  #start = 0;
  #server = 0;
  #client = process.cpuUsage();

  private constructor(
    request: SearchRequest,
    dimension: number,
    rows: Float32Array,
    serverCpuSeconds: (() => number) | undefined,
  ) {
    const { answers, count, k } = request;
    this.request = request;
    this.#rows = rows;
    this.#dimension = dimension;
    this.#found = answers === null ? undefined : new Int32Array(count * k).fill(-1);
    this.#serverCpuSeconds = serverCpuSeconds;
  }

  static async prepare(
    request: SearchRequest,
    dimension: number,
    serverCpuSeconds?: () => number,
  ): Promise<SearchRun> {
    const { queries, from, count } = request;
    const rows = await readRows(queries, dimension, from, count);
    return new SearchRun(request, dimension, rows, serverCpuSeconds);
  }

  /** Starts the clock. */
  start(): void {
    this.#server = this.#serverCpuSeconds?.() ?? 0;
    this.#client = process.cpuUsage();
    this.#start = performance.now();
  }

  vector(query: number): Float32Array {
    return rowOf(this.#rows, this.#dimension, query);
  }

  /** The next query; undefined when there is none or the time is up. */
  take(): Asked | undefined {
    const { count, seconds } = this.request;
    const begun = performance.now();
    const isOver =
      this.#found === undefined ? begun >= this.#start + seconds * 1000 : this.#next >= count;
    return isOver ? undefined : { query: this.#next++ % count, begun };
  }

  /** The next queries, at most `width`; fewer at the end. */
  takeMany(width: number): Asked[] {
    const asked: Asked[] = [];
    while (asked.length < width) {
      const next = this.take();
      if (next === undefined) break;
      asked.push(next);
    }
    return asked;
  }

  /** Takes down that a query was answered now. `ordinals` of the records found, best first. */
  note({ query, begun }: Asked, ordinals: () => Iterable<number>): void {
    this.#latencies.push(performance.now() - begun);
    if (this.#found === undefined) return;
    let place = query * this.request.k;
    for (const ordinal of ordinals()) this.#found[place++] = ordinal;
  }

  /** Stops the clock and writes the answers. */
  async end(): Promise<SearchAnswer> {
    const seconds = (performance.now() - this.#start) / 1000;
    const spent = process.cpuUsage(this.#client);
    const server = this.#serverCpuSeconds?.();
    if (this.#found !== undefined) await writeFile(this.request.answers!, this.#found);
    return {
      ...latencyFigures(this.#latencies),
      seconds,
      clientCpuSeconds: (spent.user + spent.system) / 1e6,
      serverCpuSeconds: server === undefined ? null : server - this.#server,
    };
  }
}

export function latencyFigures(
  latencies: readonly number[],
): Pick<SearchAnswer, 'queries' | 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  return {
    queries: latencies.length,
    p50Ms: percentile(latencies, 50),
    p95Ms: percentile(latencies, 95),
    p99Ms: percentile(latencies, 99),
  };
}
