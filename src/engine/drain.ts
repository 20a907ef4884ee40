/**
 * Tells what stays open for as long as its caller likes that the server is about to stop, so that it
 * can say so and end in peace. Begun by the main thread, once; it never ends.
 */
import type { Operations } from './operation.js';

/** Asked of every worker, and never served to the network. */
export const drainPath = '/protovec.internal.Engine/Drain';

const done = new Uint8Array(0);

export class Drain {
  #begun = false;
  readonly #listeners = new Set<() => void>();

  get hasBegun(): boolean {
    return this.#begun;
  }

  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` when it begins, unless the returned function was called before. */
  onBegin(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function drainOperations(drain: Drain): Operations {
  return {
    [drainPath]: {
      kind: 'unary',
      handle: () => {
        drain.begin();
        return done;
      },
    },
  };
}
