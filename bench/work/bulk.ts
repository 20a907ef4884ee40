/**
 * Bulk loads of many records with durable acknowledgements: with the graph built afterwards, beside
 * the bare stream; with the graph built meanwhile, beside usearch's own build; and searches during
 * either load. Each system starts empty and stops before the next.
 */
import type { Bench } from '../host/bench.js';
import type { RunningSystem } from '../host/running-system.js';
import { reference, timeouts } from '../plan.js';
import type { Figures, Point } from '../results.js';
import { loadFields } from './load.js';
import { answerOf, Missing } from './outcome.js';

/** Records that a driver reads, or encodes, before the clock starts. */
const CHUNK_RECORDS = 100_000;

/** How Protovec is loaded. */
interface Way {
  /** Whether the graph is built after the load. */
  readonly deferred: boolean;
  readonly generator: 'client' | 'raw';
  /** Whether the graph is waited for. */
  readonly indexed: boolean;
}

const ways: readonly Way[] = [
  { deferred: true, generator: 'raw', indexed: false },
  { deferred: true, generator: 'client', indexed: true },
  { deferred: false, generator: 'client', indexed: true },
];

interface MixedAnswer {
  readonly seconds: number;
  readonly searches: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export async function measureBulk(bench: Bench): Promise<void> {
  // What other work left would take memory and processor time.
  for (const system of bench.systems) await system.stop();
  for (const system of bench.systems) {
    const { name } = system;
    if (name === 'echo') await measure(bench, name, {}, system, () => loadOnly(bench, system));
    if (name === 'usearch') await measure(bench, name, {}, system, () => buildOnly(bench, system));
    if (system.spec.role !== 'subject') continue;
    for (const way of ways) {
      const { deferred, generator } = way;
      const point = { deferred, searched: false };
      const loaded = generator === 'raw' ? `${name}-raw` : name;
      await measure(bench, loaded, point, system, () => loadAndIndex(bench, system, way));
    }
    for (const deferred of [true, false]) {
      const point = { deferred, searched: true };
      await measure(bench, name, point, system, () => loadAndSearch(bench, system, deferred));
    }
  }
}

async function measure(
  bench: Bench,
  name: string,
  point: Point,
  system: RunningSystem,
  work: () => Promise<Figures>,
): Promise<void> {
  bench.say(`bulk: ${name} ${JSON.stringify(point)}`);
  try {
    bench.record('bulk', name, point, await work());
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    bench.recordMissing('bulk', name, point, error.message);
  } finally {
    await system.stop();
  }
}

async function loadOnly(bench: Bench, system: RunningSystem): Promise<Figures> {
  answerOf(await system.startFresh(bench.dataset, bench.threads));
  const seconds = await loadAll(bench, system, 'raw');
  return { recordsPerSecond: bench.dataset.description.records / seconds };
}

/** Of usearch: it stores nothing, all that it does is to build. */
async function buildOnly(bench: Bench, system: RunningSystem): Promise<Figures> {
  answerOf(await system.startFresh(bench.dataset, bench.threads));
  await loadAll(bench, system, 'client');
  const { seconds } = await askIndex(system);
  return { indexedPerSecond: bench.dataset.description.records / seconds };
}

async function loadAndIndex(
  bench: Bench,
  system: RunningSystem,
  { deferred, generator, indexed }: Way,
): Promise<Figures> {
  const settings = { deferIndex: deferred };
  answerOf(await system.startFresh(bench.dataset, bench.threads, settings));
  const { records } = bench.dataset.description;
  const seconds = await loadAll(bench, system, generator);
  const loaded = { recordsPerSecond: records / seconds };
  if (!indexed) return loaded;
  const afterLoadSeconds = (await askIndex(system)).seconds;
  const memory = await system.ask<{ peakBytes: number }>('memory', {}, timeouts.footprint);
  return {
    ...loaded,
    afterLoadSeconds,
    indexedPerSecond: records / (seconds + afterLoadSeconds),
    ...('answer' in memory ? { peakBytes: memory.answer.peakBytes } : {}),
  };
}

async function loadAndSearch(
  bench: Bench,
  system: RunningSystem,
  deferred: boolean,
): Promise<Figures> {
  const settings = { deferIndex: deferred };
  answerOf(await system.startFresh(bench.dataset, bench.threads, settings));
  const { k, ef } = reference;
  const { mixedEveryMs: everyMs } = bench.plan;
  const { records } = bench.dataset.description;
  const fields = { ...loadFields(bench, records), queries: bench.dataset.queries, k, ef, everyMs };
  const answer = answerOf(await system.ask<MixedAnswer>('mixed', fields, timeouts.mixed));
  const { seconds, searches, p50Ms, p95Ms, p99Ms } = answer;
  return { recordsPerSecond: records / seconds, searches, p50Ms, p95Ms, p99Ms };
}

/** Seconds that the records took, in pieces so that not all of them are in the driver's memory. */
async function loadAll(
  bench: Bench,
  system: RunningSystem,
  generator: Way['generator'],
): Promise<number> {
  const { records } = bench.dataset.description;
  let sum = 0;
  for (let from = 0; from < records; from += CHUNK_RECORDS) {
    const count = Math.min(CHUNK_RECORDS, records - from);
    const fields = { ...loadFields(bench, records), from, count, generator };
    const asked = await system.ask<{ seconds: number | null }>('load', fields, timeouts.load);
    sum += answerOf(asked).seconds ?? 0;
  }
  return sum;
}

async function askIndex(system: RunningSystem): Promise<{ seconds: number }> {
  return answerOf(await system.ask<{ seconds: number }>('index', {}, timeouts.index));
}
