/**
 * Power cuts on a simulated disk, at random file-system calls of random histories: writes, saves,
 * merges, restores, snapshots, rotations, creations and deletions of collections, stops, and the
 * recovery after an earlier cut, up to ten in a row. After each cut several disks that may be left
 * are opened: nothing that was said to be durable is lost, nothing is half there, nothing whole is
 * quarantined.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import type { Random } from '../../support/random.js';
import { SimulatedDisk, writeImage } from '../../support/simulated-disk/simulated-disk.js';
import {
  History,
  type HistoryFigures,
  historyRandom,
  noFigures,
  stopStore,
} from '../histories/history.js';
import { LocalStore } from '../histories/local-store.js';
import { describe } from '../histories/run.js';
import { scratchDirectory } from '../histories/scratch.js';
import { withSmallLimits } from '../histories/small-limits.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';

/** Most collections promise that what is acknowledged is durable. */
const { ALWAYS, INTERVAL, OS } = Durability;
const DURABILITIES = [ALWAYS, ALWAYS, ALWAYS, INTERVAL, OS];
/** Cuts of one history, and disks that are opened after each. */
const CUTS = 5;
const IMAGES = 4;
/** The power goes at one of so many calls. */
const CALLS_MAX = 120;
const RECOVERY_CALLS_MAX = 30;
const RECOVERY_CUT_SHARE = 0.35;
const RECOVERY_CUTS_MAX = 10;
const CLOSE_SHARE = 0.3;
const TURN_SHARE = 0.3;

interface PowerFigures extends HistoryFigures {
  cuts: number;
  /** Cuts while a recovery was under way, and the most of them in a row. */
  recoveryCuts: number;
  deepest: number;
}

export const torture: Torture = {
  about: 'power cuts at file-system calls of random histories, on a simulated disk',
  unit: 'points',
  rounds: 10_000,
  size: 40,
  run: (options, onRound) => withSmallLimits(() => runAll(options, onRound)),
};

async function runAll(options: TortureOptions, onRound: OnRound): Promise<string> {
  const figures = { ...noFigures(), cuts: 0, recoveryCuts: 0, deepest: 0 };
  let number = options.only ?? 1;
  do {
    await new PowerHistory(options, number, figures).run();
    number += 1;
    const line = `${number - 1} histories, ${figures.cuts} cuts, ${figures.acknowledged} writes acknowledged`;
    onRound(Math.min(figures.opened, options.rounds), line);
  } while (options.only === undefined && figures.opened < options.rounds);
  return (
    `${figures.opened} points after ${figures.cuts} cuts: ${figures.acknowledged} acknowledged ` +
    `writes; ${figures.kept + figures.lost} under way, ${figures.kept} whole and ${figures.lost} ` +
    `absent; ${figures.tornTails} torn tails; ${figures.recoveryCuts} cuts during recoveries, ` +
    `${figures.deepest} in a row at most; ${figures.forgotten} writes that were never said to be ` +
    'durable gone; 0 acknowledged writes lost, 0 partial batches visible, 0 false quarantines, ' +
    '0 failed opens'
  );
}

/** A disk that was opened again, and the store on it. */
interface Opened {
  readonly disk: SimulatedDisk;
  readonly directory: string;
  readonly store: LocalStore;
}

class PowerHistory {
  readonly #options: TortureOptions;
  readonly #number: number;
  readonly #figures: PowerFigures;
  readonly #random: Random;
  readonly #history: History;
  #root = '';
  #directories = 0;

  constructor(options: TortureOptions, number: number, figures: PowerFigures) {
    this.#options = options;
    this.#number = number;
    this.#figures = figures;
    this.#random = historyRandom(options.seed, number);
    this.#history = new History(this.#random.fork(), DURABILITIES, figures);
  }

  /** Runs the history. The disks of a failed one are kept. */
  async run(): Promise<void> {
    this.#root = await scratchDirectory('power');
    try {
      const directory = this.#newDirectory();
      await mkdir(directory);
      let opened = await this.#open(this.#disk(directory), directory);
      this.#history.adopt(this.#history.compare(opened.store), opened.store, opened.disk);
      for (let cut = 0; cut < CUTS; cut += 1) opened = await this.#cutOnce(opened);
      await this.#history.stop();
      await rm(this.#root, { recursive: true, force: true });
    } catch (error) {
      const { seed, size } = this.#options;
      const where =
        `history ${this.#number} of seed ${seed} (repeat it with --seed ${seed} --only ` +
        `${this.#number} --size ${size}); its disks are in ${this.#root}`;
      const problems = error instanceof BrokenGuarantee ? error.problems : [describe(error)];
      throw new BrokenGuarantee(problems, where);
    }
  }

  /** Goes on until the power goes, opens some of the disks that may be left, goes on with one. */
  async #cutOnce({ disk, directory }: Opened): Promise<Opened> {
    const random = this.#random.fork();
    disk.cutAt(disk.calls + random.between(1, CALLS_MAX), random.chance(0.5));
    await this.#history.run(this.#options.size);
    if (disk.on && random.chance(CLOSE_SHARE)) await this.#history.close();
    await this.#history.stop();
    this.#figures.cuts += 1;
    for (let image = 1; ; image += 1) {
      const opened = await this.#recover(disk, random.fork(), 0);
      const findings = this.#history.compare(opened.store);
      if (image === IMAGES) {
        this.#history.adopt(findings, opened.store, opened.disk);
        await rm(directory, { recursive: true, force: true });
        return opened;
      }
      await stopStore(opened.store, opened.disk);
      await rm(opened.directory, { recursive: true, force: true });
    }
  }

  /** Opens a disk that the cut may have left; the power may go again and again meanwhile. */
  async #recover(cut: SimulatedDisk, random: Random, depth: number): Promise<Opened> {
    this.#figures.deepest = Math.max(this.#figures.deepest, depth);
    const directory = this.#newDirectory();
    writeImage(cut.afterCrash(random), directory);
    const disk = this.#disk(directory);
    if (depth < RECOVERY_CUTS_MAX && random.chance(RECOVERY_CUT_SHARE)) {
      disk.cutAt(random.between(1, RECOVERY_CALLS_MAX), random.chance(0.5));
    }
    let opened: Opened | undefined;
    try {
      opened = await this.#open(disk, directory);
    } catch (error) {
      if (disk.on) throw error;
    }
    if (opened !== undefined && disk.on) {
      disk.cutAt(Number.POSITIVE_INFINITY, false);
      return opened;
    }
    if (opened !== undefined) await stopStore(opened.store, disk);
    this.#figures.recoveryCuts += 1;
    const next = await this.#recover(disk, random, depth + 1);
    await rm(directory, { recursive: true, force: true });
    return next;
  }

  async #open(disk: SimulatedDisk, directory: string): Promise<Opened> {
    try {
      return { disk, directory, store: await LocalStore.open(disk, directory) };
    } catch (error) {
      throw new BrokenGuarantee([`the data cannot be opened: ${describe(error)}`], 'at a start');
    }
  }

  #disk(directory: string): SimulatedDisk {
    const random = this.#random.fork();
    return new SimulatedDisk(directory, () => random.chance(TURN_SHARE));
  }

  #newDirectory(): string {
    this.#directories += 1;
    return join(this.#root, String(this.#directories));
  }
}
