/**
 * Every kind of call at once, for as long as it is told, on a collection that stays as large as it
 * is: resident memory and descriptors of the server level off, and every answer is right.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launchProtovec } from '../../../bench/support/server-process.js';
import { connect } from '../../../clients/typescript/src/index.js';
import { Random } from '../../support/random.js';
import { freePort } from '../free-port.js';
import { Load } from '../soak/load.js';
import { ownConnection, type Work } from '../soak/operations.js';
import { publishSoak } from '../soak/publish.js';
import { DIMENSION, SoakRecords } from '../soak/records.js';
import { type Sample, takeSample } from '../soak/samples.js';
import { describe, judge } from '../soak/verdict.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';

const COLLECTION = 'soak';
/** Changed records after which the server saves by itself: some times a minute. */
const AUTO_SAVE_THRESHOLD = 20_000;
const SAMPLE_EVERY_MS = 1_000;
const LOADED_AT_ONCE = 1_000;
const CALL_MS_MAX = 120_000;

export const torture: Torture = {
  about: 'all kinds of calls at once for N minutes; memory and descriptors level off',
  unit: 'minutes',
  rounds: 20,
  size: 20_000,
  publishes: true,
  run: async (options, onRound) => {
    const directory = await mkdtemp(join(tmpdir(), 'protovec-soak-'));
    const figures = await soak(directory, options, onRound);
    await rm(directory, { recursive: true, force: true });
    return figures;
  },
};

async function soak(directory: string, options: TortureOptions, onRound: OnRound): Promise<string> {
  const metrics = `127.0.0.1:${await freePort()}`;
  const launched = launchProtovec(directory, ['--metrics', metrics]);
  try {
    const server = await launched.listening;
    const makeWork = workFor(server.address, options);
    await fill(makeWork(), options.size);
    const load = new Load(makeWork);
    const sampled = { pid: server.pid, dataDirectory: directory, metrics };
    const samples: Sample[] = [];
    const running = load.run();
    const sampling = sampleFor(options.rounds, async (seconds) => {
      samples.push(await takeSample(sampled, seconds));
      onRound(Math.floor(seconds / 60), `${Math.floor(seconds)} s, ${load.done} operations`);
    });
    await Promise.race([sampling, running, launched.ended.then(endedByItself)]);
    await load.stop();
    const problems = await problemsAtLast(makeWork());
    const verdict = judge(samples);
    problems.push(...verdict.problems);
    if (problems.length > 0) {
      throw new BrokenGuarantee(problems, `${describe(samples, verdict)}; data in ${directory}`);
    }
    await server.stop();
    const figures = `${figuresOf(options, load)}; ${describe(samples, verdict)}`;
    if (options.publish) publishSoak(samples, `${figures}; seed ${options.seed}.`);
    return figures;
  } catch (error) {
    if (error instanceof BrokenGuarantee) throw error;
    const where = `the data is in ${directory}\nthe server said:\n${launched.stderr}`;
    throw new BrokenGuarantee([(error as Error).stack ?? String(error)], where);
  } finally {
    launched.signal('SIGKILL');
    await launched.ended;
  }
}

function endedByItself(how: number | NodeJS.Signals): never {
  throw new Error(`the server ended by itself with ${how}`);
}

/** A port that nobody listens on at this moment. */
/** For each who asks a connection and random choices of its own. */
function workFor(address: string, { seed, size }: TortureOptions): () => Work {
  const random = new Random(seed);
  return () => {
    const client = connect(address, { timeoutMs: CALL_MS_MAX, channelOptions: ownConnection });
    const collection = client.collection(COLLECTION);
    const own = random.fork();
    const records = new SoakRecords(own, size);
    return { address, client, collection, records, random: own };
  };
}

async function fill({ client, collection, records }: Work, size: number): Promise<void> {
  const persistence = { autoSaveThreshold: AUTO_SAVE_THRESHOLD };
  await client.createCollection(COLLECTION, { dimension: DIMENSION, persistence });
  for (let written = 0; written < size; written += LOADED_AT_ONCE) {
    await collection.insertMany(records.records(LOADED_AT_ONCE));
  }
}

async function sampleFor(minutes: number, take: (seconds: number) => Promise<void>): Promise<void> {
  const start = performance.now();
  for (let i = 0; ; i += 1) {
    const seconds = (performance.now() - start) / 1000;
    if (seconds > minutes * 60) return;
    await take(seconds);
    await delay(Math.max(0, start + (i + 1) * SAMPLE_EVERY_MS - performance.now()));
  }
}

const PROBES = 50;

/** The ways to see a collection must agree after all that. */
async function problemsAtLast({ client, collection }: Work): Promise<string[]> {
  const problems: string[] = [];
  const count = await collection.count();
  const exported = new Map<string, Float32Array>();
  for await (const { id, embedding } of collection.export({ fields: ['id', 'embedding'] })) {
    exported.set(id, embedding!);
  }
  if (exported.size !== count) problems.push(`${count} counted, ${exported.size} exported`);
  for (const [id, vector] of [...exported].slice(0, PROBES)) {
    const { hits } = await collection.search({ vector, limit: 3, exact: true });
    if (!hits.some((hit) => hit.id === id)) problems.push(`${id} is not found by its own vector`);
  }
  const others = (await client.listCollections()).filter(({ name }) => name !== COLLECTION);
  for (const { name } of others) problems.push(`the collection ${name} was not deleted`);
  const snapshots = await collection.snapshots.list();
  if (snapshots.length > 0) problems.push(`${snapshots.length} snapshots were not deleted`);
  client.close();
  return problems;
}

function figuresOf({ rounds, size }: TortureOptions, load: Load): string {
  return (
    `${rounds} minutes, ${load.done} operations of ${load.counts.size} kinds on at most ` +
    `${size} records, none of them wrong`
  );
}
