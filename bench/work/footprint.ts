/** Resident memory of what holds the vectors, and bytes on disk. */
import type { Bench } from '../host/bench.js';
import { timeouts } from '../plan.js';

/** What a system says of its memory: at least what is resident now. */
interface MemoryAnswer {
  readonly [figure: string]: number;
}

export async function measureFootprint(bench: Bench): Promise<void> {
  bench.say('memory and disk');
  for (const system of bench.systems) {
    if (system.isEcho) continue;
    const { name } = system;
    const memory = await system.ask<MemoryAnswer>('memory', {}, timeouts.footprint);
    const disk = await system.ask<{ bytes: number }>('disk', {}, timeouts.footprint);
    const figures = {
      ...('answer' in memory ? memory.answer : {}),
      ...('answer' in disk ? { diskBytes: disk.answer.bytes } : {}),
    };
    if ('missing' in memory && 'missing' in disk) {
      bench.recordMissing('footprint', name, {}, memory.missing);
    } else bench.record('footprint', name, {}, figures);
  }
}
