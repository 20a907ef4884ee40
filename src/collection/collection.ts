/**
 * One open collection: the road of every write (validate before, log, apply, acknowledge) and the
 * life of its files. Reads go to `state`, `order` and `snapshots` directly.
 *
 * Invariant: what a caller was told is done is on stable storage. One writer: the group commit.
 */
import { join } from 'node:path';
import { ProtovecError } from '../errors.js';
import { GroupCommit, type Write } from '../log/group-commit.js';
import { LogFile } from '../log/log-file.js';
import type { RecordBatch } from '../record/record-batch.js';
import type { CompiledFilter } from '../search/filter.js';
import { StagedMerge } from '../snapshot/staging.js';
import { Checkpointer } from './checkpoint.js';
import {
  ClearWrite,
  DeleteFoundWrite,
  DeleteIdsWrite,
  type DeleteOutcome,
} from './delete-write.js';
import { scanFilter } from './filter-scan.js';
import { IdOrder } from './id-order.js';
import type { IndexBuilder } from './index-builder.js';
import type { ManifestStore } from './manifest-store.js';
import { type MergeOutcome, MergeWrite, type StagedFile } from './merge.js';
import { collectionIdBytes, logName, type Place, stageDirectory } from './place.js';
import { recover } from './recover.js';
import { headerOf } from './snapshot-header.js';
import { SnapshotStore } from './snapshot-store.js';
import type { CollectionState } from './state.js';
import { noteTurn } from './turns.js';
import { type UpsertOptions, type UpsertOutcome, UpsertWrite } from './upsert-write.js';

export class Collection {
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
  readonly order: IdOrder;
  readonly snapshots: SnapshotStore;
  readonly #place: Place;
  readonly #builder: IndexBuilder;
  readonly #commit: GroupCommit;
  readonly #checkpointer: Checkpointer;

  private constructor(
    place: Place,
    builder: IndexBuilder,
    parts: { state: CollectionState; manifest: ManifestStore; base: number | undefined },
    commit: GroupCommit,
  ) {
    this.state = parts.state;
    this.manifest = parts.manifest;
    this.order = new IdOrder(parts.state);
    this.snapshots = new SnapshotStore(place, parts.state, parts.manifest);
    this.#place = place;
    this.#builder = builder;
    this.#commit = commit;
    this.#checkpointer = new Checkpointer(place, parts.state, parts.manifest, commit, parts.base);
  }

  /**
   * Opens the collection of a directory. Throws STORAGE_CORRUPTED when acknowledged data is damaged.
   * `notes` takes what a person should know about the recovery.
   */
  static async open(
    place: Place,
    builder: IndexBuilder,
    notes: (note: string) => void,
  ): Promise<Collection> {
    const { state, manifest, base } = await recover(place, notes);
    try {
      const openLog = logOpener(place, state, manifest);
      const lastSequence = state.sequence;
      const log = await openLog(lastSequence + 1);
      const { fileSystem: fs } = place;
      const commit = new GroupCommit({ fs, log, lastSequence, openNext: openLog });
      const collection = new Collection(place, builder, { state, manifest, base }, commit);
      builder.add(state);
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
      const matches = await scanFilter(this.state, filter, signal);
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
    const header = headerOf(this.state.config, this.name, 0);
    const directory = stageDirectory(this.#place);
    return StagedMerge.begin(this.#place.fileSystem, directory, header, { allowUnsealed });
  }

  /** Merges a staged file: all of it, or nothing. `replace`: delete all records first. */
  async merge(
    staged: StagedFile,
    replace: boolean,
    signal: AbortSignal,
    onProgress: (applied: number) => void = () => {},
  ): Promise<MergeOutcome> {
    const write = new MergeWrite(this.#place, this.state, staged, replace, onProgress);
    try {
      return await this.#submit(write, signal);
    } catch (error) {
      // After a failed sync the log may name the file: then only the next start knows. On a full
      // disk the log was cut back, durably, and the file is in the way.
      const full = error instanceof ProtovecError && error.reason === 'STORAGE_FULL';
      if (!write.offered || full) {
        await this.#place.fileSystem.remove(join(stageDirectory(this.#place), staged.file));
      }
      throw error;
    }
  }

  /** Writes a new base and drops the logs before it. */
  checkpoint(): Promise<void> {
    return this.#checkpointer.run();
  }

  /**
   * Saves and closes: base, index, manifest with what the log holds. What fails to be saved is not
   * lost: the log has it, and the error tells why the next start takes longer.
   */
  async close(): Promise<void> {
    this.#builder.remove(this.state);
    try {
      await this.#commit.drain();
      if (this.#commit.latched) return;
      await this.#checkpointer.save();
      const { length, lastSequence } = await this.#commit.close();
      const cleanStop = { logSizeBytes: BigInt(length), lastSequence: BigInt(lastSequence) };
      await this.manifest.update(() => ({ cleanStop }));
    } finally {
      await this.state.files.closeAll();
    }
  }

  /** Closes without saving: the collection is being deleted. */
  async abandon(): Promise<void> {
    this.#builder.remove(this.state);
    // A latched log has nothing more to tell.
    await this.#commit.close().catch(() => {});
    await this.state.files.closeAll();
  }

  async #submit<T>(write: Write<T>, signal: AbortSignal): Promise<T> {
    const result = await this.#commit.submit(write, signal);
    noteTurn();
    this.#builder.wake();
    return result;
  }
}

/** Opens log files; each is in the manifest before anything is written to it. */
function logOpener(
  place: Place,
  state: CollectionState,
  manifest: ManifestStore,
): (firstSequence: number) => Promise<LogFile> {
  return async (firstSequence) => {
    const { collectionId, logs } = manifest.current;
    const name = logName(firstSequence);
    const last = logs.at(-1);
    // A file of this name holds no entry and is replaced; the manifest stays true meanwhile.
    const replaces = last?.file === name ? 0 : 1;
    const fileNumber = Number(last?.fileNumber ?? 0n) + replaces;
    const log = await LogFile.create(place.fileSystem, join(place.directory, name), {
      collectionId: collectionIdBytes(collectionId),
      fileNumber,
      firstSequence,
      previousSequence: firstSequence - 1,
    });
    const entry = {
      file: name,
      firstSequence: BigInt(firstSequence),
      fileNumber: BigInt(fileNumber),
    };
    try {
      await manifest.update(({ logs: before }) => ({
        logs: [...before.filter((listed) => listed.file !== name), entry],
        cleanStop: undefined,
      }));
    } catch (error) {
      await log.close();
      throw error;
    }
    state.files.add(log.file);
    return log;
  };
}
