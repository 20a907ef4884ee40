/**
 * One history under way: the store as it is open now, the world that it must agree with, and what
 * every action needs to write and to tell what came of it.
 */
import { ProtovecError, type Reason } from '../../../src/errors.js';
import { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import type { FileSystem } from '../../../src/storage/file-system.js';
import type { Random } from '../../support/random.js';
import type { Change } from './collection-model.js';
import type { LocalStore } from './local-store.js';
import type { KnownCollection, World } from './world.js';

/** A file system that can be stopped, so that nothing more reaches what it writes to. */
export interface Disk extends FileSystem {
  readonly on: boolean;
  cut(): void;
}

/** What the answer to a write says. */
export interface Answer {
  readonly sequence: bigint;
  readonly durable: boolean;
}

/** How many of what was done. */
export interface Counts {
  acknowledged: number;
  refused: number;
  saves: number;
  merges: number;
  restores: number;
  snapshots: number;
}

export class Run {
  /** Guarantees that were found broken. */
  readonly problems: string[] = [];
  readonly counts: Counts;

  constructor(
    readonly disk: Disk,
    readonly store: LocalStore,
    readonly world: World,
    readonly shape: { readonly dimension: number; readonly metric: number },
    counts: Counts,
  ) {
    this.counts = counts;
  }

  /**
   * Makes a write and follows it. `refusal`: the reason that it must be refused with. What happens
   * once the disk is off counts for nothing: the write stays under way.
   */
  async write(
    name: string,
    plan: { readonly what: string; readonly change: Change; readonly refusal?: Reason | undefined },
    call: () => Promise<Answer>,
  ): Promise<void> {
    const { model, settings } = this.known(name);
    const { what, change, refusal } = plan;
    const write = model.begin(what, refusal === undefined ? change : new Map());
    let answer: Answer;
    try {
      answer = await call();
    } catch (error) {
      if (!this.disk.on) return;
      model.drop(write);
      if (error instanceof ProtovecError && error.reason === refusal) this.counts.refused += 1;
      else this.#broken(`${what} failed: ${describe(error)}`);
      return;
    }
    if (!this.disk.on) return;
    const sequence = Number(answer.sequence);
    if (refusal !== undefined) this.#broken(`${what} was not refused with ${refusal}`);
    if (sequence === 0) {
      model.drop(write);
      if (change.size > 0) this.#broken(`${what} did nothing`);
      return;
    }
    this.counts.acknowledged += 1;
    const durable = model.durability === Durability.ALWAYS && settings.length === 1;
    if (durable && !answer.durable) this.#broken(`${what} was acknowledged without being durable`);
    const told = { sequence, durable: answer.durable };
    for (const problem of model.acknowledge(write, told, this.store.collection(name))) {
      this.#broken(problem);
    }
  }

  /** Makes a call that writes no records; undefined when the disk went off meanwhile. */
  async call<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await call();
      return this.disk.on ? answer : undefined;
    } catch (error) {
      if (this.disk.on) this.#broken(`${what} failed: ${describe(error)}`);
      return undefined;
    }
  }

  known(name: string): KnownCollection {
    const known = this.world.collections.get(name) ?? this.world.coming.get(name);
    if (known === undefined) throw new Error(`the history knows no collection ${name}`);
    return known;
  }

  /** One of the collections that are there to stay. */
  anyName(random: Random): string {
    const { collections, going } = this.world;
    return random.pick([...collections.keys()].filter((name) => !going.has(name)));
  }

  #broken(problem: string): void {
    this.problems.push(problem);
  }
}

export function describe(error: unknown): string {
  if (error instanceof ProtovecError) return `${error.reason}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
