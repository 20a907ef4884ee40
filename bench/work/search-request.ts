/** The fields of a `search` request, and what its answer says: what every kind of search shares. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SearchAnswer, SearchRequest } from '../drivers/driver.js';
import type { Bench } from '../host/bench.js';
import { cacheDirectory } from '../host/paths.js';
import type { Outcome, RunningSystem } from '../host/running-system.js';
import { reference, timeouts } from '../plan.js';
import type { Figures } from '../results.js';
import { BUCKETS } from '../support/buckets.js';

const RECALL_CLIENTS = 8;

/** A setting of a search; the rest of a request follows from the data. */
export type SearchSetting = Omit<
  SearchRequest,
  'queries' | 'from' | 'count' | 'seconds' | 'answers'
>;

/** One search a call, unfiltered, through the system's client, at the reference. */
export const plainSetting: SearchSetting = {
  ...reference,
  bucketBelow: BUCKETS,
  manner: 'unary',
  width: 1,
  generator: 'client',
  answerBytes: 0,
};

/** The figures of searches that go round the queries for so long; or why there are none. */
export async function measureSpeed(
  bench: Bench,
  system: RunningSystem,
  setting: SearchSetting,
  seconds: number,
): Promise<Figures | string> {
  const { dataset } = bench;
  const { queries: count } = dataset.description;
  const asked = { queries: dataset.queries, from: 0, count, answers: null, seconds, ...setting };
  const outcome = await system.ask<SearchAnswer>('search', asked, timeouts.search);
  return 'missing' in outcome ? outcome.missing : figuresOf(outcome.answer);
}

function figuresOf(answer: SearchAnswer): Figures {
  const { queries, seconds, p50Ms, p95Ms, p99Ms, answerBytes } = answer;
  const { clientCpuSeconds, serverCpuSeconds } = answer;
  const cpuSeconds = clientCpuSeconds + (serverCpuSeconds ?? 0);
  return {
    queriesPerSecond: queries / seconds,
    cpuMsPerQuery: (cpuSeconds * 1000) / queries,
    p50Ms,
    p95Ms,
    p99Ms,
    clientCores: clientCpuSeconds / seconds,
    ...(typeof serverCpuSeconds === 'number' ? { serverCores: serverCpuSeconds / seconds } : {}),
    ...(answerBytes === undefined ? {} : { answerBytes }),
  };
}

/** Recall of the first `wanted` queries, each asked once; or why there is none. */
export async function measureRecall(
  bench: Bench,
  system: RunningSystem,
  setting: SearchSetting,
  wanted: number,
): Promise<number | string> {
  const { dataset } = bench;
  const answers = join(cacheDirectory, `answers-${process.pid}.i32`);
  const count = Math.min(wanted, dataset.description.queries);
  const asked = { queries: dataset.queries, from: 0, count, ...setting, answers, seconds: 0 };
  const ask = (clients: number): Promise<Outcome<object>> =>
    system.ask('search', { ...asked, clients }, timeouts.search);
  const isUnary = setting.manner === 'unary';
  let outcome = await ask(isUnary ? RECALL_CLIENTS : setting.clients);
  // In-process libraries have one client.
  if ('missing' in outcome && isUnary) outcome = await ask(1);
  if ('missing' in outcome) return outcome.missing;
  const recall = await dataset.recall(answers, setting.k, setting.bucketBelow);
  await rm(answers);
  return recall;
}
