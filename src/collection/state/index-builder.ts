/**
 * Moves rows into the graphs of all collections of a worker, a slice at a time between other work.
 *
 * While calls keep coming, slices take a share of the thread: a quarter, and more as the waiting
 * rows near their cap, because every search compares with each of them. While nothing else
 * happens they take all of it. A collection at its cap makes ingest wait for the next slice.
 */
import { limits } from '../../limits.js';
import { turnsTaken } from '../turns.js';
import type { CollectionState } from './state.js';

const SHARE_MIN = 0.25;
/** The share grows with this power of the fullness: late, but before the cap stops ingest. */
const STEEPNESS = 3;

export class IndexBuilder {
  /** Whom to tell when no row of a collection waits any more. */
  readonly #states = new Map<CollectionState, () => void>();
  #waiting: (() => void)[] = [];
  #seenTurns = 0;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  /** Builds for a collection until it is removed. Calls `done` when its last row was built. */
  add(state: CollectionState, done: () => void = () => {}): void {
    this.#states.set(state, done);
    this.wake();
  }

  remove(state: CollectionState): void {
    this.#states.delete(state);
    this.#letGo();
  }

  /** Tells that rows may be waiting. */
  wake(): void {
    this.#timer ??= setImmediate(() => this.#slice());
  }

  /** Resolves when the collection's waiting rows are below their cap. */
  async admit(state: CollectionState, signal: AbortSignal): Promise<void> {
    while (state.index.fullness >= 1 && this.#states.has(state)) {
      this.wake();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      signal.throwIfAborted();
    }
  }

  stop(): void {
    this.#states.clear();
    this.#letGo();
  }

  #slice(): void {
    this.#timer = undefined;
    const state = this.#fullest();
    if (state === undefined) {
      this.#letGo();
      return;
    }
    const start = performance.now();
    state.index.buildSlice(limits.buildSliceMs);
    const spent = performance.now() - start;
    if (state.index.pendingCount === 0) this.#states.get(state)?.();
    this.#letGo();
    const busy = turnsTaken() !== this.#seenTurns;
    this.#seenTurns = turnsTaken();
    const share = busy ? Math.min(1, Math.max(SHARE_MIN, state.index.fullness ** STEEPNESS)) : 1;
    const pause = spent * (1 / share - 1);
    const next = (): void => this.#slice();
    this.#timer = pause < 1 ? setImmediate(next) : setTimeout(next, pause);
  }

  #fullest(): CollectionState | undefined {
    let fullest: CollectionState | undefined;
    for (const state of this.#states.keys()) {
      const rows = state.index.pendingCount;
      if (rows > 0 && rows > (fullest?.index.pendingCount ?? 0)) fullest = state;
    }
    return fullest;
  }

  #letGo(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
