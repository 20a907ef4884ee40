/**
 * Durable bulk load beside the ceiling of grpc-js: the same messages on one stream, to a server that
 * throws them away, in the same run and in turn. Searches go on during the load.
 *
 *   npm run bench:ingest                 500,000 records of each kind
 *   npm run bench:ingest -- --records 50000 --rounds 1
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CreateCollectionRequest } from '../src/gen/protovec/v1/collection_service.js';
import { GetIndexRequest, GetIndexResponse } from '../src/gen/protovec/v1/index_service.js';
import {
  BatchInsertResponse,
  CountRecordsRequest,
  CountRecordsResponse,
} from '../src/gen/protovec/v1/record_service.js';
import { SearchRequest } from '../src/gen/protovec/v1/search_service.js';
import { VectorSource } from './support/random.js';
import { RawClient } from './support/raw-calls.js';
import { insertMessages } from './support/records.js';
import { launchProtovec, startSink } from './support/server-process.js';
import { median, percentile, rate } from './support/statistics.js';

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '1' },
  },
});
const records = Number(values.records);
const rounds = Number(values.rounds);
const SEARCH_EVERY_MS = 50;

interface Kind {
  readonly dimension: number;
  readonly contentBytes: number;
}

interface Round {
  /** Records per second. */
  ceiling: number;
  loaded: number;
  /** Milliseconds. */
  searches: number[];
  indexed: number;
  residentMiB: number;
}

function prepare(kind: Kind): Uint8Array[] {
  const options = { ...kind, collection: 'bench', count: records, seed: 1 };
  return [...insertMessages(options)];
}

async function measureCeiling(messages: readonly Uint8Array[]): Promise<number> {
  const sink = await startSink();
  const client = new RawClient(sink.address);
  const start = performance.now();
  await client.stream('/bench.Sink/Sink', messages);
  const spent = performance.now() - start;
  client.close();
  await sink.stop();
  return rate(records, spent);
}

/** Searches every SEARCH_EVERY_MS until told to stop; returns the latencies. */
function searchMeanwhile(client: RawClient, dimension: number) {
  const latencies: number[] = [];
  const source = new VectorSource(dimension, 99);
  const vector = new Float32Array(dimension);
  let stopped = false;
  const run = async (): Promise<number[]> => {
    while (!stopped) {
      source.next(vector, 0);
      const query = { $case: 'vector' as const, value: { values: [...vector] } };
      const request = SearchRequest.fromPartial({ collection: 'bench', query });
      const bytes = SearchRequest.encode(request).finish();
      const start = performance.now();
      await client.unary('/protovec.v1.SearchService/Search', bytes);
      latencies.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, SEARCH_EVERY_MS));
    }
    return latencies;
  };
  const done = run();
  return () => {
    stopped = true;
    return done;
  };
}

async function measureLoad(
  kind: Kind,
  messages: readonly Uint8Array[],
): Promise<Omit<Round, 'ceiling'>> {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-bench-'));
  const launched = launchProtovec(directory);
  const server = await launched.listening;
  const client = new RawClient(server.address);
  const searcher = new RawClient(server.address);
  try {
    const create = CreateCollectionRequest.fromPartial({
      collection: 'bench',
      config: { dimension: kind.dimension },
    });
    const encoded = CreateCollectionRequest.encode(create).finish();
    await client.unary('/protovec.v1.CollectionService/CreateCollection', encoded);
    const stop = searchMeanwhile(searcher, kind.dimension);
    const start = performance.now();
    const answer = await client
      .stream('/protovec.v1.RecordService/BatchInsert', messages)
      .finally(stop);
    const spent = performance.now() - start;
    const searches = await stop();
    const summary = BatchInsertResponse.decode(answer);
    const count = await countOf(client);
    if (Number(summary.createdCount) !== records || count !== records) {
      throw new Error(`${summary.createdCount} created, ${count} stored, ${records} sent`);
    }
    const indexed = await indexedOf(client);
    const residentMiB = server.residentBytes() / 2 ** 20;
    return { loaded: rate(records, spent), searches, indexed, residentMiB };
  } catch (error) {
    console.error(launched.stderr);
    throw error;
  } finally {
    client.close();
    searcher.close();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function countOf(client: RawClient): Promise<number> {
  const request = CountRecordsRequest.encode({ collection: 'bench', filter: undefined }).finish();
  const answer = await client.unary('/protovec.v1.RecordService/CountRecords', request);
  return Number(CountRecordsResponse.decode(answer).count);
}

async function indexedOf(client: RawClient): Promise<number> {
  const request = GetIndexRequest.encode({ collection: 'bench' }).finish();
  const answer = await client.unary('/protovec.v1.IndexService/GetIndex', request);
  return Number(GetIndexResponse.decode(answer).index?.indexedRecords ?? 0n);
}

async function measure(kind: Kind): Promise<void> {
  const messages = prepare(kind);
  const bytes = messages.reduce((sum, message) => sum + message.length, 0);
  console.log(
    `\n${records} records, ${kind.dimension} dimensions, ${kind.contentBytes} bytes of content ` +
      `(${Math.round(bytes / 2 ** 20)} MiB in ${messages.length} messages)`,
  );
  const all: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ceiling = await measureCeiling(messages);
    const load = await measureLoad(kind, messages);
    all.push({ ceiling, ...load });
    console.log(
      `  round ${round + 1}: ceiling ${Math.round(ceiling)}/s, durable load ` +
        `${Math.round(load.loaded)}/s, ratio ${(load.loaded / ceiling).toFixed(3)}, ` +
        `${load.indexed} indexed at the end, ${Math.round(load.residentMiB)} MiB resident`,
    );
  }
  const searches = all.flatMap((round) => round.searches);
  console.log(
    `  median ratio ${median(all.map((r) => r.loaded / r.ceiling)).toFixed(3)}; ` +
      `${searches.length} searches meanwhile: median ${median(searches).toFixed(1)} ms, ` +
      `p95 ${percentile(searches, 95).toFixed(1)} ms, p99 ${percentile(searches, 99).toFixed(1)} ms`,
  );
}

console.log(`Bulk load, durable, indexing going on; ${cpus().length} x ${cpus()[0].model}`);
for (const kind of [
  { dimension: 100, contentBytes: 100 },
  { dimension: 384, contentBytes: 300 },
]) {
  await measure(kind);
}
