/** Bulk load with durable acknowledgements, and the time until everything is in the index. */
import type { Bench } from '../host/bench.js';
import type { Outcome, RunningSystem } from '../host/running-system.js';
import { batch, timeouts } from '../plan.js';
import { measureLimits } from './limits.js';

interface LoadAnswer {
  readonly records: number;
  readonly seconds: number | null;
  readonly clientCpuSeconds?: number;
  readonly serverCpuSeconds?: number;
}

/** Leaves every system loaded and indexed. */
export async function measureLoad(bench: Bench): Promise<void> {
  const needed = bench.wants('load') || bench.wants('index');
  const { loadRounds, indexRounds } = bench.plan;
  const rounds = needed ? loadRounds : 1;
  for (let round = 1; round <= rounds; round += 1) {
    bench.say(`load and index, round ${round} of ${rounds}`);
    if (bench.wants('limits')) await measureLimits(bench);
    for (const system of bench.systems) {
      const untilIndexed = round > rounds - indexRounds;
      if (system.spec.role === 'peer' && round < rounds) continue;
      // It stores nothing; all that it does is to build the graph.
      if (system.name === 'usearch' && !untilIndexed) continue;
      await loadSystem(bench, system, untilIndexed);
    }
  }
}

/** What `load` is asked with, for the first `count` records. */
export function loadFields({ dataset }: Bench, count: number): object {
  const { vectors, texts, buckets } = dataset;
  return { vectors, texts, buckets, from: 0, count, batch, generator: 'client' };
}

async function loadSystem(
  bench: Bench,
  system: RunningSystem,
  untilIndexed: boolean,
): Promise<void> {
  const { name } = system;
  const reused = system.isEcho && system.isRunning;
  const opened: Outcome<object> = reused
    ? { answer: {} }
    : await system.startFresh(bench.dataset, bench.threads);
  if ('missing' in opened) return bench.recordMissing('load', name, {}, opened.missing);
  const loaded = await system.ask<LoadAnswer>(
    'load',
    loadFields(bench, bench.dataset.description.records),
    timeouts.load,
  );
  if ('missing' in loaded) return bench.recordMissing('load', name, {}, loaded.missing);
  const { records, seconds, clientCpuSeconds, serverCpuSeconds } = loaded.answer;
  if (seconds !== null) {
    bench.record(
      'load',
      name,
      {},
      {
        recordsPerSecond: records / seconds,
        seconds,
        ...(clientCpuSeconds === undefined ? {} : { clientCores: clientCpuSeconds / seconds }),
        ...(serverCpuSeconds === undefined ? {} : { serverCores: serverCpuSeconds / seconds }),
      },
    );
  }
  if (!untilIndexed) return;
  const indexed = await system.ask<{ seconds: number }>('index', {}, timeouts.index);
  if ('missing' in indexed) {
    if (system.spec.role !== 'limit') bench.recordMissing('index', name, {}, indexed.missing);
    return;
  }
  const whole = (seconds ?? 0) + indexed.answer.seconds;
  bench.record(
    'index',
    name,
    {},
    {
      recordsPerSecond: records / whole,
      seconds: whole,
      afterLoadSeconds: indexed.answer.seconds,
    },
  );
}
