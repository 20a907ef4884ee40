/** Search while loading: one client searches, with pauses, while an empty system is loaded. */
import type { Bench } from '../host/bench.js';
import { reference, timeouts } from '../plan.js';
import { loadFields } from './load.js';

interface MixedAnswer {
  readonly records: number;
  readonly seconds: number;
  readonly searches: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Starts the systems anew; what they held is gone. */
export async function measureMixed(bench: Bench): Promise<void> {
  const { mixedRounds, mixedEveryMs: everyMs } = bench.plan;
  const { k, ef } = reference;
  const count = Math.min(bench.plan.mixedRecords, bench.dataset.description.records);
  const fields = { ...loadFields(bench, count), queries: bench.dataset.queries, k, ef, everyMs };
  const point = { k, ef };
  for (let round = 1; round <= mixedRounds; round += 1) {
    bench.say(`search while loading, round ${round} of ${mixedRounds}`);
    for (const system of bench.systems) {
      if (system.spec.role === 'limit') continue;
      const { name } = system;
      if (system.spec.role === 'peer' && round > 1) continue;
      const opened = await system.startFresh(bench.dataset, bench.threads);
      const outcome =
        'missing' in opened
          ? opened
          : await system.ask<MixedAnswer>('mixed', fields, timeouts.mixed);
      await system.stop();
      if ('missing' in outcome) {
        bench.recordMissing('mixed', name, point, outcome.missing);
        continue;
      }
      const { records, seconds, searches, p50Ms, p95Ms, p99Ms } = outcome.answer;
      const recordsPerSecond = records / seconds;
      bench.record('mixed', name, point, {
        records,
        recordsPerSecond,
        searches,
        p50Ms,
        p95Ms,
        p99Ms,
      });
    }
  }
}
