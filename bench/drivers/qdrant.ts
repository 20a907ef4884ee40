/**
 * Qdrant through its own client over gRPC, on a server that runs already: the address (host and gRPC
 * port) comes in QDRANT_ADDRESS. The shapes of its requests were tried against a stand-in of the same
 * schema; no figure of it was taken where no such server could be had.
 */
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { BUCKETS } from '../support/buckets.js';
import { readRows, rowOf } from '../support/matrix.js';
import {
  type Driver,
  type LoadRequest,
  type MixedRequest,
  type OpenRequest,
  type SearchAnswer,
  type SearchRequest,
  serve,
} from './driver.js';
import { packageVersion } from './package-version.js';
import { type RecordFiles, readRecords } from './record-files.js';
import { runSearches } from './search-loop.js';
import { latencyFigures } from './search-run.js';

interface Found {
  result: { id: { pointIdOptions: { value: bigint } } }[];
}

interface Client {
  api(name: 'service'): { healthCheck(request: object): Promise<{ version: string }> };
  api(name: 'collections'): {
    create(request: object): Promise<unknown>;
    delete(request: object): Promise<unknown>;
    get(request: object): Promise<{ result: { status: number } }>;
  };
  api(name: 'points'): {
    upsert(request: object): Promise<unknown>;
    createFieldIndex(request: object): Promise<unknown>;
    search(request: object): Promise<Found>;
  };
}

const library = createRequire(import.meta.url)('@qdrant/js-client-grpc');
const collectionName = 'protovec-bench';
const { CollectionStatus, Distance, FieldType } = library;
const distances = { cosine: Distance.Cosine, dot: Distance.Dot, euclidean: Distance.Euclid };
/** More points in a request help no more. */
const MOST_BATCH = 1000;
const POLL_MS = 50;
/** What a mixed load takes of the queries. */
const MIXED_QUERIES = 1000;

class QdrantDriver implements Driver {
  #open!: OpenRequest;
  readonly #client: Client;

  constructor() {
    const [host, port] = (process.env.QDRANT_ADDRESS ?? '').split(':');
    if (port === undefined) throw new Error('QDRANT_ADDRESS is not set to HOST:PORT');
    this.#client = new library.QdrantClient({
      host,
      port: Number(port),
      timeout: 600_000,
      // It prints what it finds to stdout, which is the answers' alone.
      checkCompatibility: false,
    });
  }

  async hello(): Promise<object> {
    const { version } = await this.#client.api('service').healthCheck({});
    return {
      system: 'qdrant',
      version,
      kind: 'server',
      client: `@qdrant/js-client-grpc ${packageVersion('@qdrant/js-client-grpc')}, one process`,
      lacks: ['started elsewhere: its processor time, memory, disk and restart are not seen'],
    };
  }

  async open(request: OpenRequest): Promise<object> {
    this.#open = request;
    const { dimension, metric, connectivity, expansionAdd } = request;
    await this.#client.api('collections').delete({ collectionName });
    const hnswConfig = { m: BigInt(connectivity), efConstruct: BigInt(expansionAdd) };
    const value = { size: BigInt(dimension), distance: distances[metric], hnswConfig };
    const vectorsConfig = { config: { case: 'params', value } };
    await this.#client.api('collections').create({ collectionName, vectorsConfig });
    await this.#client.api('points').createFieldIndex({
      collectionName,
      wait: true,
      fieldName: 'bucket',
      fieldType: FieldType.FieldTypeInteger,
    });
    return { settings: { m: connectivity, efConstruct: expansionAdd } };
  }

  async load(request: LoadRequest): Promise<object> {
    const files = await readRecords(request, this.#open.dimension);
    const start = performance.now();
    await this.#upsert(files, request.batch);
    return { records: files.count, seconds: (performance.now() - start) / 1000 };
  }

  async index(): Promise<object> {
    const start = performance.now();
    for (;;) {
      const { result } = await this.#client.api('collections').get({ collectionName });
      if (result.status === CollectionStatus.Green) break;
      await delay(POLL_MS);
    }
    return { seconds: (performance.now() - start) / 1000 };
  }

  search(request: SearchRequest): Promise<SearchAnswer> {
    return runSearches<Found>(request, this.#open.dimension, {
      search: (vector) => this.#find(vector, request),
      ordinals: ({ result }) => result.map(({ id }) => Number(id.pointIdOptions.value)),
    });
  }

  async mixed(request: MixedRequest): Promise<object> {
    const { dimension } = this.#open;
    const files = await readRecords(request, dimension);
    const queries = await readRows(request.queries, dimension, 0, MIXED_QUERIES);
    const latencies: number[] = [];
    const start = performance.now();
    let seconds = 0;
    const loaded = this.#upsert(files, request.batch).finally(() => {
      seconds = (performance.now() - start) / 1000;
    });
    for (let i = 0; seconds === 0; i += 1) {
      const begun = performance.now();
      const { k, ef } = request;
      const vector = rowOf(queries, dimension, i % MIXED_QUERIES);
      await this.#find(vector, { k, ef, bucketBelow: BUCKETS, payload: false });
      latencies.push(performance.now() - begun);
      await delay(request.everyMs);
    }
    await loaded;
    const { queries: searches, ...figures } = latencyFigures(latencies);
    return { records: files.count, seconds, searches, ...figures };
  }

  async close(): Promise<void> {
    await this.#client.api('collections').delete({ collectionName });
  }

  async #upsert(files: RecordFiles, batch: number): Promise<void> {
    const size = Math.min(batch, MOST_BATCH);
    const end = files.from + files.count;
    for (let first = files.from; first < end; first += size) {
      const points = [];
      for (let i = first; i < Math.min(first + size, end); i += 1) points.push(pointOf(files, i));
      await this.#client.api('points').upsert({ collectionName, wait: true, points });
    }
  }

  #find(
    vector: Float32Array,
    { k, ef, bucketBelow, payload }: Pick<SearchRequest, 'k' | 'ef' | 'bucketBelow' | 'payload'>,
  ): Promise<Found> {
    const range = { key: 'bucket', range: { lt: bucketBelow } };
    const condition = { conditionOneOf: { case: 'field', value: range } };
    return this.#client.api('points').search({
      collectionName,
      vector: Array.from(vector),
      limit: BigInt(k),
      params: { hnswEf: BigInt(ef) },
      filter: bucketBelow < BUCKETS ? { must: [condition] } : undefined,
      withPayload: payload
        ? { selectorOptions: { case: 'include', value: { fields: ['content'] } } }
        : { selectorOptions: { case: 'enable', value: false } },
    });
  }
}

function pointOf(files: RecordFiles, ordinal: number): object {
  const vector = { case: 'dense', value: { data: Array.from(files.vector(ordinal)) } };
  return {
    id: { pointIdOptions: { case: 'num', value: BigInt(ordinal) } },
    payload: {
      bucket: { kind: { case: 'integerValue', value: BigInt(files.bucket(ordinal)) } },
      content: { kind: { case: 'stringValue', value: files.text(ordinal) } },
    },
    vectors: { vectorsOptions: { case: 'vector', value: { vector } } },
  };
}

await serve(new QdrantDriver());
