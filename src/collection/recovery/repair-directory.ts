/**
 * Makes a new directory of a collection from one that is damaged: the base as far as it is intact,
 * and the log up to its first damage, so that the collection opens with a prefix of its history.
 *
 * Invariants: the damaged directory is only read; the new one has no manifest, and so is no
 * collection, until everything else of it is on stable storage. What is left out is told.
 */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import type {
  BaseFile,
  IngestLoad,
  LogFile,
  Manifest,
} from '../../gen/protovec/storage/v1/manifest.js';
import { SnapshotFormat } from '../../gen/protovec/v1/persistence.js';
import type { WrittenSnapshot } from '../../snapshot/binary/sealed-sink.js';
import { createSnapshotWriter } from '../../snapshot/create-writer.js';
import { manifestName, publishManifest, readManifest } from '../../snapshot/manifest.js';
import { repairSnapshot } from '../../snapshot/salvage/repair.js';
import { validateSnapshot } from '../../snapshot/salvage/validate.js';
import type { SnapshotHeader } from '../../snapshot/snapshot-header.js';
import { publishFile } from '../../storage/atomic-file.js';
import { copyFile } from '../../storage/copy-file.js';
import type { FileSystem } from '../../storage/file-system.js';
import { type Place, snapshotDirectory, snapshotPath } from '../place.js';
import { type OnStep, RepairedLogs } from './repair-logs.js';

/** What the new directory holds, and what it lacks. */
export interface RepairedDirectory {
  readonly name: string;
  readonly collectionId: string;
  /** Records of the base: those that the old one had, and those that are kept. */
  readonly baseRecords: number;
  readonly baseRecordsKept: number;
  /** Entries of the log that are kept, and the sequence of the last one. */
  readonly entries: number;
  readonly lastSequence: number;
  readonly snapshots: number;
  /** What was left out and why; empty when nothing was damaged. */
  readonly leftOut: readonly string[];
}

/**
 * Repairs the collection in the directory `input` to `output`, which is new or empty. Throws
 * STORAGE_CORRUPTED when the manifest is damaged, without which nobody knows what the files are,
 * and ALREADY_EXISTS when `output` holds anything.
 */
export async function repairDirectory(
  fileSystem: FileSystem,
  input: string,
  output: string,
  onProgress: OnStep = () => {},
): Promise<RepairedDirectory> {
  const repair = new DirectoryRepair(
    { fileSystem, directory: input },
    { fileSystem, directory: output },
    onProgress,
  );
  return repair.run();
}

class DirectoryRepair {
  readonly #from: Place;
  readonly #to: Place;
  readonly #fs: FileSystem;
  readonly #onProgress: OnStep;
  readonly #leftOut: string[] = [];

  constructor(from: Place, to: Place, onProgress: OnStep) {
    this.#from = from;
    this.#to = to;
    this.#fs = from.fileSystem;
    this.#onProgress = onProgress;
  }

  async run(): Promise<RepairedDirectory> {
    const { directory } = this.#to;
    if ((await this.#fs.list(directory)).length > 0) throw notEmpty(directory);
    if (!(await this.#fs.exists(join(this.#from.directory, manifestName)))) {
      throw noCollection(this.#from.directory);
    }
    const manifest = await readManifest(this.#fs, this.#from.directory);
    await this.#fs.makeDirectory(directory);
    const base = manifest.base && (await this.#base(manifest, manifest.base));
    const logs = await this.#logs(manifest);
    const snapshots = await this.#snapshots(manifest);
    const ingests = this.#ingests(manifest, base);
    const repaired = {
      base,
      logs: logs.files,
      snapshots,
      ingests,
      index: undefined,
      cleanStop: undefined,
    };
    await publishManifest(this.#fs, directory, { ...manifest, ...repaired });
    return {
      name: manifest.name,
      collectionId: manifest.collectionId,
      baseRecords: Number(manifest.base?.recordCount ?? 0n),
      baseRecordsKept: Number(base?.recordCount ?? 0n),
      entries: logs.entries,
      lastSequence: logs.lastSequence,
      snapshots: snapshots.length,
      leftOut: this.#leftOut,
    };
  }

  /** Copies the base, or writes anew what is intact of it. */
  async #base(manifest: Manifest, base: BaseFile): Promise<BaseFile> {
    const path = join(this.#from.directory, base.file);
    const target = join(this.#to.directory, base.file);
    const onProgress = (done: number, total: number) => this.#onProgress('base', done, total);
    if (await this.#fs.exists(path)) {
      const file = await this.#fs.open(path, 'read');
      try {
        const { valid, recordCount } = await validateSnapshot(file, { onProgress });
        if (valid && recordCount === base.recordCount) {
          await copyFile(this.#fs, file, target, await file.size());
          return base;
        }
      } finally {
        await file.close();
      }
    }
    const written = await this.#salvageBase(path, target, headerFrom(manifest, base), onProgress);
    const kept = written.recordCount;
    const lost = Number(base.recordCount) - kept;
    this.#leftOut.push(`${base.file}: ${lost} of ${base.recordCount} records, which are damaged`);
    return { ...base, sizeBytes: BigInt(written.size), recordCount: BigInt(kept) };
  }

  async #salvageBase(
    path: string,
    target: string,
    header: SnapshotHeader,
    onProgress: (done: number, total: number) => void,
  ): Promise<WrittenSnapshot> {
    if (await this.#fs.exists(path)) {
      return (await repairSnapshot(this.#fs, path, target, { header, onProgress })).written;
    }
    let written: WrittenSnapshot | undefined;
    const encoding = { format: SnapshotFormat.BINARY, compressed: false };
    await publishFile(this.#fs, target, async (file) => {
      written = await createSnapshotWriter(file, header, encoding).finish();
    });
    return written as unknown as WrittenSnapshot;
  }

  async #logs(
    manifest: Manifest,
  ): Promise<{ files: LogFile[]; entries: number; lastSequence: number }> {
    const logs = new RepairedLogs(this.#from, this.#to, manifest, this.#onProgress);
    const files: LogFile[] = [];
    const later: string[] = [];
    for (const log of manifest.logs) {
      if (logs.ended) later.push(`${log.file}: all of it, because the log is damaged before it`);
      else if (await logs.add(log)) files.push(log);
    }
    this.#leftOut.push(...logs.leftOut, ...later);
    const { entries, lastSequence } = logs;
    const stopped = Number(manifest.cleanStop?.lastSequence ?? 0n);
    if (!logs.ended && stopped > lastSequence) {
      const lost = `${stopped - lastSequence} entries that were there at the last clean stop`;
      this.#leftOut.push(`the log after entry ${lastSequence}: ${lost}`);
    }
    return { files, entries, lastSequence };
  }

  /** Forgets loads when records are lost, which may be theirs: to resume one would leave them out. */
  #ingests({ ingests, base: before }: Manifest, base: BaseFile | undefined): IngestLoad[] {
    if (ingests.length === 0 || before?.recordCount === base?.recordCount) return ingests;
    this.#leftOut.push(`the keys of ${ingests.length} loads, which must be begun anew`);
    return [];
  }

  async #snapshots(manifest: Manifest): Promise<Manifest['snapshots']> {
    const kept: Manifest['snapshots'] = [];
    for (const snapshot of manifest.snapshots) {
      const path = snapshotPath(this.#from, snapshot);
      if (!(await this.#fs.exists(path))) {
        this.#leftOut.push(`snapshot ${snapshot.snapshotId}: its file is missing`);
        continue;
      }
      await this.#fs.makeDirectory(snapshotDirectory(this.#to));
      const file = await this.#fs.open(path, 'read');
      try {
        await copyFile(this.#fs, file, snapshotPath(this.#to, snapshot), await file.size());
      } finally {
        await file.close();
      }
      kept.push(snapshot);
    }
    return kept;
  }
}

/** What a base of the collection says of itself, whatever the damaged one says. */
function headerFrom({ config, name }: Manifest, base: BaseFile): SnapshotHeader {
  return {
    dimension: config?.dimension ?? 0,
    metric: config?.metric ?? 0,
    embeddingModel: config?.embeddingModel ?? '',
    indexConfig: config?.index,
    collection: name,
    logSequence: Number(base.sequence),
    createdAt: base.createTime ?? { seconds: 0n, nanos: 0 },
  };
}

function notEmpty(directory: string): ProtovecError {
  const message = `${directory} is not empty: name a directory that does not exist yet`;
  return new ProtovecError('ALREADY_EXISTS', message, { field: 'output' });
}

function noCollection(directory: string): ProtovecError {
  const message = `${directory} has no ${manifestName}: name the directory of one collection, DATA-DIR/collections/UUID`;
  return new ProtovecError('STORAGE_CORRUPTED', message, { metadata: { file: directory } });
}
