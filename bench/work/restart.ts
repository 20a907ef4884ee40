/** Restart until the first answer, beside reading the same files; the page cache is left as it is. */
import type { Bench } from '../host/bench.js';
import { readFiles } from '../limits/disk-write.js';
import { timeouts } from '../plan.js';

/** Seconds, and what else it says of the start. */
interface RestartAnswer {
  readonly seconds: number;
  readonly [figure: string]: number;
}

export async function measureRestart(bench: Bench): Promise<void> {
  const { restartRounds } = bench.plan;
  for (let round = 1; round <= restartRounds; round += 1) {
    bench.say(`restart, round ${round} of ${restartRounds}`);
    for (const system of bench.systems) {
      if (system.isEcho) continue;
      if (system.spec.role === 'peer' && round > 1) continue;
      const outcome = await system.ask<RestartAnswer>('restart', {}, timeouts.restart);
      if ('missing' in outcome) {
        bench.recordMissing('restart', system.name, {}, outcome.missing);
        continue;
      }
      const readSeconds = await readFiles(system.directory);
      bench.record('restart', system.name, {}, { ...outcome.answer, readSeconds });
    }
  }
}
