/**
 * LanceDB embedded in this process: a limit, as there is no network hop. Its graph keeps vectors in 8
 * bits each number; the best candidates are then compared by the vectors as they were given.
 */
import { createRequire } from 'node:module';
import { BUCKETS } from '../support/buckets.js';
import { directorySize } from '../support/directory-size.js';
import {
  type Driver,
  type LoadRequest,
  type OpenRequest,
  type SearchAnswer,
  type SearchRequest,
  serve,
  Unsupported,
} from './driver.js';
import { packageVersion } from './package-version.js';
import { type RecordFiles, readRecords } from './record-files.js';
import { runSearches } from './search-loop.js';

interface ArrowTable {
  getChild(column: string): { toArray(): Int32Array; toJSON(): unknown[] } | null;
}

interface VectorQuery {
  distanceType(name: string): VectorQuery;
  limit(count: number): VectorQuery;
  nprobes(count: number): VectorQuery;
  ef(ef: number): VectorQuery;
  refineFactor(factor: number): VectorQuery;
  where(predicate: string): VectorQuery;
  select(columns: readonly string[]): VectorQuery;
  toArrow(): Promise<ArrowTable>;
}

interface Table {
  add(data: unknown): Promise<unknown>;
  createIndex(column: string, options: { config: unknown; replace: boolean }): Promise<void>;
  optimize(): Promise<unknown>;
  vectorSearch(vector: Float32Array): VectorQuery;
  close(): void;
}

interface Connection {
  createEmptyTable(name: string, schema: unknown): Promise<Table>;
  openTable(name: string): Promise<Table>;
  close(): void;
}

interface Library {
  connect(path: string): Promise<Connection>;
  Index: { hnswSq(options: object): unknown; btree(): unknown };
}

const require = createRequire(import.meta.url);
const lance: Library = require('@lancedb/lancedb');
const arrow = require('apache-arrow');
const NAME = 'bench';
const distances = { cosine: 'cosine', dot: 'dot', euclidean: 'l2' };
/** How many times k candidates of the graph are compared by their full vectors. */
const REFINE_FACTOR = 2;

type Wanted = Pick<SearchRequest, 'k' | 'ef' | 'bucketBelow' | 'payload'>;

class LanceDriver implements Driver {
  #open!: OpenRequest;
  #connection!: Connection;
  #table!: Table;
  #indexed = false;
  #firstQuery!: Float32Array;

  hello(): object {
    return {
      system: 'lancedb',
      version: packageVersion('@lancedb/lancedb'),
      kind: 'library',
      client: '@lancedb/lancedb in process',
      lacks: [
        'no network hop',
        'no fsync before it acknowledges',
        'keeps vectors in the graph with 8 bits a number',
        'new records are indexed when asked, not as they come',
      ],
    };
  }

  async open(request: OpenRequest): Promise<object> {
    if (request.metric === 'dot') {
      throw new Unsupported('its graph finds few of the nearest by dot product: recall below 0.1');
    }
    this.#open = request;
    this.#connection = await lance.connect(request.directory);
    this.#table = await this.#connection.createEmptyTable(NAME, schemaOf(request.dimension));
    return { settings: { ...this.#parameters(), refineFactor: REFINE_FACTOR } };
  }

  async load(request: LoadRequest): Promise<object> {
    const { dimension } = this.#open;
    const files = await readRecords(request, dimension);
    this.#firstQuery = files.vector(files.from).slice();
    const start = performance.now();
    for (let first = files.from; first < files.from + files.count; first += request.batch) {
      const count = Math.min(request.batch, files.from + files.count - first);
      await this.#table.add(arrowTable(files, first, count, dimension));
    }
    return { records: files.count, seconds: (performance.now() - start) / 1000 };
  }

  async index(): Promise<object> {
    const start = performance.now();
    if (this.#indexed) {
      await this.#table.optimize();
    } else {
      const config = lance.Index.hnswSq(this.#parameters());
      await this.#table.optimize();
      await this.#table.createIndex('embedding', { config, replace: true });
      await this.#table.createIndex('bucket', { config: lance.Index.btree(), replace: true });
      this.#indexed = true;
    }
    return { seconds: (performance.now() - start) / 1000 };
  }

  search(request: SearchRequest): Promise<SearchAnswer> {
    return runSearches<ArrowTable>(request, this.#open.dimension, {
      search: (vector) => this.#find(vector, request),
      ordinals: (table) => table.getChild('id')!.toArray(),
    });
  }

  async restart(): Promise<object> {
    this.#table.close();
    this.#connection.close();
    const start = performance.now();
    this.#connection = await lance.connect(this.#open.directory);
    this.#table = await this.#connection.openTable(NAME);
    const request = { k: 10, ef: 64, bucketBelow: BUCKETS, payload: false };
    await this.#find(this.#firstQuery, request);
    return { seconds: (performance.now() - start) / 1000 };
  }

  memory(): object {
    return { residentBytes: process.memoryUsage.rss() };
  }

  async disk(): Promise<object> {
    return { bytes: await directorySize(this.#open.directory) };
  }

  close(): void {
    this.#connection?.close();
  }

  /** One graph for everything, so that a search need not choose among several. */
  #parameters(): object {
    const { metric, connectivity: m, expansionAdd: efConstruction } = this.#open;
    return { distanceType: distances[metric], numPartitions: 1, m, efConstruction };
  }

  async #find(vector: Float32Array, { k, ef, bucketBelow, payload }: Wanted): Promise<ArrowTable> {
    let query = this.#table.vectorSearch(vector).distanceType(distances[this.#open.metric]);
    query = query
      .limit(k)
      .nprobes(1)
      .ef(Math.max(ef, k * REFINE_FACTOR));
    query = query.refineFactor(REFINE_FACTOR);
    if (bucketBelow < BUCKETS) query = query.where(`bucket < ${bucketBelow}`);
    const found = await query
      .select(payload ? ['id', 'content', '_distance'] : ['id', '_distance'])
      .toArrow();
    if (payload) found.getChild('content')?.toJSON();
    return found;
  }
}

function schemaOf(dimension: number): unknown {
  const number = new arrow.Field('item', new arrow.Float32(), true);
  return new arrow.Schema([
    new arrow.Field('id', new arrow.Int32(), false),
    new arrow.Field('bucket', new arrow.Int32(), false),
    new arrow.Field('content', new arrow.Utf8(), false),
    new arrow.Field('embedding', new arrow.FixedSizeList(dimension, number), false),
  ]);
}

function arrowTable(files: RecordFiles, first: number, count: number, dimension: number): unknown {
  const ordinals = Int32Array.from({ length: count }, (_, i) => first + i);
  const start = (first - files.from) * dimension;
  const numbers = files.rows.subarray(start, start + count * dimension);
  const { fields } = schemaOf(dimension) as { fields: { type: unknown }[] };
  const embedding = arrow.makeData({
    type: fields[3].type,
    length: count,
    nullCount: 0,
    child: arrow.makeData({ type: new arrow.Float32(), data: numbers }),
  });
  return new arrow.Table(schemaOf(dimension), {
    id: arrow.vectorFromArray(ordinals, new arrow.Int32()),
    bucket: arrow.vectorFromArray(ordinals.map(files.bucket), new arrow.Int32()),
    content: arrow.vectorFromArray([...ordinals].map(files.text), new arrow.Utf8()),
    embedding: arrow.makeVector(embedding),
  });
}

await serve(new LanceDriver());
