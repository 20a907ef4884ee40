/**
 * Protovec through its TypeScript client, on a server process made from the build; with the generator
 * `raw` through messages that are encoded already.
 */
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Collection, connect, type SearchHit, where } from '@protovec/client';
import { BatchInsertResponse } from '../../src/gen/protovec/v1/record_service.js';
import { insertMessages } from '../limits/echo-messages.js';
import { BUCKETS } from '../support/buckets.js';
import { directorySize } from '../support/directory-size.js';
import { readRows, rowOf } from '../support/matrix.js';
import { RawClient } from '../support/raw-calls.js';
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
import { runRawSearches } from './raw-search.js';
import { type RecordFiles, readRecords } from './record-files.js';
import { runSearches } from './search-loop.js';
import { latencyFigures } from './search-run.js';

const NAME = 'bench';
const LOAD = '/protovec.v1.RecordService/BatchInsert';
const POLL_MS = 20;
/** Distinct queries of a mixed load. */
const MIXED_QUERIES = 1000;

class ProtovecDriver implements Driver {
  #open!: OpenRequest;
  #server!: ServerProcess;
  #client!: Client;
  #raw!: RawClient;
  /** Of servers that were stopped. */
  #peakBytes = 0;
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
    const kind = request.deferIndex ? ('flat' as const) : ('hnsw' as const);
    const index = { kind, connectivity, expansionAdd, quantization };
    const made = await this.#client.createCollection(NAME, { dimension, metric, index });
    // How many threads build the graph is the server's own affair.
    return { settings: made.config.index };
  }

  async load(request: LoadRequest): Promise<object> {
    const files = await readRecords(request, this.#open.dimension);
    this.#firstQuery = files.rows.slice(0, this.#open.dimension);
    const messages = request.generator === 'raw' ? insertMessages(files) : undefined;
    const client = process.cpuUsage();
    const server = this.#server.processorMs();
    const start = performance.now();
    if (messages === undefined) await this.#insert(files);
    else await this.#insertRaw(messages, files.count);
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
    const { index } = this.#collection;
    const { connectivity, expansionAdd, quantization, deferIndex } = this.#open;
    if (deferIndex) await index.build({ connectivity, expansionAdd, quantization });
    while ((await index.stats()).pending > 0) await delay(POLL_MS);
    return { seconds: (performance.now() - start) / 1000 };
  }

  search(request: SearchRequest): Promise<SearchAnswer> {
    const { k: limit, ef: efSearch, bucketBelow, payload } = request;
    const { dimension } = this.#open;
    const serverCpuSeconds = (): number => this.#server.processorMs() / 1000;
    if (request.generator === 'raw') {
      return runRawSearches(this.#raw, request, dimension, serverCpuSeconds);
    }
    const filter = bucketBelow < BUCKETS ? where.lt('bucket', bucketBelow) : undefined;
    const settings = { limit, efSearch, filter, fields: payload ? undefined : ['id'] };
    const collection = this.#collection;
    return runSearches<SearchHit[]>(request, dimension, {
      search: async (vector) => (await collection.search({ vector, ...settings })).hits,
      searchMany: async (vectors) => {
        const queries = vectors.map((vector) => ({ vector, ...settings }));
        return (await collection.searchMany(queries)).map(({ hits }) => hits);
      },
      // How many searches are under way is the client's affair.
      searchStream: async (take, _width, note) => {
        const queries = function* () {
          for (let place = 0; ; place += 1) {
            const vector = take();
            if (vector === undefined) return;
            yield { vector, ...settings, place };
          }
        };
        for await (const { request: query, result, error } of collection.searchStream(queries())) {
          if (error !== undefined) throw error;
          note(query.place, result.hits);
        }
      },
      ordinals: (hits) => hits.map(({ id }) => Number(id)),
      serverCpuSeconds,
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
    return { seconds, residentBytes: this.#server.residentBytes(), peakBytes: this.#peak() };
  }

  async memory(): Promise<object> {
    const { graphBytes } = await this.#collection.index.stats();
    const residentBytes = this.#server.residentBytes();
    return { residentBytes, peakBytes: this.#peak(), graphBytes };
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

  /** `count` records in messages that are encoded already. */
  async #insertRaw(messages: readonly Uint8Array[], count: number): Promise<void> {
    const answer = BatchInsertResponse.decode(await this.#raw.stream(LOAD, messages));
    if (Number(answer.createdCount) !== count || !answer.durable) {
      throw new Error(`${count} sent: ${answer.createdCount} created, durable ${answer.durable}`);
    }
  }

  /** The most resident memory of any server so far. */
  #peak(): number {
    this.#peakBytes = Math.max(this.#peakBytes, this.#server.peakBytes());
    return this.#peakBytes;
  }

  async #start(): Promise<void> {
    this.#server = await startProtovec(join(this.#open.directory, 'data'));
    this.#client = connect(this.#server.address);
    this.#raw = new RawClient(this.#server.address);
  }

  async #stop(): Promise<void> {
    this.#client?.close();
    this.#raw?.close();
    if (this.#server !== undefined) this.#peak();
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
