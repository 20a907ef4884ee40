/**
 * The precisions of the graph beside each other: a Protovec for each of them, loaded with the same
 * records, searched in turn.
 */
import type { Bench } from '../host/bench.js';
import { RunningSystem } from '../host/running-system.js';
import { quantizationEfs, quantizations, timeouts } from '../plan.js';
import { loadFields } from './load.js';
import { answerOf, Missing } from './outcome.js';
import { measureRecall, measureSpeed, plainSetting, type SearchSetting } from './search-request.js';

type Quantization = (typeof quantizations)[number];

interface Seconds {
  readonly seconds: number;
}

interface MemoryAnswer {
  readonly residentBytes: number;
  readonly graphBytes: number;
}

export async function measureQuantization(bench: Bench): Promise<void> {
  const subject = bench.systems.find(({ spec }) => spec.role === 'subject');
  if (subject === undefined) return;
  // Two of them would share the cores with what is measured.
  for (const system of bench.systems) await system.stop();
  const systems = new Map<Quantization, RunningSystem>();
  try {
    for (const quantization of quantizations) {
      const system = new RunningSystem(subject.spec);
      systems.set(quantization, system);
      await loadOne(bench, system, quantization);
    }
    await searchAll(bench, systems);
  } finally {
    for (const system of systems.values()) await system.stop();
  }
}

async function loadOne(
  bench: Bench,
  system: RunningSystem,
  quantization: Quantization,
): Promise<void> {
  bench.say(`quantization: load and index, ${quantization}`);
  try {
    answerOf(await system.startFresh(bench.dataset, bench.threads, { quantization }));
    const { records } = bench.dataset.description;
    const loading = loadFields(bench, records);
    const loaded = answerOf(await system.ask<Seconds>('load', loading, timeouts.load));
    const indexed = answerOf(await system.ask<Seconds>('index', {}, timeouts.index));
    const memory = answerOf(await system.ask<MemoryAnswer>('memory', {}, timeouts.footprint));
    const { residentBytes, graphBytes } = memory;
    const recordsPerSecond = records / (loaded.seconds + indexed.seconds);
    const figures = { residentBytes, graphBytes, recordsPerSecond };
    bench.record('quantization', system.name, { quantization }, figures);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    bench.recordMissing('quantization', system.name, { quantization }, error.message);
  }
}

async function searchAll(
  bench: Bench,
  systems: ReadonlyMap<Quantization, RunningSystem>,
): Promise<void> {
  const { searchRounds, searchSeconds, recallQueries } = bench.plan;
  const recalls = new Map<string, number>();
  bench.say('quantization: recall');
  for (const ef of quantizationEfs) {
    for (const [quantization, system] of systems) {
      const recall = await measureRecall(bench, system, settingOf(ef), recallQueries);
      if (typeof recall === 'number') recalls.set(`${quantization} ${ef}`, recall);
    }
  }
  for (let round = 1; round <= searchRounds; round += 1) {
    bench.say(`quantization: speed, round ${round} of ${searchRounds}`);
    for (const ef of quantizationEfs) {
      for (const [quantization, system] of systems) {
        const recall = recalls.get(`${quantization} ${ef}`);
        if (recall === undefined) continue;
        const setting = settingOf(ef);
        const { k, clients } = setting;
        // The graph is to show, not the client.
        const asked = { ...setting, generator: 'raw' as const };
        const figures = await measureSpeed(bench, system, asked, searchSeconds);
        if (typeof figures === 'string') continue;
        const point = { quantization, k, ef, clients };
        bench.record('quantization', system.name, point, { recall, ...figures });
      }
    }
  }
}

function settingOf(ef: number): SearchSetting {
  return { ...plainSetting, ef };
}
