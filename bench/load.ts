/**
 * The restart: from the start of the server's process to its first answer, with a saved index,
 * beside the time that reading the same bytes takes; and the memory that the server then holds.
 * The page cache is left as it is, for both: after the first round the files are in it.
 *
 *   npm run bench:load                   100,000 records of 384 dimensions, 5 rounds
 *   npm run bench:load -- --records 10000 --rounds 2
 */
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { CreateCollectionRequest } from '../src/gen/protovec/v1/collection_service.js';
import type { IndexStats } from '../src/gen/protovec/v1/index.js';
import { GetIndexRequest, GetIndexResponse } from '../src/gen/protovec/v1/index_service.js';
import { SearchRequest, SearchResponse } from '../src/gen/protovec/v1/search_service.js';
import { VectorSource } from './support/random.js';
import { RawClient } from './support/raw-calls.js';
import { insertMessages } from './support/records.js';
import { startProtovec } from './support/server-process.js';
import { median } from './support/statistics.js';

const recordsDefault = 100_000;
const { values } = parseArgs({
  options: {
    records: { type: 'string', default: String(recordsDefault) },
    rounds: { type: 'string', default: '5' },
  },
});
const count = Number(values.records);
const rounds = Number(values.rounds);
const collection = 'bench';
const dimension = 384;
const contentBytes = 300;
const MiB = 2 ** 20;
const rawVectorBytes = count * dimension * 4;

interface Round {
  /** Milliseconds. */
  read: number;
  start: number;
  /** Processor time of all threads of the server, until the answer. */
  processor: number;
  /** Bytes. */
  resident: number;
}

async function indexOf(client: RawClient): Promise<IndexStats> {
  const request = GetIndexRequest.encode({ collection }).finish();
  const answer = await client.unary('/protovec.v1.IndexService/GetIndex', request);
  return GetIndexResponse.decode(answer).index!;
}

/** Shows how far something is: a bar on a terminal, nothing elsewhere. */
function startBar(label: string): SingleBar {
  const format = `${label}  {bar} {percentage}%  {value} of {total}`;
  const bar = new SingleBar({ format, stream: process.stderr, noTTYOutput: false });
  if (process.stderr.isTTY === true) bar.start(count, 0);
  return bar;
}

/** Loads the records, waits until the graph holds them all, stops the server. */
async function prepare(directory: string): Promise<void> {
  const server = await startProtovec(directory);
  const client = new RawClient(server.address);
  const start = performance.now();
  try {
    const create = CreateCollectionRequest.fromPartial({ collection, config: { dimension } });
    const encoded = CreateCollectionRequest.encode(create).finish();
    await client.unary('/protovec.v1.CollectionService/CreateCollection', encoded);
    const messages = insertMessages({ collection, count, dimension, contentBytes, seed: 1 });
    await client.stream('/protovec.v1.RecordService/BatchInsert', messages);
    const bar = startBar('indexed');
    for (;;) {
      const { indexedRecords, pendingRecords } = await indexOf(client);
      bar.update(Number(indexedRecords));
      if (pendingRecords === 0n && Number(indexedRecords) === count) break;
      await delay(250);
    }
    bar.stop();
  } finally {
    client.close();
    await server.stop();
  }
  console.log(`loaded, indexed and saved in ${seconds(performance.now() - start)}`);
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** Reads every file of the data directory once, one after the other; returns bytes and time. */
async function readAll(directory: string): Promise<{ bytes: number; spent: number }> {
  const chunk = Buffer.alloc(MiB);
  let bytes = 0;
  const start = performance.now();
  for (const path of await filesOf(directory)) {
    const file = await open(path);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length);
      bytes += bytesRead;
      if (bytesRead === 0) break;
    }
    await file.close();
  }
  return { bytes, spent: performance.now() - start };
}

function query(): Uint8Array {
  const vector = new Float32Array(dimension);
  new VectorSource(dimension, 99).next(vector, 0);
  const value = { values: [...vector] };
  const request = SearchRequest.fromPartial({ collection, query: { $case: 'vector', value } });
  return SearchRequest.encode(request).finish();
}

async function restart(directory: string, request: Uint8Array): Promise<Omit<Round, 'read'>> {
  const begin = performance.now();
  const server = await startProtovec(directory);
  const client = new RawClient(server.address);
  try {
    const answer = await client.unary('/protovec.v1.SearchService/Search', request);
    const start = performance.now() - begin;
    const processor = server.processorMs();
    const resident = server.residentBytes();
    const { results } = SearchResponse.decode(answer);
    if (results.length !== Math.min(10, count)) throw new Error(`${results.length} results`);
    const { indexedRecords, pendingRecords } = await indexOf(client);
    if (Number(indexedRecords) !== count) {
      const held = `${indexedRecords} indexed, ${pendingRecords} pending`;
      throw new Error(`the index was not taken from its file: ${held} of ${count}`);
    }
    return { start, processor, resident };
  } finally {
    client.close();
    await server.stop();
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** The targets are for the size that is measured unless another is asked for. */
function verdict(met: boolean, target: string): string {
  if (count !== recordsDefault) return `target ${target} with ${recordsDefault} records`;
  return `target ${target}: ${met ? 'met' : 'MISSED'}`;
}

function report(all: readonly Round[]): void {
  const start = median(all.map((round) => round.start));
  const processor = median(all.map((round) => round.processor));
  const ratio = median(all.map((round) => round.start / round.read));
  const resident = median(all.map((round) => round.resident)) / rawVectorBytes;
  console.log(`median of ${all.length} restarts:`);
  console.log(
    `  first answer after ${seconds(start)} (${seconds(processor)} of processor time), ` +
      `${ratio.toFixed(1)} times reading the files; ${verdict(start < 3_000, 'under 3 s')}`,
  );
  console.log(
    `  resident memory ${resident.toFixed(2)} times the raw vectors of ` +
      `${Math.round(rawVectorBytes / MiB)} MiB; ${verdict(resident < 2.6, 'under 2.6')}`,
  );
}

console.log(
  `Restart with ${count} records of ${dimension} dimensions and ${contentBytes} bytes of content; ` +
    `${cpus().length} x ${cpus()[0].model}`,
);
const directory = await mkdtemp(join(tmpdir(), 'protovec-bench-'));
try {
  await prepare(directory);
  const request = query();
  const all: Round[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const { bytes, spent: read } = await readAll(directory);
    const restarted = await restart(directory, request);
    all.push({ read, ...restarted });
    console.log(
      `  round ${round}: read ${Math.round(bytes / MiB)} MiB in ${seconds(read)}, first answer ` +
        `after ${seconds(restarted.start)} (${seconds(restarted.processor)} of processor time), ` +
        `${Math.round(restarted.resident / MiB)} MiB resident`,
    );
  }
  report(all);
} finally {
  await rm(directory, { recursive: true, force: true });
}
