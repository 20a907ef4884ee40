/**
 * Searches that travel together: several in one call, and many under way on one stream, in turn with
 * searches in calls of their own. Systems without such calls are left out.
 */
import type { Bench } from '../host/bench.js';
import type { RunningSystem } from '../host/running-system.js';
import { batchCalls, batchWidth, streamWidth } from '../plan.js';
import type { Point } from '../results.js';
import { measureRecall, measureSpeed, plainSetting, type SearchSetting } from './search-request.js';

/** In calls of their own with the clients of every ratio, then together. */
const settings: readonly SearchSetting[] = [
  { ...plainSetting, clients: 8 },
  { ...plainSetting, clients: 32 },
  { ...plainSetting, clients: batchCalls, manner: 'batch', width: batchWidth },
  { ...plainSetting, clients: 1, manner: 'stream', width: streamWidth },
];

/** What is measured: a system through its client, or with encoded requests. */
interface Contender {
  readonly name: string;
  readonly system: RunningSystem;
  readonly generator: SearchSetting['generator'];
  /** By manner; a manner that is not here is not supported. */
  readonly recalls: ReadonlyMap<string, number>;
}

export async function measureBatch(bench: Bench): Promise<void> {
  const { ceilingRounds, batchSeconds } = bench.plan;
  const contenders = await contendersOf(bench);
  for (let round = 1; round <= ceilingRounds; round += 1) {
    bench.say(`batch: round ${round} of ${ceilingRounds}`);
    for (const setting of settings) {
      for (const { name, system, generator, recalls } of contenders) {
        const recall = recalls.get(setting.manner);
        if (recall === undefined) continue;
        const figures = await measureSpeed(bench, system, { ...setting, generator }, batchSeconds);
        const point = pointOf(setting);
        if (typeof figures === 'string') bench.recordMissing('batch', name, point, figures);
        else bench.record('batch', name, point, { recall, ...figures });
      }
    }
  }
}

async function contendersOf(bench: Bench): Promise<Contender[]> {
  bench.say('batch: recall');
  const contenders: Contender[] = [];
  for (const system of bench.systems) {
    if (system.isEcho) continue;
    const { name } = system;
    const recalls = await recallsOf(bench, system);
    // Alone it has nothing to be compared with.
    if (recalls.size < 2) continue;
    contenders.push({ name, system, generator: 'client', recalls });
    if (system.spec.role !== 'subject') continue;
    // The same requests find the same, whoever encodes them.
    contenders.push({ name: `${name}-raw`, system, generator: 'raw', recalls });
  }
  return contenders;
}

async function recallsOf(
  bench: Bench,
  system: RunningSystem,
): Promise<ReadonlyMap<string, number>> {
  const recalls = new Map<string, number>();
  for (const setting of settings) {
    if (recalls.has(setting.manner)) continue;
    const recall = await measureRecall(bench, system, setting, bench.plan.recallQueries);
    if (typeof recall === 'number') recalls.set(setting.manner, recall);
  }
  return recalls;
}

function pointOf({ k, ef, clients, manner, width }: SearchSetting): Point {
  return { k, ef, clients, manner, width };
}
