/**
 * What callers do to the index of a collection: build it anew, drop it, ask what it holds. The
 * configuration is in the log, durably, before anything follows from it; the manifest comes after.
 */
import type { IndexStats } from '../gen/protovec/v1/index.js';
import type { Write } from '../log/write.js';
import { followIndexConfig } from './index-config.js';
import type { ManifestStore } from './manifest-store.js';
import type { Place } from './place.js';
import type { CollectionState } from './state/state.js';
import {
  BuildIndexWrite,
  type ChooseConfig,
  DropIndexWrite,
} from './writes/configure-index-write.js';

/** What it works with. */
export interface IndexControlParts {
  readonly place: Place;
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
  /** The road of every write. */
  submit<T>(write: Write<T>, signal: AbortSignal): Promise<T>;
}

export class IndexControl {
  readonly #parts: IndexControlParts;

  constructor(parts: IndexControlParts) {
    this.#parts = parts;
  }

  /**
   * Builds a graph with the configuration that `choose` chooses, while the index before serves; with
   * that of a FLAT index, the graph goes. Resolves when it serves. Rejects with INDEX_BUILDING while
   * another call's build goes on, with CANCELLED when the index is dropped meanwhile, and with
   * the signal's reason, which does not stop a build that has begun. `onProgress` is told of the
   * records in the new graph and of all records.
   */
  async build(
    choose: ChooseConfig,
    onProgress: (indexed: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { state, submit } = this.#parts;
    const build = await submit(new BuildIndexWrite(state, choose), signal);
    await this.#follow();
    if (build === undefined) return;
    build.onProgress = onProgress;
    onProgress(build.index.indexedCount, state.count);
    await unlessAborted(build.done, signal);
  }

  /** Drops the graph; every search compares with every record from now on. */
  async drop(signal: AbortSignal): Promise<void> {
    const { state, submit } = this.#parts;
    await submit(new DropIndexWrite(state), signal);
    await this.#follow();
  }

  /** What the index holds at this moment. */
  get stats(): IndexStats {
    const { index, indexes, arena, rows, filters } = this.#parts.state;
    const { build } = indexes;
    return {
      config: indexes.servingConfig,
      indexedRecords: BigInt(index.indexedCount),
      pendingRecords: BigInt(index.pendingCount),
      tombstones: BigInt(index.tombstoneCount),
      graphBytes: BigInt(indexes.memoryBytes),
      vectorBytes: BigInt(arena.memoryBytes),
      filterBytes: BigInt(filters.memoryBytes),
      filterPendingRecords: BigInt(filters.pendingCount),
      build: build && {
        config: build.index.config,
        indexedRecords: BigInt(build.index.indexedCount),
        totalRecords: BigInt(rows.live.count),
      },
    };
  }

  /** The log has it: when this fails, the next checkpoint or start makes up for it. */
  async #follow(): Promise<void> {
    const { place, state, manifest } = this.#parts;
    await followIndexConfig(place, state, manifest).catch(() => {});
  }
}

/** Waits, but not for a caller that left. */
function unlessAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    done.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
