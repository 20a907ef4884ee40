/**
 * Searches: recall once for each setting, then speed, the systems in turn within each setting and
 * the settings in turn within each round. No speed is noted without its recall.
 */
import type { Bench } from '../host/bench.js';
import type { RunningSystem } from '../host/running-system.js';
import { reference, type SearchPoint } from '../plan.js';
import type { Point } from '../results.js';
import { measureRecall, measureSpeed, plainSetting, type SearchSetting } from './search-request.js';

export async function measureSearch(bench: Bench, points: readonly SearchPoint[]): Promise<void> {
  const { searchRounds, searchSeconds } = bench.plan;
  const settings = points.map((point) => ({ ...plainSetting, ...point }));
  const recalls = await recallsOf(bench, settings);
  for (let round = 1; round <= searchRounds; round += 1) {
    bench.say(`search: speed, round ${round} of ${searchRounds}`);
    for (const setting of settings) {
      for (const system of bench.systems) {
        const recall = recalls.get(recallKey(system, setting));
        if (recall === undefined && !system.isEcho) continue;
        const figures = await measureSpeed(bench, system, setting, searchSeconds);
        if (typeof figures === 'string') {
          bench.recordMissing('search', system.name, pointOf(setting), figures);
        } else {
          const known = recall === undefined ? {} : { recall };
          bench.record('search', system.name, pointOf(setting), { ...known, ...figures });
        }
      }
    }
  }
}

async function recallsOf(
  bench: Bench,
  settings: readonly SearchSetting[],
): Promise<ReadonlyMap<string, number>> {
  bench.say('search: recall');
  const recalls = new Map<string, number>();
  for (const setting of settings) {
    for (const system of bench.systems) {
      const key = recallKey(system, setting);
      if (system.isEcho || recalls.has(key)) continue;
      if (!takesPart(system, setting)) continue;
      const { recallQueries, peerRecallQueries } = bench.plan;
      const queries = system.spec.role === 'peer' ? peerRecallQueries : recallQueries;
      const recall = await measureRecall(bench, system, setting, queries);
      if (typeof recall === 'number') recalls.set(key, recall);
      else bench.recordMissing('search', system.name, pointOf(setting), recall);
    }
  }
  return recalls;
}

/** Whether the system is measured at the setting: others, some of them slow, at fewer. */
function takesPart({ spec }: RunningSystem, { k }: SearchSetting): boolean {
  return spec.role !== 'peer' || k === reference.k;
}

/** The settings that the answers depend on. */
function recallKey({ name }: RunningSystem, { k, ef }: SearchSetting): string {
  return JSON.stringify([name, k, ef]);
}

function pointOf({ k, ef, clients, payload }: SearchSetting): Point {
  return { k, ef, clients, payload };
}
