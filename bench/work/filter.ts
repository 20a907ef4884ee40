/**
 * Filtered searches, and unfiltered ones in turn with them: what a filter costs is told by rounds
 * that are neighbours in time.
 */
import type { Bench } from '../host/bench.js';
import type { RunningSystem } from '../host/running-system.js';
import type { Figures, Point } from '../results.js';
import { BUCKETS } from '../support/buckets.js';
import { measureRecall, measureSpeed, plainSetting, type SearchSetting } from './search-request.js';

/** Of all records. */
const ALL = 100;

export async function measureFilter(bench: Bench): Promise<void> {
  const { filters, searchRounds, filterSeconds } = bench.plan;
  const percents = [ALL, ...filters];
  bench.say('filter: recall');
  const recalls = new Map<string, number>();
  for (const percent of percents) {
    for (const system of bench.systems) {
      if (system.isEcho) continue;
      const recall = await recallAt(bench, system, percent);
      if (typeof recall === 'number') recalls.set(`${system.name} ${percent}`, recall);
      else bench.recordMissing('filter', system.name, pointOf(plainSetting, percent), recall);
    }
  }
  for (let round = 1; round <= searchRounds; round += 1) {
    bench.say(`filter: speed, round ${round} of ${searchRounds}`);
    for (const percent of percents) {
      for (const system of bench.systems) {
        const recall = recalls.get(`${system.name} ${percent}`);
        if (recall !== undefined) {
          await measureOne(bench, system, percent, recall, filterSeconds);
        }
      }
    }
  }
}

/** Of the same queries with every filter and without, so that recalls can be compared. */
function recallAt(bench: Bench, system: RunningSystem, percent: number): Promise<number | string> {
  return measureRecall(bench, system, settingOf(percent), bench.plan.filterRecallQueries);
}

async function measureOne(
  bench: Bench,
  system: RunningSystem,
  percent: number,
  recall: number,
  seconds: number,
): Promise<void> {
  let setting = settingOf(percent);
  let figures: Figures | string = await measureSpeed(bench, system, setting, seconds);
  if (typeof figures === 'string') {
    // In-process libraries have one client.
    setting = { ...setting, clients: 1 };
    figures = await measureSpeed(bench, system, setting, seconds);
  }
  const point = pointOf(setting, percent);
  if (typeof figures === 'string') bench.recordMissing('filter', system.name, point, figures);
  else bench.record('filter', system.name, point, { recall, ...figures });
}

function settingOf(percent: number): SearchSetting {
  return { ...plainSetting, bucketBelow: Math.round((percent / ALL) * BUCKETS) };
}

function pointOf({ k, ef, clients, payload }: SearchSetting, percent: number): Point {
  return { k, ef, clients, payload, percent };
}
