/** Runs every operation in a loop of its own until told to stop; the first failure ends the run. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Operation, operations, type Work } from './operations.js';

export class Load {
  /** How often each operation was done. */
  readonly counts = new Map<string, number>();
  readonly #makeWork: () => Work;
  readonly #stopping = new AbortController();
  #loops: Promise<unknown> = Promise.resolve();

  /** `makeWork` is asked for each loop, so that what one decides does not depend on the others. */
  constructor(makeWork: () => Work) {
    this.#makeWork = makeWork;
  }

  get done(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves after stop(); rejects with the first failure of any operation, named. */
  run(): Promise<unknown> {
    this.#loops = Promise.all(operations.map((operation) => this.#loop(operation)));
    return this.#loops;
  }

  /** Lets what runs finish. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loops;
  }

  async #loop(operation: Operation): Promise<void> {
    const work = this.#makeWork();
    const { name, everyMs } = operation;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const start = performance.now();
      try {
        await operation.run(work);
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      const rest = Math.max(1, everyMs - (performance.now() - start));
      // Stopping cuts the pause short, which rejects.
      await delay(rest, undefined, { signal }).catch(() => {});
    }
  }
}
