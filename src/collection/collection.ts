/**
 * One open collection: the road of every write (validate before, log, apply, acknowledge) and the
 * life of its files. Reads go to `state`, `order` and `snapshots` directly.
 *
 * Invariant: what a caller was told is done is on stable storage. One writer: the group commit.
 */
import { join } from 'node:path';
import type { Embedder } from '../embedding/embedder.js';
import { ProtovecError } from '../errors.js';
import type { CollectionConfig } from '../gen/protovec/v1/collection.js';
import type { PersistenceStatus } from '../gen/protovec/v1/persistence.js';
import { GroupCommit, type Write } from '../log/group-commit.js';
import type { RecordBatch } from '../record/record-batch.js';
import type { CompiledFilter } from '../search/filter.js';
import type { StagedMerge } from '../snapshot/merge/staging.js';
import { EndingFileSystem } from '../storage/ending-file-system.js';
import { followIndexConfig } from './index-config.js';
import { IndexControl, type IndexControlParts } from './index-control.js';
import { IngestControl } from './ingest-control.js';
import type { ManifestStore } from './manifest-store.js';
import { persistenceOf, syncPolicyOf } from './persistence-config.js';
import { type Place, stageDirectory } from './place.js';
import { recover } from './recovery/recover.js';
import { AutoSave } from './save/auto-save.js';
import { Checkpointer } from './save/checkpoint.js';
import { LogFiles } from './save/log-files.js';
import type { SaveTurns } from './save/save-turns.js';
import { SnapshotStore } from './snapshots/snapshot-store.js';
import { Uploads } from './snapshots/uploads.js';
import { matchFilter } from './state/filter-match.js';
import { IdOrder } from './state/id-order.js';
import type { IndexBuilder } from './state/index-builder.js';
import type { CollectionState } from './state/state.js';
import { noteTurn } from './turns.js';
import {
  ClearWrite,
  DeleteFoundWrite,
  DeleteIdsWrite,
  type DeleteOutcome,
} from './writes/delete-write.js';
import { type MergeOptions, MergeWrite, type StagedFile } from './writes/merge.js';
import type { MergeOutcome } from './writes/merge-outcome.js';
import { stageAt } from './writes/stage.js';
import { type UpsertOptions, type UpsertOutcome, UpsertWrite } from './writes/upsert-write.js';

/** A signal that never aborts: what is in the log is applied, whoever waits for it. */
const endless = new AbortController().signal;

interface CollectionParts {
  readonly files: EndingFileSystem;
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
  readonly commit: GroupCommit;
  readonly checkpointer: Checkpointer;
  readonly autoSave: AutoSave;
}

export class Collection {
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
  readonly order: IdOrder;
  readonly snapshots: SnapshotStore;
  readonly uploads: Uploads;
  readonly indexing: IndexControl;
  readonly ingest: IngestControl;
  /** What makes vectors of texts, as the configuration says. Undefined: nothing does. */
  embedder: Embedder | undefined;
  readonly #place: Place;
  readonly #builder: IndexBuilder;
  readonly #commit: GroupCommit;
  readonly #checkpointer: Checkpointer;
  readonly #autoSave: AutoSave;
  readonly #files: EndingFileSystem;

  private constructor(place: Place, builder: IndexBuilder, parts: CollectionParts) {
    this.state = parts.state;
    this.manifest = parts.manifest;
    this.order = new IdOrder(parts.state);
    this.snapshots = new SnapshotStore(place, parts.state, parts.manifest);
    this.uploads = new Uploads({ place, state: parts.state, manifest: parts.manifest });
    const { state, manifest, commit } = parts;
    const submit: IndexControlParts['submit'] = (write, signal) => this.#submit(write, signal);
    this.indexing = new IndexControl({ place, state, manifest, submit });
    this.ingest = new IngestControl({ state, builder, commit, submit });
    this.#place = place;
    this.#builder = builder;
    this.#commit = parts.commit;
    this.#checkpointer = parts.checkpointer;
    this.#autoSave = parts.autoSave;
    this.#files = parts.files;
  }

  /**
   * Opens the collection of a directory. Throws STORAGE_CORRUPTED when acknowledged data is damaged.
   * `notes` takes what a person should know about the recovery, and about saves later on.
   */
  static async open(
    { fileSystem, directory }: Place,
    builder: IndexBuilder,
    turns: SaveTurns,
    notes: (note: string) => void,
  ): Promise<Collection> {
    const files = new EndingFileSystem(fileSystem);
    const place = { fileSystem: files, directory };
    const { state, manifest, base, logBytes } = await recover(place, notes);
    try {
      const logs = new LogFiles(place, state, manifest, logBytes);
      const openNext = (firstSequence: number) => logs.next(firstSequence);
      const lastSequence = state.sequence;
      const log = await openNext(lastSequence + 1);
      const policy = syncPolicyOf(persistenceOf(manifest.current.config));
      const commit = new GroupCommit({ fs: files, log, lastSequence, openNext, policy });
      const checkpointer = new Checkpointer(place, state, manifest, commit, base);
      const autoSave = new AutoSave({ state, manifest, commit, logs, checkpointer, turns, notes });
      const parts = { files, state, manifest, commit, checkpointer, autoSave };
      const collection = new Collection(place, builder, parts);
      const renewed = (): void =>
        notes(`the graph of ${collection.name} is built anew: much of it was deleted`);
      builder.add(state, { built: () => autoSave.considerIndex(), renewed });
      // A crash may have left a log that is due.
      autoSave.consider();
      return collection;
    } catch (error) {
      await state.files.closeAll();
      throw error;
    }
  }

  get name(): string {
    return this.manifest.current.name;
  }

  get id(): string {
    return this.manifest.current.collectionId;
  }

  /** Whether the log failed: nothing can be written until the collection is opened again. */
  get isLatched(): boolean {
    return this.#commit.latched;
  }

  /** Writes validated records. Waits while too many rows wait for the index. */
  async upsert(
    batch: RecordBatch,
    options: UpsertOptions,
    signal: AbortSignal,
  ): Promise<UpsertOutcome> {
    await this.#builder.admit(this.state, signal);
    return this.#submit(new UpsertWrite(this.state, batch, options), signal);
  }

  /** Deletes records by id; `required`: RECORD_NOT_FOUND when none of them exists. */
  deleteIds(
    ids: readonly string[],
    required: boolean,
    signal: AbortSignal,
  ): Promise<DeleteOutcome> {
    return this.#submit(new DeleteIdsWrite(this.state, ids, required), signal);
  }

  /** Deletes the records that match when the write's turn has come. */
  deleteMatching(filter: CompiledFilter, signal: AbortSignal): Promise<DeleteOutcome> {
    const find = async (): Promise<Buffer[]> => {
      const ids: Buffer[] = [];
      const matches = await matchFilter(this.state, filter, signal);
      matches.forEach((slot) => {
        ids.push(Buffer.from(this.state.ids.bytes(slot)));
      });
      return ids;
    };
    return this.#submit(new DeleteFoundWrite(this.#place, this.state, find), signal);
  }

  /** Deletes every record. */
  clear(signal: AbortSignal): Promise<DeleteOutcome> {
    return this.#submit(new ClearWrite(this.state), signal);
  }

  /** Opens a place where records to merge are collected and checked before they are merged. */
  stageMerge(allowUnsealed: boolean): Promise<StagedMerge> {
    return stageAt(this.#place, this.state.config, this.name, allowUnsealed);
  }

  /** Merges a staged file: all of it, or nothing. Not in the log: the file goes. */
  async merge(
    staged: StagedFile,
    options: MergeOptions,
    signal: AbortSignal,
  ): Promise<MergeOutcome> {
    const admit = (): Promise<void> => this.#builder.admit(this.state, endless);
    const target = { place: this.#place, state: this.state, admit };
    const write = new MergeWrite(target, staged, options, signal);
    try {
      return await this.#submit(write, signal);
    } catch (error) {
      // After a failed sync the log may name the file: then only the next start knows. On a full
      // disk the log was cut back, durably, and the file is in the way.
      if (error instanceof ProtovecError && error.reason === 'STORAGE_FULL') write.offered = false;
      throw error;
    } finally {
      if (!write.offered) {
        await this.#place.fileSystem.remove(join(stageDirectory(this.#place), staged.file));
      } else if (options.indexConfig !== undefined) {
        // The log has it: when this fails, the next checkpoint or start makes up for it.
        await followIndexConfig(this.#place, this.state, this.manifest).catch(() => {});
      }
    }
  }

  /** Writes everything acknowledged so far to a new base and drops the logs before it. */
  checkpoint(): Promise<void> {
    return this.#autoSave.saveNow();
  }

  /** What is saved. */
  get persistenceStatus(): PersistenceStatus {
    return this.#autoSave.status;
  }

  /**
   * Changes how it is saved and what embeds, durably, from the next write on. `change` is given what
   * is in force and returns the same without zero values; what it throws is passed on.
   */
  async updateConfig(
    change: (current: CollectionConfig) => Pick<CollectionConfig, 'persistence' | 'embedder'>,
  ): Promise<void> {
    let changed: Pick<CollectionConfig, 'persistence' | 'embedder'> | undefined;
    await this.manifest.update(({ config }) => {
      if (config === undefined) throw new Error('a manifest without a configuration');
      changed = change(config);
      return { config: { ...config, ...changed } };
    });
    this.state.config = { ...this.state.config, ...changed };
    await this.#commit.setPolicy(syncPolicyOf(persistenceOf(this.state.config)));
    this.#autoSave.consider();
  }

  /**
   * Saves and closes: base, index, manifest with what the log holds. What fails to be saved is not
   * lost: the log has it, and the error tells why the next start takes longer.
   */
  async close(): Promise<void> {
    this.#builder.remove(this.state);
    try {
      await this.#autoSave.stop();
      await this.#commit.drain();
      if (!this.#commit.latched) await this.#stopCleanly();
    } finally {
      await this.#commit.close().catch(() => {});
      const message = 'the collection is being closed; the next start builds the index';
      this.state.indexes.cancel(new ProtovecError('SHUTTING_DOWN', message));
      await this.state.files.closeAll();
    }
  }

  /** Closes without saving: the collection is being deleted. */
  async abandon(): Promise<void> {
    const message = 'the collection was deleted meanwhile';
    const error = new ProtovecError('COLLECTION_NOT_FOUND', message, { field: 'collection' });
    this.#builder.remove(this.state);
    await this.#autoSave.stop(error);
    // A latched log has nothing more to tell.
    await this.#commit.close(error).catch(() => {});
    this.#files.end(error);
    this.state.indexes.close(error);
    await this.state.files.closeAll();
  }

  async #stopCleanly(): Promise<void> {
    let failure: unknown;
    try {
      if (this.state.operationsSinceSave > 0) await this.#checkpointer.run(endless);
      await this.#checkpointer.saveIndex();
    } catch (error) {
      failure = error;
    }
    const { length, lastSequence } = await this.#commit.close();
    const cleanStop = { logSizeBytes: BigInt(length), lastSequence: BigInt(lastSequence) };
    await this.manifest.update(() => ({ cleanStop }));
    if (failure !== undefined) throw failure;
  }

  async #submit<T>(write: Write<T>, signal: AbortSignal): Promise<T> {
    const result = await this.#commit.submit(write, signal);
    noteTurn();
    this.#builder.wake();
    this.#autoSave.consider();
    return result;
  }
}
