/**
 * Moves rows into the graphs of all collections of a worker, a slice at a time between other work:
 * rows that wait, and graphs that are built while another serves, by turns. Now and then, and when
 * there is none of these, records are taken into what filters are answered from.
 *
 * While calls keep the thread busy, slices take a share of it: a quarter, and more as the waiting
 * rows near their cap, because every search compares with each of them. Few calls take little from
 * slices, and while there is none they have all of the thread. A collection at its cap makes ingest
 * wait for the next slice.
 */
import { performance } from 'node:perf_hooks';
import { limits } from '../../limits.js';
import type { CollectionState } from './state.js';

const SHARE_MIN = 0.25;
/** The share grows with this power of the fullness: late, but before the cap stops ingest. */
const STEEPNESS = 3;
/** A pause is so many times what calls took of the thread since the last one, at most. */
const LEFT_PER_USED = 3;
/** How often filters get a slice while graphs are built: a record is a hundredth of the work there. */
const CATCH_UP_MS = 100;

/** Whom to tell of a collection's index. */
export interface IndexWatcher {
  /** No row waits any more, or another graph serves. */
  built?(): void;
  /** Another graph is being built because much of the one that serves is removed nodes. */
  renewed?(): void;
}

export class IndexBuilder {
  readonly #states = new Map<CollectionState, IndexWatcher>();
  #waiting: (() => void)[] = [];
  /** The thread's use when the last slice ended. */
  #rested = performance.eventLoopUtilization();
  /** When records are due to be taken into what filters are answered from. */
  #catchUpAt = 0;
  /** Whether the last slice was of a build. */
  #built = false;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  /** Builds for a collection until it is removed. */
  add(state: CollectionState, watcher: IndexWatcher = {}): void {
    this.#states.set(state, watcher);
    this.wake();
  }

  remove(state: CollectionState): void {
    this.#states.delete(state);
    this.#letGo();
  }

  /** Tells that rows may be waiting, or a graph may be worn. */
  wake(): void {
    this.#timer ??= setImmediate(() => this.#slice());
  }

  /** Whether writes of records wait because the collection's waiting rows are at their cap. */
  isFull(state: CollectionState): boolean {
    return state.indexes.fullness >= 1 && this.#states.has(state);
  }

  /** Resolves when the collection's waiting rows are below this share of their cap. */
  async admit(state: CollectionState, signal: AbortSignal, share = 1): Promise<void> {
    while (state.indexes.fullness >= share && this.#states.has(state)) {
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
    const state = this.#next();
    const used = performance.eventLoopUtilization(this.#rested).active;
    if (state === undefined) {
      this.#letGo();
      const spent = this.#catchUp();
      if (spent > 0) this.#later(spent, used, 0);
      return;
    }
    const start = performance.now();
    if (start >= this.#catchUpAt) this.#catchUp();
    if (this.#built) this.#sliceOfBuild(state);
    else state.index.buildSlice(limits.buildSliceMs);
    const spent = performance.now() - start;
    if (state.index.pendingCount === 0) this.#states.get(state)?.built?.();
    this.#letGo();
    this.#later(spent, used, state.indexes.fullness);
  }

  /** Takes records into what filters are answered from; returns the milliseconds that it took. */
  #catchUp(): number {
    const start = performance.now();
    this.#catchUpAt = start + CATCH_UP_MS;
    for (const { filters } of this.#states.keys()) {
      if (filters.pendingCount === 0) continue;
      try {
        filters.slice(limits.buildSliceMs);
      } catch {
        // A body that cannot be read fails the next call with a filter, which says so.
        continue;
      }
      return performance.now() - start;
    }
    return 0;
  }

  /**
   * Goes on after a pause that leaves calls their share of the thread, but no longer than they have
   * use for: they took `used` milliseconds since the last slice.
   */
  #later(spent: number, used: number, fullness: number): void {
    const share = Math.min(1, Math.max(SHARE_MIN, fullness ** STEEPNESS));
    const pause = Math.min(spent * (1 / share - 1), used * LEFT_PER_USED);
    const next = (): void => this.#slice();
    this.#timer = pause < 1 ? setImmediate(next) : setTimeout(next, pause);
    this.#rested = performance.eventLoopUtilization();
  }

  #sliceOfBuild(state: CollectionState): void {
    state.indexes.build?.slice(limits.buildSliceMs);
    state.indexes.swap();
    // Others get their turns, too.
    const watcher = this.#states.get(state);
    if (watcher === undefined) return;
    this.#states.delete(state);
    this.#states.set(state, watcher);
  }

  /** Whose turn it is; `#built` says what for. */
  #next(): CollectionState | undefined {
    const waiting = this.#fullest();
    const building = this.#building();
    this.#built = building !== undefined && (waiting === undefined || !this.#built);
    if (this.#built) return building;
    if (waiting !== undefined) return waiting;
    return this.#renew();
  }

  #fullest(): CollectionState | undefined {
    let fullest: CollectionState | undefined;
    for (const state of this.#states.keys()) {
      // What only waits for the last rows of another graph is not worth work on the one before.
      if (state.indexes.build?.walked === true) continue;
      const rows = state.index.pendingCount;
      if (rows > 0 && rows > (fullest?.index.pendingCount ?? 0)) fullest = state;
    }
    return fullest;
  }

  #building(): CollectionState | undefined {
    for (const state of this.#states.keys()) if (state.indexes.build !== undefined) return state;
    return undefined;
  }

  /** Begins to build a worn graph anew; nothing else is to be done. */
  #renew(): CollectionState | undefined {
    for (const [state, watcher] of this.#states) {
      if (!state.indexes.isWorn) continue;
      state.indexes.begin(false);
      this.#built = true;
      watcher.renewed?.();
      return state;
    }
    return undefined;
  }

  #letGo(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
