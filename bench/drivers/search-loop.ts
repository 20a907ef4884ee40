/** The load of a `search` request for systems that are called asynchronously, one query a call. */
import { writeFile } from 'node:fs/promises';
import { readRows, rowOf } from '../support/matrix.js';
import { percentile } from '../support/statistics.js';
import type { SearchAnswer, SearchRequest } from './driver.js';

/** How a system is searched. */
export interface Searcher<Hits> {
  search(vector: Float32Array): Promise<Hits>;
  /** Ordinals of the records found, best first. */
  ordinals(hits: Hits): Iterable<number>;
  /** Processor seconds that the server took so far. Absent: there is no server. */
  serverCpuSeconds?(): number;
}

/** Keeps `clients` searches under way, as the request says. */
export async function runSearches<Hits>(
  request: SearchRequest,
  dimension: number,
  searcher: Searcher<Hits>,
): Promise<SearchAnswer> {
  const { queries, from, count, clients, answers, k } = request;
  const rows = await readRows(queries, dimension, from, count);
  const found = answers === null ? undefined : new Int32Array(count * k).fill(-1);
  const latencies: number[] = [];
  const server = searcher.serverCpuSeconds?.() ?? null;
  const client = process.cpuUsage();
  const start = performance.now();
  const deadline = start + request.seconds * 1000;
  let next = 0;
  const runClient = async (): Promise<void> => {
    while (found === undefined ? performance.now() < deadline : next < count) {
      const query = next++ % count;
      const begun = performance.now();
      const hits = await searcher.search(rowOf(rows, dimension, query));
      latencies.push(performance.now() - begun);
      let place = query * k;
      if (found !== undefined) for (const o of searcher.ordinals(hits)) found[place++] = o;
    }
  };
  await Promise.all(Array.from({ length: clients }, runClient));
  const seconds = (performance.now() - start) / 1000;
  if (found !== undefined && answers !== null) await writeFile(answers, found);
  const spent = process.cpuUsage(client);
  return {
    ...latencyFigures(latencies),
    seconds,
    clientCpuSeconds: (spent.user + spent.system) / 1e6,
    serverCpuSeconds: server === null ? null : searcher.serverCpuSeconds!() - server,
  };
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
