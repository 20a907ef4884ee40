/**
 * The records of one collection in memory: ids, rows, vectors and the index, changed together by
 * the effects of log entries. The same methods serve a live write and the replay of the log, so
 * that a restart arrives at the same records.
 *
 * Holds no record bodies, does no I/O, never fails on input: what reaches it has been validated.
 */
import type { IngestMark } from '../../gen/protovec/storage/v1/log.js';
import type { CollectionConfig } from '../../gen/protovec/v1/collection.js';
import type { IndexConfig } from '../../gen/protovec/v1/index.js';
import { resolveIndexConfig } from '../../index/index-config.js';
import { VectorArena } from '../../index/vector-arena.js';
import type { VectorIndex } from '../../index/vector-index.js';
import {
  BODY_END,
  BODY_START,
  EMBEDDING_START,
  ID_END,
  ID_START,
  type RecordTable,
  TABLE_STRIDE,
} from '../../record/record-batch.js';
import type { RecordScan } from '../../record/scan.js';
import type { Instant } from '../../record/timestamp.js';
import type { SearchTarget } from '../../search/search.js';
import type { SlotSet } from '../../search/slot-set.js';
import { BodyReader } from './body-reader.js';
import { CollectionView } from './collection-view.js';
import { FilterIndex } from './filter-index.js';
import { IdTable } from './id-table.js';
import { IndexHolder } from './index-holder.js';
import { IngestLoads, type WrittenRecords } from './ingest-loads.js';
import { RecordFiles } from './record-files.js';
import { Rows } from './rows.js';
import type { Watcher } from './watcher.js';

/** The log entry, or the file, that an effect comes from. */
export interface Origin {
  /** Number of the record file that holds the bodies. */
  file: number;
  sequence: number;
  /** Commit time. */
  seconds: number;
  nanos: number;
}

export class CollectionState {
  /** In force, without zero values. `configureIndex` replaces its index. */
  config: CollectionConfig;
  readonly dimension: number;
  readonly ids = new IdTable();
  readonly rows = new Rows();
  readonly files = new RecordFiles();
  /** For reads of a few bodies within one turn of the event loop; reset it before. */
  readonly bodies = new BodyReader(this.files);
  readonly filters = new FilterIndex(this.rows, this.files);
  readonly arena: VectorArena;
  readonly indexes: IndexHolder;
  readonly loads = new IngestLoads();
  /** Log sequence of the last effect applied. */
  sequence = 0;
  /** Records changed since the base was written, and batches of loads without any that was kept. */
  operationsSinceSave = 0;
  /** Grows when a record appears or goes; orders of ids are good while it stands still. */
  membership = 0;
  /** Walks in progress are told here of each slot before it changes under them. */
  readonly watchers = new Set<Watcher>();
  /** Settles when the merge that is being applied is whole. */
  #merging: Promise<void> | undefined;

  constructor(config: CollectionConfig) {
    this.config = config;
    this.dimension = config.dimension;
    this.arena = new VectorArena(config.dimension, config.metric);
    const index = resolveIndexConfig(config.index, config.metric, 'config.index');
    this.indexes = new IndexHolder(this.arena, this.rows, index);
  }

  get count(): number {
    return this.ids.count;
  }

  /** The index that serves. */
  get index(): VectorIndex {
    return this.indexes.serving;
  }

  /** What a search looks at. */
  get searchTarget(): SearchTarget {
    const { arena, index, ids, rows, config } = this;
    return {
      arena,
      index,
      live: rows.live,
      metric: config.metric,
      compareIds: (a, b) => ids.compare(a, b),
    };
  }

  /**
   * Creates or replaces the record of row `row`, whose body stands at `bodyOffset` of the origin's
   * file. Returns whether it was created.
   */
  upsert(batch: RecordTable, row: number, bodyOffset: number, origin: Origin): boolean {
    const { bytes, table } = batch;
    const at = row * TABLE_STRIDE;
    const before = this.ids.count;
    const idEnd = table[at + ID_END];
    const slot = this.ids.findOrAdd(bytes, table[at + ID_START], idEnd, this.#allocate);
    const created = this.ids.count !== before;
    this.#announce(slot);
    this.rows.locate(slot, origin.file, bodyOffset, table[at + BODY_END] - table[at + BODY_START]);
    if (created) this.rows.setCreated(slot, origin.seconds, origin.nanos);
    this.rows.setUpdated(slot, origin.seconds, origin.nanos, origin.sequence);
    this.arena.set(slot, bytes, table[at + EMBEDDING_START]);
    this.indexes.insert(slot);
    this.#changed(created);
    return created;
  }

  /**
   * Takes over the record that `scan` found in `bytes`, whose body stands at `bodyOffset` of a base.
   * Its id is new. The index is not told: a saved one may know the record already.
   */
  load(bytes: Uint8Array, scan: RecordScan, bodyOffset: number, file: number): void {
    const slot = this.ids.findOrAdd(bytes, scan.idStart, scan.idEnd, this.#allocate);
    this.rows.locate(slot, file, bodyOffset, scan.end - scan.start);
    this.rows.setCreated(slot, scan.createSeconds, scan.createNanos);
    this.rows.setUpdated(slot, scan.updateSeconds, scan.updateNanos, scan.revision);
    this.arena.set(slot, bytes, scan.embeddingStart);
    this.filters.touch(slot);
  }

  /** Gives the record that `scan` found in `bytes` the times that it carries, where it has any. */
  keepTimes(bytes: Uint8Array, scan: RecordScan): void {
    const slot = this.ids.find(bytes, scan.idStart, scan.idEnd);
    const { rows } = this;
    this.filters.touch(slot);
    if (!Number.isNaN(scan.createSeconds)) {
      rows.setCreated(slot, scan.createSeconds, scan.createNanos);
    }
    if (!Number.isNaN(scan.updateSeconds)) {
      rows.setUpdated(slot, scan.updateSeconds, scan.updateNanos, rows.revision[slot]);
    }
  }

  /** Deletes a record by id; returns whether there was one. */
  delete(id: Uint8Array): boolean {
    const slot = this.ids.find(id, 0, id.length);
    if (slot < 0) return false;
    this.#announce(slot);
    this.ids.remove(slot);
    this.indexes.remove(slot);
    this.arena.free(slot);
    this.rows.release(slot);
    this.#changed(true);
    return true;
  }

  /** Deletes every record; returns how many there were. */
  clear(): number {
    const { count } = this;
    for (const watcher of this.watchers) {
      if (watcher.addAll !== undefined) {
        watcher.addAll();
        continue;
      }
      this.rows.live.forEach((slot) => {
        watcher.add(slot);
      });
    }
    this.ids.clear();
    this.rows.clear();
    this.arena.clear();
    this.indexes.clear();
    this.filters.clear();
    this.membership += 1;
    this.operationsSinceSave += count;
    return count;
  }

  /** Takes note of the log entry of a load whose records were applied before. */
  noteLoad(mark: IngestMark, written: WrittenRecords, at: Instant): void {
    this.loads.apply(mark, written, at);
    // The log grows all the same, and is to be saved some day.
    if (written.created + written.updated === 0) this.operationsSinceSave += 1;
  }

  /** Puts an index configuration in force, without zero values; `indexes` makes what serves fit. */
  configureIndex(config: IndexConfig): void {
    const index = resolveIndexConfig(config, this.config.metric, 'index_config');
    this.config = { ...this.config, index };
    this.indexes.configure(index);
  }

  /** Tells that a merge is being applied in slices, until the returned function is called. */
  beginMerge(): () => void {
    let done = (): void => {};
    this.#merging = new Promise((resolve) => {
      done = () => {
        this.#merging = undefined;
        resolve();
      };
    });
    return () => done();
  }

  /** Settles when the merge that is half applied is whole; undefined while there is none. */
  get merging(): Promise<void> | undefined {
    return this.#merging;
  }

  /** The records as they are once no merge is half applied. The caller must release the view. */
  async wholeView(): Promise<CollectionView> {
    while (this.#merging !== undefined) await this.#merging;
    return this.view();
  }

  /**
   * The records as they are now: those of `only`, or all. The caller must release the view.
   * `sequence`: what the log says that they include.
   */
  view(sequence = this.sequence, only: SlotSet = this.rows.live): CollectionView {
    return new CollectionView(this.rows, this.files, sequence, only);
  }

  readonly #allocate = (): number => this.rows.allocate();

  #announce(slot: number): void {
    this.filters.touch(slot);
    for (const watcher of this.watchers) watcher.add(slot);
  }

  #changed(membership: boolean): void {
    this.operationsSinceSave += 1;
    if (membership) this.membership += 1;
  }
}
