/**
 * Latencies of searches on a real server while it saves and while it merges, beside those without,
 * and how much its memory grows meanwhile. Searches come at a fixed rate, whether or not the ones
 * before have been answered.
 */
import { mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, type Collection, connect } from '../../clients/typescript/src/index.js';
import { MergePolicy } from '../../src/gen/protovec/v1/merge.js';
import { MergeSnapshotRequest } from '../../src/gen/protovec/v1/snapshot_service.js';
import { randomOf, VectorSource } from '../support/random.js';
import { RawClient } from '../support/raw-calls.js';
import { type ServerProcess, startProtovec } from '../support/server-process.js';
import { percentile } from '../support/statistics.js';
import { dimension, textOf } from './bodies.js';

const everyMs = 10;
const quietMs = 5_000;
/** A save is over soon; several give enough searches for a percentile. */
const saves = 3;
const snapshotMethod = '/protovec.v1.SnapshotService/MergeSnapshot';

export interface Phase {
  readonly what: string;
  readonly searches: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Seconds that the work took, and bytes by which the server grew. */
  readonly seconds: number;
  readonly growth: number;
}

/** Measures with `records` records in the collection and half as many merged into it. */
export async function measureSearches(
  directory: string,
  records: number,
  seed: number,
): Promise<Phase[]> {
  await mkdir(directory);
  const server = await startProtovec(directory);
  const client = connect(server.address);
  try {
    const docs = await load(client, 'docs', [0, records], seed);
    const more = await load(client, 'more', [records, Math.round(records * 1.5)], seed + 1);
    const { id } = await more.snapshots.create();
    await indexed(docs);
    await indexed(more);
    const phases: Phase[] = [];
    const during = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      phases.push(await measure(what, docs, server, seed, work));
    };
    await during('nothing else', () => delay(quietMs));
    await during('a checkpoint', async () => {
      for (let i = 0; i < saves; i++) {
        await docs.upsert({ id: `save ${i}`, embedding: vectors(seed + i, 1)[0] });
        await docs.save();
      }
    });
    await during('a snapshot', () => docs.snapshots.create());
    await during('a merge', () => mergeSnapshot(server.address, id));
    return phases;
  } finally {
    client.close();
    await server.stop();
  }
}

async function load(
  client: Client,
  name: string,
  [from, to]: readonly [number, number],
  seed: number,
): Promise<Collection> {
  await client.createCollection(name, { dimension });
  const docs = client.collection(name);
  const random = randomOf(seed);
  const source = new VectorSource(dimension, seed);
  function* recordsOf() {
    for (let i = from; i < to; i++) {
      const embedding = new Float32Array(dimension);
      source.next(embedding, 0);
      yield { id: `record ${i}`, content: textOf(random, 500), embedding, metadata: { n: i } };
    }
  }
  await docs.insertMany(recordsOf());
  return docs;
}

async function indexed(docs: Collection): Promise<void> {
  while ((await docs.index.stats()).pending > 0) await delay(200);
}

function vectors(seed: number, count: number): Float32Array[] {
  const source = new VectorSource(dimension, seed);
  return Array.from({ length: count }, () => {
    const vector = new Float32Array(dimension);
    source.next(vector, 0);
    return vector;
  });
}

async function mergeSnapshot(address: string, snapshotId: string): Promise<void> {
  const raw = new RawClient(address);
  try {
    const request = MergeSnapshotRequest.fromPartial({
      collection: 'docs',
      sourceCollection: 'more',
      snapshotId,
      policy: MergePolicy.OVERWRITE,
    });
    const answers = raw.answers(snapshotMethod, MergeSnapshotRequest.encode(request).finish());
    for await (const _ of answers);
  } finally {
    raw.close();
  }
}

async function measure(
  what: string,
  docs: Collection,
  server: ServerProcess,
  seed: number,
  work: () => Promise<unknown>,
): Promise<Phase> {
  const queries = vectors(seed + 99, 200);
  const latencies: number[] = [];
  const answers: Promise<void>[] = [];
  const before = server.residentBytes();
  let most = before;
  let next = 0;
  const search = async (): Promise<void> => {
    most = Math.max(most, server.residentBytes());
    const start = performance.now();
    await docs.search({ vector: queries[next++ % queries.length] });
    latencies.push(performance.now() - start);
  };
  const start = performance.now();
  const timer = setInterval(() => answers.push(search()), everyMs);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const seconds = (performance.now() - start) / 1000;
  await Promise.all(answers);
  return {
    what,
    searches: latencies.length,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    seconds,
    growth: most - before,
  };
}
