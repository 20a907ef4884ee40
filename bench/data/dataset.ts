/**
 * A data set as drivers read it: files below bench/.cache/data, made once for a source, a size and
 * a seed. A directory appears whole or not at all.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheDirectory } from '../host/paths.js';
import { BUCKETS, readBuckets } from '../support/buckets.js';
import { readRows } from '../support/matrix.js';
import { randomOf } from '../support/random.js';
import { cosineDistance } from './distance.js';
import { fileData } from './file.js';
import { recallOf } from './recall.js';
import { holdOut, type SplitData } from './source.js';
import { syntheticData } from './synthetic.js';
import { loadTruth, type Truth } from './truth.js';
import { wordNetData } from './wordnet.js';

/** Changes when the files of a data set change, so that old ones are not used. */
const FORMAT = 2;

export interface DatasetOptions {
  /** `synthetic`, `wordnet`, or the path of a file. */
  readonly source: string;
  readonly records: number;
  readonly queries: number;
  readonly seed: number;
}

interface Description {
  readonly dimension: number;
  readonly records: number;
  readonly queries: number;
  readonly hasTexts: boolean;
  readonly textBytes: number;
}

export class Dataset {
  readonly name: string;
  readonly directory: string;
  readonly description: Description;
  #rows: Float32Array | undefined;
  #queries: Float32Array | undefined;
  #buckets: Uint16Array | undefined;
  readonly #truths = new Map<string, Truth>();

  constructor(name: string, directory: string, description: Description) {
    this.name = name;
    this.directory = directory;
    this.description = description;
  }

  get vectors(): string {
    return join(this.directory, 'vectors.f32');
  }

  get queries(): string {
    return join(this.directory, 'queries.f32');
  }

  get buckets(): string {
    return join(this.directory, 'buckets.u16');
  }

  get texts(): string | null {
    return this.description.hasTexts ? join(this.directory, 'texts.txt') : null;
  }

  /** Bytes of the vectors as floats. */
  get vectorBytes(): number {
    return this.description.records * this.description.dimension * 4;
  }

  /** Recall of the answers to the first queries, in a file of `k` ordinals a query. */
  async recall(answers: string, k: number, bucketBelow: number): Promise<number> {
    const bytes = await readFile(answers);
    const found = new Int32Array(Uint8Array.from(bytes).buffer);
    await this.#load();
    const { dimension, records } = this.description;
    const truth = await this.#truth(found.length / k, bucketBelow);
    return recallOf(found, k, truth, (query, ordinal) => {
      if (ordinal < 0 || ordinal >= records) return undefined;
      if (this.#buckets![ordinal] >= bucketBelow) return undefined;
      return cosineDistance(this.#queries!, query, this.#rows!, ordinal, dimension);
    });
  }

  /** Lets go of what recall holds in memory. */
  release(): void {
    this.#rows = undefined;
    this.#queries = undefined;
    this.#truths.clear();
  }

  async #load(): Promise<void> {
    if (this.#rows !== undefined) return;
    const { dimension, records, queries } = this.description;
    this.#rows = await readRows(this.vectors, dimension, 0, records);
    this.#queries = await readRows(this.queries, dimension, 0, queries);
    this.#buckets = await readBuckets(this.buckets);
  }

  async #truth(queries: number, bucketBelow: number): Promise<Truth> {
    const key = `truth-${bucketBelow}-${queries}.f64`;
    const known = this.#truths.get(key);
    if (known !== undefined) return known;
    const { dimension } = this.description;
    const asked = this.#queries!.slice(0, queries * dimension);
    const matches = (ordinal: number): boolean => this.#buckets![ordinal] < bucketBelow;
    const path = join(this.directory, key);
    const truth = await loadTruth(path, this.#rows!, asked, dimension, matches);
    this.#truths.set(key, truth);
    return truth;
  }
}

/** The data set, from the cache when it is there. */
export async function prepareDataset(options: DatasetOptions): Promise<Dataset> {
  const { source, records, queries, seed } = options;
  const isFile = source !== 'synthetic' && source !== 'wordnet';
  const { mtimeMs, size } = isFile ? await stat(source) : { mtimeMs: 0, size: 0 };
  const key = JSON.stringify([FORMAT, source, records, queries, seed, mtimeMs, size]);
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 12);
  const name = isFile ? basename(source) : nameOf(source, records);
  const directory = join(cacheDirectory, 'data', `${name}-${digest}`);
  const description = await readDescription(directory);
  if (description !== undefined) return new Dataset(name, directory, description);
  return new Dataset(name, directory, await write(directory, await make(options), seed));
}

function nameOf(source: string, records: number): string {
  return source === 'synthetic' ? `synthetic-${records}` : source;
}

async function make({ source, records, queries, seed }: DatasetOptions): Promise<SplitData> {
  if (source === 'synthetic') return syntheticData(records, queries, seed);
  const data = source === 'wordnet' ? await wordNetData() : await fileData(source);
  return holdOut(data, queries, seed);
}

async function readDescription(directory: string): Promise<Description | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, 'description.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

async function write(directory: string, data: SplitData, seed: number): Promise<Description> {
  const temporary = `${directory}.${process.pid}.tmp`;
  await mkdir(temporary, { recursive: true });
  const records = data.rows.length / data.dimension;
  const description: Description = {
    dimension: data.dimension,
    records,
    queries: data.queries.length / data.dimension,
    hasTexts: data.texts !== null,
    textBytes: data.texts?.reduce((sum, text) => sum + Buffer.byteLength(text), 0) ?? 0,
  };
  await writeFloats(join(temporary, 'vectors.f32'), data.rows);
  await writeFloats(join(temporary, 'queries.f32'), data.queries);
  const random = randomOf(seed + 3);
  const buckets = Uint16Array.from({ length: records }, () => Math.floor(random() * BUCKETS));
  await writeFile(join(temporary, 'buckets.u16'), buckets);
  if (data.texts !== null) await writeFile(join(temporary, 'texts.txt'), data.texts.join('\n'));
  await writeFile(join(temporary, 'description.json'), JSON.stringify(description));
  await rm(directory, { recursive: true, force: true });
  await rename(temporary, directory);
  return description;
}

/** In pieces: Node writes less than 2 GiB at once. */
async function writeFloats(path: string, values: Float32Array): Promise<void> {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  const piece = 64 * 2 ** 20;
  const pieces = function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  await pipeline(pieces, createWriteStream(path));
}
