/**
 * hnswlib through hnswlib-node, in this process: a limit for one client. Calls block the thread that
 * makes them, vectors cross into the library as arrays of numbers, and there is nothing around it.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BUCKETS, readBuckets } from '../support/buckets.js';
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
import { readRecords } from './record-files.js';
import { runSearches } from './search-loop.js';

interface Graph {
  initIndex(options: { maxElements: number; m: number; efConstruction: number }): void;
  resizeIndex(maxElements: number): void;
  addPoint(point: readonly number[], label: number): void;
  searchKnn(
    point: readonly number[],
    count: number,
    filter?: (label: number) => boolean,
  ): { neighbors: number[] };
  setEf(ef: number): void;
  getCurrentCount(): number;
  writeIndexSync(path: string): void;
  readIndexSync(path: string): void;
}

interface Library {
  HierarchicalNSW: new (space: string, dimension: number) => Graph;
}

const require = createRequire(import.meta.url);
const spaces = { cosine: 'cosine', dot: 'ip', euclidean: 'l2' };

class HnswlibDriver implements Driver {
  #open!: OpenRequest;
  #graph!: Graph;
  #buckets!: Uint16Array;
  #firstQuery!: readonly number[];

  hello(): object {
    return {
      system: 'hnswlib',
      version: packageVersion('hnswlib-node'),
      kind: 'library',
      client: 'hnswlib-node in process, one query a call',
      lacks: [
        'no network hop',
        'no durability: written as a whole when asked',
        'no payload',
        'no concurrent clients',
        'loads on one thread',
      ],
    };
  }

  open(request: OpenRequest): object {
    this.#open = request;
    this.#graph = this.#make();
    const settings = { m: request.connectivity, efConstruction: request.expansionAdd };
    this.#graph.initIndex({ maxElements: 0, ...settings });
    return { settings };
  }

  async load(request: LoadRequest): Promise<object> {
    const files = await readRecords(request, this.#open.dimension);
    this.#buckets = await readBuckets(request.buckets);
    this.#firstQuery = Array.from(files.vector(files.from));
    const start = performance.now();
    this.#graph.resizeIndex(this.#graph.getCurrentCount() + files.count);
    for (let i = files.from; i < files.from + files.count; i += 1) {
      this.#graph.addPoint(Array.from(files.vector(i)), i);
    }
    this.#graph.writeIndexSync(this.#path);
    return { records: files.count, seconds: (performance.now() - start) / 1000 };
  }

  async index(): Promise<object> {
    return { seconds: 0 };
  }

  search(request: SearchRequest): Promise<SearchAnswer> {
    if (request.clients > 1) throw new Unsupported('its calls block the one thread there is');
    if (request.payload) throw new Unsupported('it keeps no payload');
    const { k, ef, bucketBelow } = request;
    const buckets = this.#buckets;
    const matches = (label: number): boolean => buckets[label] < bucketBelow;
    const filter = bucketBelow < BUCKETS ? matches : undefined;
    this.#graph.setEf(Math.max(ef, k));
    return runSearches<number[]>(request, this.#open.dimension, {
      search: async (vector) => this.#graph.searchKnn(Array.from(vector), k, filter).neighbors,
      ordinals: (neighbors) => neighbors,
    });
  }

  async restart(): Promise<object> {
    this.#graph = this.#make();
    const start = performance.now();
    this.#graph.readIndexSync(this.#path);
    this.#graph.searchKnn(this.#firstQuery, 10);
    return { seconds: (performance.now() - start) / 1000 };
  }

  memory(): object {
    return { residentBytes: process.memoryUsage.rss() };
  }

  async disk(): Promise<object> {
    return { bytes: await directorySize(this.#open.directory) };
  }

  close(): void {}

  get #path(): string {
    return join(this.#open.directory, 'graph.hnsw');
  }

  #make(): Graph {
    const library: Library = require('hnswlib-node');
    return new library.HierarchicalNSW(spaces[this.#open.metric], this.#open.dimension);
  }
}

await serve(new HnswlibDriver());
