/** Cuts long work on the thread into slices, between which everything else gets its turns. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const sliceMs = 4;
/** Pieces of work between two looks at the clock. */
const lookEvery = 64;

export class Slices {
  #pieces = 0;
  #end = performance.now() + sliceMs;

  /** Called after each small piece of work; a promise, to be awaited, when others are due. */
  done(): Promise<void> | undefined {
    this.#pieces += 1;
    if (this.#pieces % lookEvery !== 0 || performance.now() < this.#end) return undefined;
    return this.#yield();
  }

  async #yield(): Promise<void> {
    await nextTurn();
    this.#end = performance.now() + sliceMs;
  }
}
