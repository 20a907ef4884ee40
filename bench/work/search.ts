/**
 * Searches: recall once for each setting, then speed, the systems in turn within each setting and
 * the settings in turn within each round. No speed is noted without its recall.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SearchAnswer } from '../drivers/driver.js';
import type { Bench } from '../host/bench.js';
import { cacheDirectory } from '../host/paths.js';
import type { Outcome, RunningSystem } from '../host/running-system.js';
import { reference, type SearchPoint, timeouts, type Work } from '../plan.js';
import type { Figures, Point } from '../results.js';

const RECALL_CLIENTS = 8;
const FILTER_CLIENTS = 8;

/** A setting with the share of the records that is searched, in percent. */
interface Setting extends SearchPoint {
  readonly bucketBelow: number;
}

export async function measureSearch(bench: Bench, points: readonly SearchPoint[]): Promise<void> {
  const settings = points.map((point) => ({ ...point, bucketBelow: 100 }));
  const { searchRounds, searchSeconds, recallQueries } = bench.plan;
  await measure(bench, 'search', settings, searchRounds, searchSeconds, recallQueries);
}

export async function measureFilter(bench: Bench): Promise<void> {
  const { filters, searchRounds, filterSeconds, filterRecallQueries } = bench.plan;
  const point = { ...reference, clients: FILTER_CLIENTS };
  const settings = filters.map((bucketBelow) => ({ ...point, bucketBelow }));
  await measure(bench, 'filter', settings, searchRounds, filterSeconds, filterRecallQueries);
}

async function measure(
  bench: Bench,
  work: Work,
  settings: readonly Setting[],
  rounds: number,
  seconds: number,
  recallQueries: number,
): Promise<void> {
  bench.say(`${work}: recall`);
  const recalls = new Map<string, number>();
  for (const setting of settings) {
    for (const system of bench.systems) {
      await measureRecall(bench, work, system, setting, recallQueries, recalls);
    }
  }
  for (let round = 1; round <= rounds; round += 1) {
    bench.say(`${work}: speed, round ${round} of ${rounds}`);
    for (const setting of settings) {
      for (const system of bench.systems) {
        const recall = recalls.get(recallKey(system, setting));
        if (recall === undefined && !system.isEcho) continue;
        if (system.isEcho && setting.bucketBelow < 100) continue;
        let measured = setting;
        let figures = await measureSpeed(bench, system, measured, seconds);
        if (typeof figures === 'string' && work === 'filter') {
          // In-process libraries have one client; searches are measured with one anyway.
          measured = { ...setting, clients: 1 };
          figures = await measureSpeed(bench, system, measured, seconds);
        }
        if (typeof figures === 'string') {
          bench.recordMissing(work, system.name, pointOf(setting), figures);
        } else {
          const known: Figures = recall === undefined ? {} : { recall };
          bench.record(work, system.name, pointOf(measured), { ...known, ...figures });
        }
      }
    }
  }
}

async function measureRecall(
  bench: Bench,
  work: Work,
  system: RunningSystem,
  setting: Setting,
  wanted: number,
  recalls: Map<string, number>,
): Promise<void> {
  const key = recallKey(system, setting);
  if (system.isEcho || recalls.has(key)) return;
  const { dataset } = bench;
  const answers = join(cacheDirectory, `answers-${process.pid}.i32`);
  const count = Math.min(wanted, dataset.description.queries);
  const { k, ef, payload, bucketBelow } = setting;
  const asked = { queries: dataset.queries, from: 0, count, k, ef, bucketBelow, answers, payload };
  const ask = (clients: number): Promise<Outcome<object>> =>
    system.ask('search', { ...asked, clients, seconds: 0 }, timeouts.search);
  let outcome = await ask(RECALL_CLIENTS);
  if ('missing' in outcome) outcome = await ask(1);
  if ('missing' in outcome) {
    bench.recordMissing(work, system.name, pointOf(setting), outcome.missing);
    return;
  }
  recalls.set(key, await dataset.recall(answers, k, bucketBelow));
  await rm(answers);
}

async function measureSpeed(
  bench: Bench,
  system: RunningSystem,
  setting: Setting,
  seconds: number,
): Promise<Figures | string> {
  const { dataset } = bench;
  const count = dataset.description.queries;
  const asked = { queries: dataset.queries, from: 0, count, answers: null, seconds };
  const outcome = await system.ask<SearchAnswer>(
    'search',
    { ...asked, ...setting },
    timeouts.search,
  );
  if ('missing' in outcome) return outcome.missing;
  const { queries, seconds: spent, p50Ms, p95Ms, p99Ms } = outcome.answer;
  const { clientCpuSeconds, serverCpuSeconds } = outcome.answer;
  const cpuSeconds = clientCpuSeconds + (serverCpuSeconds ?? 0);
  return {
    queriesPerSecond: queries / spent,
    cpuMsPerQuery: (cpuSeconds * 1000) / queries,
    p50Ms,
    p95Ms,
    p99Ms,
    clientCores: clientCpuSeconds / spent,
    ...(typeof serverCpuSeconds === 'number' ? { serverCores: serverCpuSeconds / spent } : {}),
  };
}

/** The settings that the answers depend on. */
function recallKey({ name }: RunningSystem, { k, ef, bucketBelow }: Setting): string {
  return JSON.stringify([name, k, ef, bucketBelow]);
}

function pointOf({ bucketBelow, ...point }: Setting): Point {
  return bucketBelow === 100 ? { ...point } : { ...point, percent: bucketBelow };
}
