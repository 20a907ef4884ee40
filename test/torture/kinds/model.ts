/**
 * Random histories of collections against plain maps, on the real file system: writes in every
 * mode, deletes, clears, merges, snapshots, restores, saves, settings, index builds. Each history stops several
 * times, in peace or as a killed process does, in the middle of whatever runs; after each start the
 * records, the settings and the snapshots are those of the maps, and searches agree with brute force.
 */
import { rm } from 'node:fs/promises';

import { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import { StoppableFileSystem } from '../../support/stoppable-file-system.js';
import { History, type HistoryFigures, historyRandom, noFigures } from '../histories/history.js';
import { describe } from '../histories/run.js';
import { scratchDirectory } from '../histories/scratch.js';
import { withSmallLimits } from '../histories/small-limits.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';

/** Histories that are under way at a time: while one waits for the disk others go on. */
const TOGETHER = 4;
const DURABILITIES = [Durability.ALWAYS, Durability.INTERVAL, Durability.OS];
const STOPS_MIN = 2;
const STOPS_MAX = 5;
const KILL_SHARE = 0.6;

export const torture: Torture = {
  about: 'random histories of collections against plain maps, with stops and kills',
  unit: 'histories',
  rounds: 2_000,
  size: 40,
  run: (options, onRound) => withSmallLimits(() => runAll(options, onRound)),
};

async function runAll(options: TortureOptions, onRound: OnRound): Promise<string> {
  const { rounds, only } = options;
  const figures = noFigures();
  let next = only ?? 1;
  let done = 0;
  const last = only ?? rounds;
  let broken = false;
  const worker = async (): Promise<void> => {
    while (next <= last && !broken) {
      const number = next;
      next += 1;
      await runOne(options, number, figures).catch((error) => {
        broken = true;
        throw error;
      });
      done += 1;
      onRound(done, `${figures.acknowledged} writes acknowledged, ${figures.opened} starts`);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return (
    `${done} histories: ${figures.acknowledged} writes acknowledged, ${figures.refused} refused as ` +
    `they must be, ${figures.merges} merges, ${figures.restores} restores, ${figures.snapshots} ` +
    `snapshots, ${figures.saves} saves; ${figures.opened} starts, ${figures.clean} of them after ` +
    `a stop in peace; ${figures.kept + figures.lost} writes under way at a kill, ${figures.kept} ` +
    `whole and ${figures.lost} absent, none half; every start equal to the maps`
  );
}

/** Runs one history. The directory of a failed one is kept. */
async function runOne(
  { seed, size }: TortureOptions,
  number: number,
  figures: HistoryFigures,
): Promise<void> {
  const directory = await scratchDirectory('model');
  const random = historyRandom(seed, number);
  const history = new History(random, DURABILITIES, figures);
  try {
    const stops = random.between(STOPS_MIN, STOPS_MAX);
    for (let stop = 0; stop <= stops; stop += 1) {
      const disk = new StoppableFileSystem();
      await history.open(disk, directory);
      if (stop < stops) await history.run(random.between(1, Math.ceil((size * 2) / stops)));
      if (stop === stops || !random.chance(KILL_SHARE)) await history.close();
      await history.stop();
      await disk.end();
      // What a killed process wrote is with the operating system.
      history.keepAll();
    }
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    const where = `history ${number} of seed ${seed} (repeat it with --seed ${seed} --only ${number} --size ${size}); its data is in ${directory}`;
    const problems = error instanceof BrokenGuarantee ? error.problems : [describe(error)];
    throw new BrokenGuarantee(problems, where);
  }
}
