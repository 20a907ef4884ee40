/**
 * Checkpoints of one collection. A checkpoint writes the records of one instant as a new base and
 * starts a new log behind it; the base and the logs before it then go. Reads and writes go on
 * meanwhile: the view that the base is written from is taken at the switch of the logs, and rows
 * that nobody changed since are pointed to the new base when it is published.
 *
 * A saved graph outlives bases: a new base only needs its own file of keys. Not for two callers at
 * a time; see auto-save.ts.
 */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import type { IndexFile, IngestLoad } from '../../gen/protovec/storage/v1/manifest.js';
import { HnswIndex } from '../../index/hnsw-index.js';
import { type IndexBase, keepIndex, saveIndex } from '../../index/index-file.js';
import { limits } from '../../limits.js';
import type { GroupCommit } from '../../log/group-commit.js';
import type { ManifestStore } from '../manifest-store.js';
import { type Place, stageDirectory } from '../place.js';
import type { CollectionView } from '../state/collection-view.js';
import type { CollectionState } from '../state/state.js';
import { nextTurn } from '../turns.js';
import { requireRoomForBase, type WrittenBase, writeBase } from './base-writer.js';
import { checkpointTimes } from './checkpoint-times.js';

/** Rows that are pointed to a new base between two turns of the event loop. */
const SLICE_ROWS = 32_768;
/** Share of the graph that has to differ from its file before it is saved again. */
const INDEX_CHANGE = 0.2;

/** What a checkpoint replaces, noted at the switch of the logs. */
interface Switch {
  readonly view: CollectionView;
  readonly operations: number;
  /** What is known of loads, as of the view. */
  readonly ingests: IngestLoad[];
  /** Numbers of the record files before. */
  readonly files: readonly number[];
  /** Names of the staged lists of ids that entries before refer to. */
  readonly stagedIds: readonly string[];
}

export class Checkpointer {
  readonly #place: Place;
  readonly #state: CollectionState;
  readonly #manifest: ManifestStore;
  readonly #commit: GroupCommit;
  /** Slot of each record of the base, in order, as long as the record is the base's. */
  #baseSlots: Uint32Array;
  /** Number of the base among the record files. */
  #baseFile: number | undefined;

  /** `baseFile`: number of the base whose records fill the first slots in order, if there is one. */
  constructor(
    place: Place,
    state: CollectionState,
    manifest: ManifestStore,
    commit: GroupCommit,
    baseFile: number | undefined,
  ) {
    this.#place = place;
    this.#state = state;
    this.#manifest = manifest;
    this.#commit = commit;
    this.#baseFile = baseFile;
    const records = Number(manifest.current.base?.recordCount ?? 0n);
    this.#baseSlots = Uint32Array.from({ length: records }, (_, ordinal) => ordinal);
  }

  /**
   * Writes a new base, unless the one that there is holds the same. `signal` stops it, with nothing
   * changed but the log file. Throws STORAGE_FULL, LOG_LATCHED, and what the disk says.
   */
  async run(signal: AbortSignal): Promise<void> {
    const start = performance.now();
    await requireRoomForBase(this.#place, this.#state.rows);
    const before = await this.#switchLogs();
    const { view } = before;
    try {
      // A base of this very sequence holds the same records, under the name of the new one.
      const { base } = this.#manifest.current;
      if (Number(base?.sequence ?? -1n) !== view.sequence) await this.#replaceBase(before, signal);
    } catch (error) {
      this.#state.operationsSinceSave += before.operations;
      throw error;
    } finally {
      await view.release();
    }
    checkpointTimes.add((performance.now() - start) / 1_000);
  }

  /**
   * Whether the graph differs so much from its file that it is worth a pause; no row waits, and no
   * other graph is about to take its place.
   */
  get indexDue(): boolean {
    const { index } = this.#state;
    if (!(index instanceof HnswIndex) || this.#manifest.current.base === undefined) return false;
    if (this.#state.indexes.build !== undefined) return false;
    const { changedSinceSaved, indexedCount, pendingCount } = index;
    const due = Math.max(limits.indexSaveRowsMin, indexedCount * INDEX_CHANGE);
    return pendingCount === 0 && changedSinceSaved >= due;
  }

  /**
   * Saves the graph when it differs from its file. Blocks the thread while the graph is written.
   * Throws STORAGE_FULL.
   */
  async saveIndex(): Promise<void> {
    const { index, rows } = this.#state;
    const { base, index: saved } = this.#manifest.current;
    if (!(index instanceof HnswIndex) || base === undefined) return;
    if (index.changedSinceSaved === 0) return;
    const { fileSystem, directory } = this.#place;
    const ofBase: IndexBase = {
      sequence: Number(base.sequence),
      recordCount: this.#baseSlots.length,
      slotAt: (ordinal) => {
        const slot = this.#baseSlots[ordinal];
        return rows.live.has(slot) && rows.file[slot] === this.#baseFile ? slot : -1;
      },
    };
    const { dimension } = this.#state;
    const entry = await saveIndex(fileSystem, directory, index, dimension, ofBase, saved);
    if (entry === undefined) return;
    await this.#manifest.update((current) =>
      // A restore may have replaced the index meanwhile.
      index === this.#state.index ? { index: entry } : { index: current.index },
    );
    await this.#removeIndex(saved);
  }

  async #switchLogs(): Promise<Switch> {
    const state = this.#state;
    let noted: Switch | undefined;
    await this.#commit.rotate(async () => {
      // No write is resolved meanwhile, so these are of entries before.
      const staged = await this.#place.fileSystem.list(stageDirectory(this.#place));
      const current = state.files.numberOf(this.#commit.log.file);
      noted = {
        view: state.view(this.#commit.lastSequence),
        operations: state.operationsSinceSave,
        ingests: state.loads.toManifest(),
        files: state.files.numbers().filter((number) => number !== current),
        stagedIds: staged.filter((name) => name.endsWith('.ids')),
      };
      state.operationsSinceSave = 0;
    });
    if (noted === undefined) throw new Error('the log was rotated without taking a view');
    return noted;
  }

  async #replaceBase(before: Switch, signal: AbortSignal): Promise<void> {
    const { view } = before;
    const { fileSystem, directory } = this.#place;
    const { files } = this.#state;
    const stale = this.#manifest.current.index;
    const written = await writeBase(this.#place, this.#state.config, this.#manifest, view, signal);
    const path = join(directory, written.base.file);
    const number = files.add(await fileSystem.open(path, 'read'));
    const { index: graph } = this.#state;
    const index = await this.#keepIndex(view);
    try {
      await this.#manifest.update(({ logs, config }) => ({
        base: written.base,
        ingests: before.ingests,
        logs: logs.filter((log) => Number(log.firstSequence) > view.sequence),
        index: graph === this.#state.index ? index : undefined,
        // The entry that brought another index configuration may go with the logs.
        config: config && { ...config, index: this.#state.config.index },
      }));
    } catch (error) {
      // On a full disk nothing was published. After another error the manifest may name the base.
      const full = error instanceof ProtovecError && error.reason === 'STORAGE_FULL';
      await files.retire(number, async () => {
        if (full) await fileSystem.remove(path);
      });
      throw error;
    }
    await this.#pointToBase(view, number, written);
    this.#baseSlots = view.slots;
    this.#baseFile = number;
    await this.#removeReplaced(before);
    await this.#removeIndex(stale);
  }

  /** The saved graph as one of the view's base; undefined when there is none or it is of no use. */
  async #keepIndex(view: CollectionView): Promise<IndexFile | undefined> {
    const { index, rows } = this.#state;
    const { index: saved } = this.#manifest.current;
    if (!(index instanceof HnswIndex) || saved === undefined) return undefined;
    const base: IndexBase = {
      sequence: view.sequence,
      recordCount: view.count,
      slotAt: (row) => {
        const slot = view.slots[row];
        return rows.live.has(slot) && rows.revision[slot] === view.revision(row) ? slot : -1;
      },
    };
    const { fileSystem, directory } = this.#place;
    try {
      const kept = await keepIndex(fileSystem, directory, index, base, saved);
      if (kept === undefined) index.forgetSaved();
      return kept;
    } catch {
      // It is built again at the next start, or saved again before: no reason to fail the save.
      index.forgetSaved();
      return undefined;
    }
  }

  async #pointToBase(view: CollectionView, file: number, written: WrittenBase): Promise<void> {
    const { rows } = this.#state;
    for (let row = 0; row < view.count; row += 1) {
      if (row % SLICE_ROWS === SLICE_ROWS - 1) await nextTurn();
      const slot = view.slots[row];
      if (!rows.live.has(slot) || rows.revision[slot] !== view.revision(row)) continue;
      rows.locate(slot, file, written.offsets[row], written.lengths[row]);
    }
  }

  /** Removes what the base replaced, once nobody reads it. What stays goes at the next start. */
  async #removeReplaced({ files: numbers, stagedIds }: Switch): Promise<void> {
    const { fileSystem } = this.#place;
    const { files } = this.#state;
    for (const number of numbers) {
      const { path } = files.file(number);
      await files.retire(number, () => fileSystem.remove(path).catch(() => {}));
    }
    for (const name of stagedIds) {
      await fileSystem.remove(join(stageDirectory(this.#place), name)).catch(() => {});
    }
  }

  /** Removes the files of an index that are not in use any more. */
  async #removeIndex(old: IndexFile | undefined): Promise<void> {
    const { fileSystem, directory } = this.#place;
    const { index: current } = this.#manifest.current;
    for (const name of [old?.file, old?.keysFile]) {
      if (name === undefined || name === current?.file || name === current?.keysFile) continue;
      await fileSystem.remove(join(directory, name)).catch(() => {});
    }
  }
}
