/**
 * Opens a collection from its files: manifest, base, index, logs. Afterwards the records in memory
 * are those of every write that was acknowledged, and a new log file waits for the next one: an old
 * tail is never appended to.
 *
 * Damage of acknowledged data is thrown as STORAGE_CORRUPTED with file and offset; nothing is
 * served from it and no file is changed. A damaged index is only built again.
 */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import type { BaseFile } from '../../gen/protovec/storage/v1/manifest.js';
import { loadIndex } from '../../index/index-file.js';
import { readLog } from '../../log/read-log.js';
import { RecordScan, scanStored } from '../../record/scan.js';
import { readManifest } from '../../snapshot/manifest.js';
import { readSnapshot } from '../../snapshot/snapshot-reader.js';
import type { File } from '../../storage/file-system.js';
import { followIndexConfig } from '../index-config.js';
import { ManifestStore } from '../manifest-store.js';
import { persistenceOf } from '../persistence-config.js';
import { collectionIdBytes, type Place } from '../place.js';
import { CollectionState } from '../state/state.js';
import { removeOrphans } from './orphans.js';
import { replayEntry } from './replay.js';

/** A collection whose files have been read. */
export interface Recovered {
  readonly state: CollectionState;
  readonly manifest: ManifestStore;
  /** Number of the base among the record files; undefined without a base. */
  readonly base: number | undefined;
  /** Length in bytes of each log file that was read, by name. */
  readonly logBytes: ReadonlyMap<string, number>;
}

/** `notes` takes what a person should know: a torn tail that was cut, an index not used. */
export async function recover(place: Place, notes: (note: string) => void): Promise<Recovered> {
  const { fileSystem, directory } = place;
  const stored = await readManifest(fileSystem, directory);
  if (stored.config === undefined) {
    throw corrupted(join(directory, 'manifest.pb'), 'has no configuration');
  }
  // Older manifests do not say how the collection is saved.
  const config = { ...stored.config, persistence: persistenceOf(stored.config) };
  const manifest = new ManifestStore(fileSystem, directory, { ...stored, config });
  const { base } = stored;
  const state = new CollectionState(config);
  try {
    let baseNumber: number | undefined;
    if (base !== undefined) {
      baseNumber = await loadBase(place, state, base);
      state.sequence = Number(base.sequence);
    }
    state.loads.take(stored.ingests);
    await attachIndex(place, state, manifest, notes);
    const staged = new Set<string>();
    const logBytes = await replayLogs(place, state, manifest, staged, notes);
    state.indexes.settle();
    await followIndexConfig(place, state, manifest);
    await removeOrphans(place, manifest.current, staged);
    return { state, manifest, base: baseNumber, logBytes };
  } catch (error) {
    await state.files.closeAll();
    if (error instanceof ProtovecError && error.reason === 'SERIALIZATION_ERROR') {
      throw new ProtovecError('STORAGE_CORRUPTED', error.message, { metadata: error.metadata });
    }
    throw error;
  }
}

async function loadBase(place: Place, state: CollectionState, base: BaseFile): Promise<number> {
  const path = join(place.directory, base.file);
  const file = await openListed(place, path);
  const number = state.files.add(file);
  if ((await file.size()) !== Number(base.sizeBytes)) {
    throw corrupted(path, `has ${await file.size()} bytes, the manifest says ${base.sizeBytes}`);
  }
  state.ids.reserve(Number(base.recordCount));
  state.rows.reserve(Number(base.recordCount));
  const scan = new RecordScan();
  for await (const block of readSnapshot(file, { verifyDigest: false, name: path })) {
    // Bodies are read from it by position.
    if (block.count > 0 && !block.inPlace) throw corrupted(path, 'is not a plain binary snapshot');
    for (let record = 0; record < block.count; record += 1) {
      const start = block.records[record * 2];
      scanStored(block.bytes, start, block.records[record * 2 + 1], scan);
      state.load(block.bytes, scan, block.offset + start, number);
    }
  }
  if (state.count !== Number(base.recordCount)) {
    throw corrupted(path, `holds ${state.count} records, the manifest says ${base.recordCount}`);
  }
  return number;
}

/**
 * Takes the saved index when it is whole; every row that it does not hold waits for the graph.
 * Without one every row is compared until the log has been read.
 */
async function attachIndex(
  place: Place,
  state: CollectionState,
  manifest: ManifestStore,
  notes: (note: string) => void,
): Promise<void> {
  const { index, base } = manifest.current;
  if (index !== undefined && base !== undefined && index.baseSequence === base.sequence) {
    const { fileSystem, directory } = place;
    const loaded = await loadIndex(fileSystem, directory, index, state.count, state.arena);
    if ('index' in loaded) {
      state.indexes.adopt(loaded.index);
      return;
    }
    notes(`the index of ${manifest.current.name} is built again: ${loaded.reason}`);
  }
  state.indexes.serveFlat();
}

async function replayLogs(
  place: Place,
  state: CollectionState,
  manifest: ManifestStore,
  staged: Set<string>,
  notes: (note: string) => void,
): Promise<Map<string, number>> {
  const { logs, collectionId, cleanStop } = manifest.current;
  const logBytes = new Map<string, number>();
  for (const [position, name] of logs.entries()) {
    const last = position === logs.length - 1;
    const path = join(place.directory, name.file);
    const file = await openListed(place, path);
    if (last && cleanStop !== undefined && (await file.size()) !== Number(cleanStop.logSizeBytes)) {
      await file.close();
      throw corrupted(path, `is not as long as the clean stop left it`);
    }
    const number = state.files.add(file);
    const identity = {
      collectionId: collectionIdBytes(collectionId),
      fileNumber: Number(name.fileNumber),
      firstSequence: Number(name.firstSequence),
    };
    const result = await readLog(
      place.fileSystem,
      path,
      identity,
      (entry) => replayEntry(place, state, number, entry, staged),
      { last },
    );
    logBytes.set(name.file, result.length);
    if (result.torn !== undefined) {
      notes(`${path}: a torn tail of ${result.torn.bytes} bytes was cut and kept beside it`);
    }
    // A file without entries is created again for the next write.
    if (result.entries === 0) await state.files.retire(number, async () => {});
  }
  if (cleanStop !== undefined && state.sequence !== Number(cleanStop.lastSequence)) {
    const path = join(place.directory, logs.at(-1)?.file ?? '');
    throw corrupted(path, `ends with entry ${state.sequence}, not ${cleanStop.lastSequence}`);
  }
  return logBytes;
}

/** Opens a file that the manifest lists; when it is not there, data is lost. */
async function openListed(place: Place, path: string): Promise<File> {
  if (!(await place.fileSystem.exists(path))) throw corrupted(path, 'is missing');
  return place.fileSystem.open(path, 'read');
}

function corrupted(path: string, what: string): ProtovecError {
  return new ProtovecError('STORAGE_CORRUPTED', `${path} ${what}; restore it from a copy`, {
    metadata: { file: path, offset: '0' },
  });
}
