/**
 * Collects the records of a merge in a file of the collection's staging directory, checked whole
 * before anything of it is applied. What comes in is a snapshot file in pieces, a snapshot file on
 * the server, or batches of records; what comes out is always a sealed snapshot of our own, which a
 * log entry names.
 *
 * Invariants: `finish` returns the name of a whole, synced, valid snapshot in which each id occurs
 * once, or throws and leaves no file. Never touches the collection.
 */
import { invalidArgument } from '../../errors.js';
import { forEachField } from '../../record/peek.js';
import type { File, FileSystem } from '../../storage/file-system.js';
import { RecordBounds } from '../binary/record-bounds.js';
import { SnapshotWriter } from '../binary/snapshot-writer.js';
import { Slices } from '../slices.js';
import type { SnapshotHeader } from '../snapshot-header.js';
import { type PartInfo, readSnapshot, type SnapshotSource } from '../snapshot-reader.js';
import { readFitting } from './fitting-snapshot.js';
import { type RecordTest, StagedRecords } from './staged-records.js';
import { StagingFiles } from './staging-files.js';

/** A finished staged file. */
export interface StagedSnapshot {
  /** Its name in the staging directory. */
  file: string;
  /** SHA-256 of the file. */
  sha256: Uint8Array;
  recordCount: number;
}

export interface StageOptions {
  /** Accept snapshots without checksums and footer. Default false. */
  allowUnsealed?: boolean;
}

/** Settings of one snapshot file that is added. */
export interface SnapshotOptions {
  /**
   * SHA-256 that the file must have: it was checked whole when it got that digest, so that it may
   * be unsealed.
   */
  readonly sha256?: Uint8Array;
  /** Which records to take; all are checked. Default all. */
  readonly wanted?: RecordTest | undefined;
  /** Told of the records taken so far; what it throws ends the merge. */
  readonly onProgress?: (records: number) => void;
}

/** RecordBatch.records. */
const recordsField = 1;

export class StagedMerge {
  readonly #files: StagingFiles;
  readonly #header: SnapshotHeader;
  readonly #allowUnsealed: boolean;
  readonly #file: File;
  readonly #records: StagedRecords;
  readonly #bounds = new RecordBounds();
  readonly #slices = new Slices();
  #raw: File | undefined;
  #rawBytes = 0;
  /** What the merge is made of; one merge is of one kind. */
  #kind: 'snapshot' | 'records' | undefined;

  private constructor(
    files: StagingFiles,
    file: File,
    header: SnapshotHeader,
    options: StageOptions,
  ) {
    this.#files = files;
    this.#file = file;
    this.#header = header;
    this.#allowUnsealed = options.allowUnsealed ?? false;
    this.#records = new StagedRecords(file, header);
  }

  /**
   * Starts a merge into the collection that `header` describes: its dimension, metric and embedding
   * model are those that everything added must have. `directory` is made when it is missing.
   */
  static async begin(
    fs: FileSystem,
    directory: string,
    header: SnapshotHeader,
    options: StageOptions = {},
  ): Promise<StagedMerge> {
    await fs.makeDirectory(directory);
    const files = new StagingFiles(fs, directory);
    await files.checkRoom(0);
    return new StagedMerge(files, await files.create('.part'), header, options);
  }

  /**
   * Takes the next bytes of one snapshot file; they may be reused once the promise has settled.
   * They are looked at in `finish`.
   */
  async addSnapshotChunk(bytes: Uint8Array): Promise<void> {
    this.#mayTake('snapshot');
    await this.#files.checkRoom(bytes.length);
    this.#raw ??= await this.#files.create('.raw');
    await this.#raw.write([bytes], this.#rawBytes);
    this.#rawBytes += bytes.length;
  }

  /**
   * Checks and takes a whole snapshot file, which errors call `name`. Throws SERIALIZATION_ERROR
   * when it is damaged, INCOMPATIBLE_SNAPSHOT when it does not fit the collection, and what
   * `StagedRecords.add` throws for a record.
   */
  async addSnapshot(
    source: SnapshotSource,
    name: string,
    options: SnapshotOptions = {},
  ): Promise<void> {
    this.#mayTake('snapshot');
    const { sha256, wanted, onProgress } = options;
    const allowUnsealed = sha256 !== undefined || this.#allowUnsealed;
    const read = { allowUnsealed, name, ...(sha256 && { sha256 }) };
    let part: PartInfo | undefined;
    for await (const block of readFitting(source, this.#header, read)) {
      if (block.part !== part) this.#records.beginPart();
      part = block.part;
      await this.#files.checkRoom(block.bytes.length);
      await this.#add(block.bytes, block.records, block.count, wanted);
      onProgress?.(this.#records.count);
    }
  }

  /**
   * Checks and takes the records of an encoded RecordBatch. All batches of a merge are one part:
   * an id may occur once. Throws what `StagedRecords.add` throws; then the merge is to be aborted.
   */
  async addRecords(batch: Uint8Array): Promise<void> {
    this.#mayTake('records');
    await this.#files.checkRoom(batch.length);
    const bounds = this.#bounds;
    bounds.clear();
    forEachField(batch, 0, batch.length, recordsField, (start, end) => bounds.push(start, end));
    await this.#add(batch, bounds.table, bounds.count);
  }

  /** Checks what has not been checked yet, seals the file and makes it durable. */
  async finish(): Promise<StagedSnapshot> {
    try {
      const raw = this.#raw;
      if (raw !== undefined) {
        await this.addSnapshot(raw, 'the snapshot');
        await this.#files.discard(raw);
      }
      const written = await this.#records.finish();
      if (this.#records.superseded.size > 0) return await this.#finishMerged();
      const { sha256, recordCount } = written;
      return { file: await this.#files.publish(this.#file), sha256, recordCount };
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  /** Drops everything that was added and removes the files; again, or after `finish`, is fine. */
  async abort(): Promise<void> {
    await this.#files.discardAll();
  }

  /** Writes the file once more without the records that later parts replaced. */
  async #finishMerged(): Promise<StagedSnapshot> {
    const { superseded } = this.#records;
    const merged = await this.#files.create('.merged.part');
    const writer = new SnapshotWriter(merged, this.#header);
    let position = 0;
    for await (const { bytes, records, count } of readSnapshot(this.#file)) {
      await this.#files.checkRoom(bytes.length);
      for (let i = 0; i < count; i++) {
        if (superseded.has(position++)) continue;
        const flushed = writer.record(bytes, records[i * 2], records[i * 2 + 1]);
        if (flushed !== undefined) await flushed;
      }
    }
    const { sha256, recordCount } = await writer.finish();
    await this.#files.discard(this.#file);
    return { file: await this.#files.publish(merged), sha256, recordCount };
  }

  async #add(
    bytes: Uint8Array,
    bounds: Int32Array,
    count: number,
    wanted?: RecordTest,
  ): Promise<void> {
    for (let i = 0; i < count; i++) {
      const flushed = this.#records.add(bytes, bounds[i * 2], bounds[i * 2 + 1], wanted);
      if (flushed !== undefined) await flushed;
      const due = this.#slices.done();
      if (due !== undefined) await due;
    }
  }

  #mayTake(kind: 'snapshot' | 'records'): void {
    this.#kind ??= kind;
    if (this.#kind === kind) return;
    throw invalidArgument(
      'source',
      'a merge is one snapshot file or batches of records, not both: send them as two merges',
    );
  }
}
