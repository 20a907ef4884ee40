/** Snapshots through the system's own interface: save, download, restore, merge. */
import type { Bench } from '../host/bench.js';
import { timeouts } from '../plan.js';

interface SnapshotAnswer {
  readonly createSeconds: number;
  readonly downloadSeconds: number;
  readonly restoreSeconds: number;
  readonly mergeSeconds: number;
  readonly bytes: number;
}

export async function measureSnapshot(bench: Bench): Promise<void> {
  const { snapshotRounds } = bench.plan;
  for (let round = 1; round <= snapshotRounds; round += 1) {
    bench.say(`snapshot, round ${round} of ${snapshotRounds}`);
    for (const system of bench.systems) {
      if (system.spec.role !== 'subject') continue;
      const outcome = await system.ask<SnapshotAnswer>('snapshot', {}, timeouts.snapshot);
      if ('missing' in outcome) {
        bench.recordMissing('snapshot', system.name, {}, outcome.missing);
        continue;
      }
      const { bytes, createSeconds, downloadSeconds, restoreSeconds, mergeSeconds } =
        outcome.answer;
      bench.record(
        'snapshot',
        system.name,
        {},
        {
          bytes,
          createBytesPerSecond: bytes / createSeconds,
          downloadBytesPerSecond: bytes / downloadSeconds,
          restoreBytesPerSecond: bytes / restoreSeconds,
          mergeBytesPerSecond: bytes / mergeSeconds,
        },
      );
    }
  }
}
