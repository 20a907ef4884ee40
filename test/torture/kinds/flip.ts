/**
 * Damages every file of a small store, one bit or one cut at a time, and opens it: damage is
 * detected, or harmless with unchanged answers, or, at the end of a log after a crash, takes back
 * the last writes. Never a crash, a hang or a wrong answer.
 *
 * JSON snapshots carry no checksums, so that people can edit them; a flip that leaves them valid is
 * counted as changed text.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { Random } from '../../support/random.js';
import type { Task } from '../flips/child.js';
import { FlipChild } from '../flips/children.js';
import { damageCount } from '../flips/damage.js';
import { addTally, emptyTally, outcomes, type Tally } from '../flips/outcome.js';
import { type FlipStore, makeStore } from '../flips/store.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';

const CHILDREN = 2;

export const torture: Torture = {
  about: 'every bit of every file of a small store flipped, and every file cut at every byte',
  unit: 'points',
  rounds: 1_000_000,
  size: 200,
  run: async (options, onRound) => {
    const root = await mkdtemp(join(tmpdir(), 'protovec-flip-'));
    try {
      return await new FlipRun(root, options, onRound).run();
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  },
};

class FlipRun {
  readonly #root: string;
  readonly #options: TortureOptions;
  readonly #onRound: OnRound;
  readonly #kinds = new Map<string, Tally>();
  readonly #problems: string[] = [];
  #done = 0;

  constructor(root: string, options: TortureOptions, onRound: OnRound) {
    this.#root = root;
    this.#options = options;
    this.#onRound = onRound;
  }

  async run(): Promise<string> {
    const stores = new Map<string, FlipStore>();
    for (const name of ['crashed', 'stopped']) {
      const store = await makeStore(join(this.#root, name), name === 'stopped');
      await writeFile(this.#stored(name), serialize(store));
      stores.set(name, store);
    }
    const share =
      this.#options.rounds / [...stores].reduce((sum, each) => sum + waysOf(...each), 0);
    for (const [name, store] of stores) {
      const tasks = this.#tasks(name, store, share);
      const work = Array.from({ length: CHILDREN }, (_, number) => {
        const directory = join(this.#root, `${name}-${number}`);
        return this.#work(new FlipChild(this.#stored(name), directory), tasks);
      });
      await Promise.all(work);
    }
    if (this.#problems.length > 0)
      throw new BrokenGuarantee(this.#problems, 'after flips and cuts');
    return this.#figures();
  }

  #stored(name: string): string {
    return join(this.#root, `${name}.store`);
  }

  /** What to try, in tasks of `size` ways; a random share of all ways when that is below 1. */
  #tasks(name: string, store: FlipStore, share: number): Task[] {
    const random = new Random(this.#options.seed);
    const tasks: Task[] = [];
    for (const [path, { length }] of filesOf(name, store)) {
      const ways = Array.from({ length: damageCount(length) }, (_, way) => way);
      const tried = share >= 1 ? ways : ways.filter(() => random.chance(share));
      for (let at = 0; at < tried.length; at += this.#options.size) {
        tasks.push({ path, ways: tried.slice(at, at + this.#options.size) });
      }
    }
    return tasks;
  }

  async #work(child: FlipChild, tasks: Task[]): Promise<void> {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const report = await child.run(task);
      if ('crashed' in report) {
        this.#problems.push(report.crashed);
        continue;
      }
      addTally(this.#tallyOf(task.path), report.tally);
      this.#problems.push(...report.problems);
      this.#done += task.ways.length;
      this.#onRound(this.#done, `${kindName(task.path)}; ${tasks.length} tasks left`);
    }
    child.stop();
  }

  #tallyOf(path: string): Tally {
    const kind = kindName(path);
    const known = this.#kinds.get(kind) ?? emptyTally();
    this.#kinds.set(kind, known);
    return known;
  }

  #figures(): string {
    const lines = [...this.#kinds].map(([kind, tally]) => {
      const counts = outcomes.flatMap((name) =>
        tally[name] > 0 ? [`${tally[name]} ${name}`] : [],
      );
      return `${kind}: ${counts.join(', ')}`;
    });
    return `${this.#done} flips and cuts, 0 crashes, hangs or wrong answers (${lines.join('; ')})`;
  }
}

/** The files to damage; of the store that was stopped in peace, those that differ from the other's. */
function filesOf(name: string, { files }: FlipStore): [string, Buffer][] {
  return [...files].filter(([path]) => name === 'crashed' || /(manifest|log-\d+)\.pb$/.test(path));
}

/** How many ways there are to damage the files of a store. */
function waysOf(name: string, store: FlipStore): number {
  return filesOf(name, store).reduce((sum, [, { length }]) => sum + damageCount(length), 0);
}

/** What the figures call a file: `base`, `log`, `manifest`, `graph`, `keys`, `JSON snapshot` ... */
function kindName(path: string): string {
  if (path.endsWith('.json')) return 'JSON snapshot';
  if (path.includes('/snapshots/')) return 'snapshot';
  if (path.includes('/staging/')) return 'staged merge';
  if (path.endsWith('.usearch')) return 'graph';
  if (path.endsWith('.keys')) return 'keys';
  return /(manifest|base|log)[^/]*\.pb$/.exec(path)?.[1] ?? path;
}
