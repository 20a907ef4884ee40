/**
 * One history: a data directory that is opened, written to and stopped again and again, and the
 * world that it must agree with after each start.
 */
import type { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import { Random } from '../../support/random.js';
import { BrokenGuarantee } from '../torture.js';
import { Driver } from './driver.js';
import { LocalStore } from './local-store.js';
import { METRICS } from './record-actions.js';
import { type Counts, type Disk, Run } from './run.js';
import { type Findings, World } from './world.js';

/** What happened in all histories of a run. */
export interface HistoryFigures extends Counts {
  /** Starts, and those after a stop in peace. */
  opened: number;
  clean: number;
  /** Writes that were under way at a stop: whole, and absent. */
  kept: number;
  lost: number;
  /** Acknowledged writes without the promise to be durable that a power loss took. */
  forgotten: number;
  tornTails: number;
}

export function noFigures(): HistoryFigures {
  const counts = { acknowledged: 0, refused: 0, saves: 0, merges: 0, restores: 0, snapshots: 0 };
  return { ...counts, opened: 0, clean: 0, kept: 0, lost: 0, forgotten: 0, tornTails: 0 };
}

/** The choices of history `number` of a seed. */
export function historyRandom(seed: number, number: number): Random {
  return new Random(new Random(seed).below(2 ** 31) + Math.imul(number, 0x9e3779b1));
}

/** How long whatever runs may take to end once the disk is off. */
const END_MS = 20_000;
const DIMENSIONS = [1, 3, 8];

export class History {
  readonly #random: Random;
  readonly #durabilities: readonly Durability[];
  readonly #figures: HistoryFigures;
  readonly #shape: { dimension: number; metric: number };
  #world = new World();
  #run: Run | undefined;
  #driver: Driver | undefined;
  #stoppedInPeace = false;

  constructor(random: Random, durabilities: readonly Durability[], figures: HistoryFigures) {
    this.#random = random;
    this.#durabilities = durabilities;
    this.#figures = figures;
    this.#shape = { dimension: random.pick(DIMENSIONS), metric: random.pick(METRICS) };
  }

  /** Opens the directory and compares it with the world. Throws BrokenGuarantee. */
  async open(disk: Disk, directory: string): Promise<void> {
    const store = await LocalStore.open(disk, directory);
    try {
      const findings = this.compare(store);
      this.adopt(findings, store, disk);
    } catch (error) {
      await stopStore(store, disk);
      throw error;
    }
  }

  /** Compares an opened directory with the world, which stays as it is. Throws BrokenGuarantee. */
  compare(store: LocalStore): Findings {
    const findings = this.#world.verify(store, this.#random.fork());
    const { notes } = store;
    if (this.#stoppedInPeace) {
      findings.problems.push(...notes.map((note) => `after a stop in peace: ${note}`));
    }
    if (findings.problems.length > 0) throw new BrokenGuarantee(findings.problems, 'after a start');
    this.#figures.opened += 1;
    if (this.#stoppedInPeace) this.#figures.clean += 1;
    this.#figures.kept += findings.kept;
    this.#figures.lost += findings.lost;
    this.#figures.forgotten += findings.forgotten;
    this.#figures.tornTails += notes.filter((note) => note.includes('torn tail')).length;
    return findings;
  }

  /** Goes on with a directory that was compared. */
  adopt(findings: Findings, store: LocalStore, disk: Disk): void {
    this.#world = findings.world;
    this.#stoppedInPeace = false;
    this.#run = new Run(disk, store, this.#world, this.#shape, this.#figures);
    this.#driver = new Driver(this.#run, this.#random.fork(), this.#durabilities);
  }

  /** Lets `steps` things begin; ends early when the disk goes off. Throws BrokenGuarantee. */
  async run(steps: number): Promise<void> {
    const driver = this.#driver as Driver;
    await driver.begin();
    await driver.steps(steps);
    this.#check();
  }

  /** Stops in peace, unless the disk goes off meanwhile. Throws BrokenGuarantee. */
  async close(): Promise<void> {
    const { disk, store, problems } = this.#run as Run;
    await (this.#driver as Driver).settle();
    this.#check();
    const before = store.notes.length;
    await store.registry.close();
    if (!disk.on) return;
    problems.push(...store.notes.slice(before));
    this.#check();
    this.#stoppedInPeace = true;
    this.keepAll();
  }

  /** Puts the disk off and waits until nothing runs any more. Throws BrokenGuarantee. */
  async stop(): Promise<void> {
    const { disk, store } = this.#run as Run;
    disk.cut();
    const ended = Promise.all([(this.#driver as Driver).settle(), store.registry.close()]);
    if ((await within(END_MS, ended)) === undefined) {
      throw new BrokenGuarantee(
        [`something still waits ${END_MS} ms after the disk went off`],
        'after a stop',
      );
    }
    this.#check();
  }

  /** From here on everything that was acknowledged must be there. */
  keepAll(): void {
    for (const { model } of this.#world.collections.values()) model.floor = model.lastSequence;
  }

  #check(): void {
    const problems = this.#run?.problems ?? [];
    if (problems.length > 0) throw new BrokenGuarantee(problems, 'while it ran');
  }
}

/** Ends a store that nobody writes to: nothing of it reaches the disk any more. */
export async function stopStore(store: LocalStore, disk: Disk): Promise<void> {
  disk.cut();
  await store.registry.close();
}

/** What `work` resolves to; undefined when it takes longer. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
