/**
 * The snapshots of one collection: files in its directory `snapshots`, listed in its manifest.
 * A snapshot is in the list once its file is whole and on stable storage, and not before.
 */
import { ProtovecError } from '../../errors.js';
import type { Snapshot } from '../../gen/protovec/v1/snapshot.js';
import { limits } from '../../limits.js';
import { projectRecord, RecordMask } from '../../record/project.js';
import { now } from '../../record/timestamp.js';
import { uuidv7 } from '../../record/uuid.js';
import type { CompiledFilter } from '../../search/filter.js';
import { createSnapshotWriter, type SnapshotEncoding } from '../../snapshot/create-writer.js';
import { publishFile } from '../../storage/atomic-file.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { File } from '../../storage/file-system.js';
import type { ManifestStore } from '../manifest-store.js';
import { type Place, snapshotDirectory, snapshotPath } from '../place.js';
import type { CollectionView } from '../state/collection-view.js';
import type { CollectionState } from '../state/state.js';
import { wholeMatches } from '../state/whole-matches.js';
import { nextTurn } from '../turns.js';
import { headerOf } from './snapshot-header.js';
import { openSnapshot, snapshotNotFound } from './snapshot-lookup.js';

/** Records between two turns of the event loop. */
const SLICE_RECORDS = 64;

export class SnapshotStore {
  readonly #place: Place;
  readonly #state: CollectionState;
  readonly #manifest: ManifestStore;

  constructor(place: Place, state: CollectionState, manifest: ManifestStore) {
    this.#place = place;
    this.#state = state;
    this.#manifest = manifest;
  }

  /** Newest first. */
  list(): Snapshot[] {
    return [...this.#manifest.current.snapshots].reverse();
  }

  /** Describes a snapshot. Throws SNAPSHOT_NOT_FOUND. */
  get(snapshotId: string): Snapshot {
    const found = this.#manifest.current.snapshots.find((s) => s.snapshotId === snapshotId);
    if (found !== undefined) return found;
    throw snapshotNotFound(this.#manifest.current.name, snapshotId);
  }

  /** Opens the file of a snapshot; the caller closes it. Throws STORAGE_CORRUPTED without it. */
  open(snapshot: Snapshot): Promise<File> {
    return openSnapshot(this.#place, snapshot);
  }

  /**
   * Writes the records as they are now, or those of them that match, to a new snapshot while the
   * collection goes on. Tells `onProgress` the records written so far.
   */
  async create(
    { format, compressed }: SnapshotEncoding,
    signal: AbortSignal,
    onProgress: (written: number, total: number) => void,
    filter?: CompiledFilter,
  ): Promise<Snapshot> {
    const view = await this.#view(filter, signal);
    try {
      const { seconds, nanos } = now();
      const snapshot: Snapshot = {
        snapshotId: uuidv7(),
        collection: this.#manifest.current.name,
        format,
        sizeBytes: 0n,
        recordCount: BigInt(view.count),
        createTime: { seconds: BigInt(seconds), nanos },
        logSequence: BigInt(view.sequence),
        sha256: Buffer.alloc(0),
        compressed,
      };
      await this.#checkRoom();
      await this.#place.fileSystem.makeDirectory(snapshotDirectory(this.#place));
      await publishFile(
        this.#place.fileSystem,
        snapshotPath(this.#place, snapshot),
        async (file) => {
          const written = await this.#write(view, file, snapshot, signal, onProgress);
          snapshot.sizeBytes = BigInt(written.size);
          snapshot.sha256 = Buffer.from(written.sha256);
        },
      );
      await this.#manifest.update(({ snapshots }) => ({ snapshots: [...snapshots, snapshot] }));
      return snapshot;
    } finally {
      await view.release();
    }
  }

  /** Takes a snapshot off the list, then removes its file. Throws SNAPSHOT_NOT_FOUND. */
  async delete(snapshotId: string): Promise<void> {
    const snapshot = this.get(snapshotId);
    await this.#manifest.update(({ snapshots }) => ({
      snapshots: snapshots.filter((s) => s.snapshotId !== snapshotId),
    }));
    await this.#place.fileSystem.remove(snapshotPath(this.#place, snapshot));
  }

  async #view(filter: CompiledFilter | undefined, signal: AbortSignal): Promise<CollectionView> {
    if (filter === undefined) return this.#state.wholeView();
    const matches = await wholeMatches(this.#state, filter, signal);
    return this.#state.view(this.#state.sequence, matches);
  }

  async #write(
    view: CollectionView,
    file: File,
    snapshot: Snapshot,
    signal: AbortSignal,
    onProgress: (written: number, total: number) => void,
  ): Promise<{ size: number; sha256: Uint8Array }> {
    const header = headerOf(this.#state.config, snapshot.collection, view.sequence);
    const writer = createSnapshotWriter(file, header, snapshot);
    const body = new ByteWriter();
    for (let row = 0; row < view.count; row += 1) {
      const source = view.read(row);
      const fields = view.serverFields(row);
      body.reset();
      projectRecord(source.bytes, source.start, source.end, RecordMask.all, fields, body);
      await writer.record(body.buffer, 0, body.length);
      if (row % SLICE_RECORDS !== SLICE_RECORDS - 1) continue;
      onProgress(row + 1, view.count);
      await nextTurn();
      signal.throwIfAborted();
    }
    return writer.finish();
  }

  async #checkRoom(): Promise<void> {
    const { fileSystem, directory } = this.#place;
    const free = await fileSystem.freeBytes(directory);
    if (free >= limits.freeBytesMin) return;
    throw new ProtovecError(
      'STORAGE_FULL',
      `only ${free} bytes are free for a snapshot; make room`,
    );
  }
}
