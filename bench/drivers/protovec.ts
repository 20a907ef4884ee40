/** Protovec through its TypeScript client, on a server process made from the build. */
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Collection, connect, type SearchHit, where } from '@protovec/client';
import { directorySize } from '../support/directory-size.js';
import { readRows, rowOf } from '../support/matrix.js';
import { type ServerProcess, startProtovec } from '../support/server-process.js';
import {
  type Driver,
  type LoadRequest,
  type MixedRequest,
  type OpenRequest,
  type SearchAnswer,
  type SearchRequest,
  serve,
} from './driver.js';
import { toRecords } from './protovec-records.js';
import { type RecordFiles, readRecords } from './record-files.js';
import { latencyFigures, runSearches } from './search-loop.js';

const NAME = 'bench';
const POLL_MS = 20;
/** Distinct queries of a mixed load. */
const MIXED_QUERIES = 1000;

class ProtovecDriver implements Driver {
  #open!: OpenRequest;
  #server!: ServerProcess;
  #client!: Client;
  #firstQuery!: Float32Array;

  hello(): object {
    const { version } = createRequire(import.meta.url)('../../package.json');
    return {
      system: 'protovec',
      version,
      kind: 'server',
      client: '@protovec/client, one process, one connection',
      lacks: [],
    };
  }

  async open(request: OpenRequest): Promise<object> {
    this.#open = request;
    await this.#start();
    const { dimension, metric, connectivity, expansionAdd, quantization } = request;
    const index = { connectivity, expansionAdd, quantization };
    const made = await this.#client.createCollection(NAME, { dimension, metric, index });
    // How many threads build the graph is the server's own affair.
    return { settings: made.config.index };
  }

  async load(request: LoadRequest): Promise<object> {
    const files = await readRecords(request, this.#open.dimension);
    this.#firstQuery = files.rows.slice(0, this.#open.dimension);
    const client = process.cpuUsage();
    const server = this.#server.processorMs();
    const start = performance.now();
    await this.#insert(files);
    const seconds = (performance.now() - start) / 1000;
    const spent = process.cpuUsage(client);
    return {
      records: files.count,
      seconds,
      clientCpuSeconds: (spent.user + spent.system) / 1e6,
      serverCpuSeconds: (this.#server.processorMs() - server) / 1000,
    };
  }

  async index(): Promise<object> {
    const start = performance.now();
    while ((await this.#collection.index()).pending > 0) await delay(POLL_MS);
    return { seconds: (performance.now() - start) / 1000 };
  }

  search(request: SearchRequest): Promise<SearchAnswer> {
    const { k: limit, ef: efSearch, bucketBelow, payload } = request;
    const filter = bucketBelow < 100 ? where.lt('bucket', bucketBelow) : undefined;
    const fields = payload ? ['content'] : ['id'];
    const collection = this.#collection;
    return runSearches<SearchHit[]>(request, this.#open.dimension, {
      search: async (vector) =>
        (await collection.search({ vector, limit, efSearch, filter, fields })).hits,
      ordinals: (hits) => hits.map(({ id }) => Number(id)),
      serverCpuSeconds: () => this.#server.processorMs() / 1000,
    });
  }

  async mixed(request: MixedRequest): Promise<object> {
    const { dimension } = this.#open;
    const files = await readRecords(request, dimension);
    const { size } = await stat(request.queries);
    const count = Math.min(MIXED_QUERIES, size / (dimension * 4));
    const queries = await readRows(request.queries, dimension, 0, count);
    const latencies: number[] = [];
    let loading = true;
    const start = performance.now();
    let seconds = 0;
    const loaded = this.#insert(files).finally(() => {
      loading = false;
      seconds = (performance.now() - start) / 1000;
    });
    for (let i = 0; loading; i += 1) {
      const vector = rowOf(queries, dimension, i % count);
      const begun = performance.now();
      const { k: limit, ef: efSearch } = request;
      await this.#collection.search({ vector, limit, efSearch, fields: ['id'] });
      latencies.push(performance.now() - begun);
      await delay(request.everyMs);
    }
    await loaded;
    const { queries: searches, ...figures } = latencyFigures(latencies);
    return { records: files.count, seconds, searches, ...figures };
  }

  /** Saves the collection, downloads the file, restores it, merges it into an empty collection. */
  async snapshot(): Promise<object> {
    const { snapshots } = this.#collection;
    const [saved, createSeconds] = await timed(() => snapshots.create());
    const chunks: Uint8Array[] = [];
    const [, downloadSeconds] = await timed(async () => {
      for await (const chunk of snapshots.download(saved.id)) chunks.push(chunk);
    });
    const [, restoreSeconds] = await timed(() => snapshots.restore(saved.id, { into: 'restored' }));
    await this.#client.deleteCollection('restored');
    const { dimension, metric } = this.#open;
    await this.#client.createCollection('merged', { dimension, metric });
    const merged = this.#client.collection('merged').snapshots;
    const [{ created }, mergeSeconds] = await timed(() => merged.merge(chunks));
    if (created !== saved.recordCount) throw new Error(`${created} merged of ${saved.recordCount}`);
    await this.#client.deleteCollection('merged');
    await snapshots.delete(saved.id);
    const bytes = saved.sizeBytes;
    return { createSeconds, downloadSeconds, restoreSeconds, mergeSeconds, bytes };
  }

  async restart(): Promise<object> {
    await this.#stop();
    const start = performance.now();
    await this.#start();
    const { hits } = await this.#collection.search({ vector: this.#firstQuery, limit: 10 });
    const seconds = (performance.now() - start) / 1000;
    if (hits.length === 0) throw new Error('the first search after the restart found nothing');
    return { seconds, serverCpuSeconds: this.#server.processorMs() / 1000 };
  }

  memory(): object {
    return { residentBytes: this.#server.residentBytes() };
  }

  async disk(): Promise<object> {
    return { bytes: await directorySize(this.#open.directory) };
  }

  close(): Promise<void> {
    return this.#stop();
  }

  get #collection(): Collection {
    return this.#client.collection(NAME);
  }

  async #insert(files: RecordFiles): Promise<void> {
    const result = await this.#collection.insertMany(toRecords(files));
    if (result.created !== files.count || !result.durable) {
      throw new Error(`${files.count} sent: ${JSON.stringify(result).slice(0, 500)}`);
    }
  }

  async #start(): Promise<void> {
    this.#server = await startProtovec(join(this.#open.directory, 'data'));
    this.#client = connect(this.#server.address);
  }

  async #stop(): Promise<void> {
    this.#client?.close();
    await this.#server?.stop();
  }
}

/** What came of the work, and its seconds. */
async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const value = await work();
  return [value, (performance.now() - start) / 1000];
}

await serve(new ProtovecDriver());
