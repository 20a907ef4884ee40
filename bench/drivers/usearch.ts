/**
 * Raw usearch in this process: a graph as Protovec builds it, with the same parameters and threads,
 * and nothing around it. One client is one query a call; several clients are one call with as many
 * queries, spread over the threads.
 *
 * A filtered search is the best that the kernels can do: an exact scan of a dense matrix of the
 * matching rows, which is made before the clock starts.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type BatchMatches,
  exactSearch,
  Index,
  type Matches,
  MetricKind,
  ScalarKind,
} from 'usearch';
import { BUCKETS, readBuckets } from '../support/buckets.js';
import { directorySize } from '../support/directory-size.js';
import { readRows, rowOf } from '../support/matrix.js';
import {
  type Driver,
  type LoadRequest,
  type OpenRequest,
  type SearchAnswer,
  type SearchRequest,
  serve,
  Unsupported,
} from './driver.js';
import { latencyFigures } from './search-run.js';

const metrics = { cosine: MetricKind.Cos, dot: MetricKind.IP, euclidean: MetricKind.L2sq };
/**
 * Whatever is asked for: with 8 bits usearch scales all rows by one factor and does not reach the
 * recall that Protovec's 8-bit graphs have, which scale each row by its own.
 */
const QUANTIZATION = 'bf16';
/** Rows that one call adds, so that no call copies the whole set. */
const ADD_ROWS = 10_000;

/** Rows that match a filter, and their ordinals. */
interface Matching {
  readonly below: number;
  readonly rows: Float32Array;
  readonly ordinals: Int32Array;
}

class UsearchDriver implements Driver {
  #open!: OpenRequest;
  #index!: Index;
  #loads: LoadRequest[] = [];
  #unindexed: LoadRequest[] = [];
  #matching: Matching | undefined;
  #firstQuery!: Float32Array;

  hello(): object {
    // The package does not export its package.json.
    const path = new URL('../../node_modules/usearch/package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(path, 'utf8'));
    return {
      system: 'usearch',
      version,
      kind: 'limit',
      client: 'in process; several clients are one call with several queries',
      lacks: ['no network hop', 'no durability', 'no texts', 'no filter: rows sorted out before'],
    };
  }

  open(request: OpenRequest): object {
    this.#open = request;
    this.#index = this.#newIndex();
    const { connectivity, expansionAdd, threads } = request;
    return { settings: { connectivity, expansionAdd, quantization: QUANTIZATION, threads } };
  }

  /** Stores nothing: usearch has no records. The graph is built by `index`. */
  async load(request: LoadRequest): Promise<object> {
    this.#loads.push(request);
    this.#unindexed.push(request);
    return { records: request.count, seconds: null };
  }

  async index(): Promise<object> {
    const { dimension, threads, directory } = this.#open;
    let seconds = 0;
    for (const { vectors, from, count } of this.#unindexed.splice(0)) {
      for (let start = from; start < from + count; start += ADD_ROWS) {
        const length = Math.min(ADD_ROWS, from + count - start);
        const rows = await readRows(vectors, dimension, start, length);
        const keys = BigUint64Array.from({ length }, (_, i) => BigInt(start + i));
        const begun = performance.now();
        this.#index.add(keys, rows, threads);
        seconds += (performance.now() - begun) / 1000;
        this.#firstQuery = rows.slice(0, dimension);
      }
    }
    this.#index.save(join(directory, 'graph.usearch'));
    return { seconds };
  }

  async search(request: SearchRequest): Promise<SearchAnswer> {
    const { dimension } = this.#open;
    if (request.manner === 'stream') throw new Unsupported('it has no stream of searches');
    if (request.generator === 'raw') throw new Unsupported('it takes no messages');
    const rows = await readRows(request.queries, dimension, request.from, request.count);
    if (request.bucketBelow < BUCKETS) await this.#sortOut(request.bucketBelow);
    if (request.answers !== null) {
      const found = this.#ask(rows, request);
      await writeFile(request.answers, found);
    }
    return this.#time(rows, request);
  }

  async restart(): Promise<object> {
    const start = performance.now();
    const index = this.#newIndex();
    index.load(join(this.#open.directory, 'graph.usearch'));
    index.search(this.#firstQuery, 10, 1);
    const seconds = (performance.now() - start) / 1000;
    this.#index = index;
    return { seconds };
  }

  memory(): object {
    setFlagsFromString('--expose-gc');
    // Read buffers and results that are garbage are not what the graph takes.
    runInNewContext('gc')();
    return { residentBytes: process.memoryUsage.rss() };
  }

  async disk(): Promise<object> {
    return { bytes: await directorySize(this.#open.directory) };
  }

  close(): void {}

  #newIndex(): Index {
    const { dimension, metric, connectivity, expansionAdd } = this.#open;
    return new Index({
      dimensions: dimension,
      metric: metrics[metric],
      quantization: ScalarKind.BF16,
      connectivity,
      expansion_add: expansionAdd,
      // As in the server: the number of neighbours asked for is the expansion of a search.
      expansion_search: 1,
      multi: false,
    });
  }

  async #sortOut(below: number): Promise<void> {
    if (this.#matching?.below === below) return;
    const { dimension } = this.#open;
    const buckets = await readBuckets(this.#loads[0].buckets);
    const held = this.#loads.flatMap(({ from, count }) =>
      Array.from({ length: count }, (_, i) => from + i),
    );
    const ordinals = Int32Array.from(held.filter((ordinal) => buckets[ordinal] < below));
    const rows = new Float32Array(ordinals.length * dimension);
    let done = 0;
    for (const { vectors, from, count } of this.#loads) {
      const all = await readRows(vectors, dimension, from, count);
      for (let i = 0; i < count; i += 1) {
        if (buckets[from + i] >= below) continue;
        rows.set(rowOf(all, dimension, i), done * dimension);
        done += 1;
      }
    }
    this.#matching = { below, rows, ordinals };
  }

  /** The `k` nearest of each row of `queries`, -1 where there are fewer. */
  #ask(queries: Float32Array, { k, ef, bucketBelow }: SearchRequest): Int32Array {
    const { threads } = this.#open;
    const count = queries.length / this.#open.dimension;
    const answers = new Int32Array(count * k).fill(-1);
    const matching = bucketBelow < BUCKETS ? this.#matching : undefined;
    const found = this.#find(queries, k, ef, matching, count === 1 ? 1 : threads);
    const width = found.keys.length / count;
    for (let query = 0; query < count; query += 1) {
      const length = Math.min(k, 'get' in found ? Number(found.counts[query]) : width);
      for (let i = 0; i < length; i += 1) {
        const key = Number(found.keys[query * width + i]);
        answers[query * k + i] = matching === undefined ? key : matching.ordinals[key];
      }
    }
    return answers;
  }

  #find(
    queries: Float32Array,
    k: number,
    ef: number,
    matching: Matching | undefined,
    threads: number,
  ): Matches | BatchMatches {
    const { dimension, metric } = this.#open;
    // The kernels ignore the offset of a view.
    const probe = queries.byteOffset === 0 ? queries : queries.slice();
    if (matching === undefined) {
      return this.#index.search(probe, Math.min(Math.max(k, ef), this.#index.size()), threads);
    }
    const count = Math.min(k, matching.ordinals.length);
    return exactSearch(matching.rows, probe, dimension, count, metrics[metric], threads);
  }

  #time(rows: Float32Array, request: SearchRequest): SearchAnswer {
    const { dimension } = this.#open;
    const { clients, manner } = request;
    const width = Math.min(manner === 'batch' ? request.width : clients, request.count);
    const latencies: number[] = [];
    const cpu = process.cpuUsage();
    const start = performance.now();
    const deadline = start + request.seconds * 1000;
    let end = start;
    for (let next = 0; end < deadline; next = (next + width) % (request.count - width + 1)) {
      const begun = end;
      this.#ask(rows.subarray(next * dimension, (next + width) * dimension), request);
      end = performance.now();
      for (let i = 0; i < width; i += 1) latencies.push(end - begun);
    }
    const spent = process.cpuUsage(cpu);
    return {
      ...latencyFigures(latencies),
      seconds: (end - start) / 1000,
      clientCpuSeconds: (spent.user + spent.system) / 1e6,
      serverCpuSeconds: null,
    };
  }
}

await serve(new UsearchDriver());
