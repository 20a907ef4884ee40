/**
 * The small store whose files are damaged: a base, a saved index, a log with an entry of every
 * kind, a staged merge, a snapshot of each encoding, and a manifest. It was not stopped in peace;
 * a second one was.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateCollectionRequest,
  CreateCollectionResponse,
} from '../../../src/gen/protovec/v1/collection_service.js';
import { MergePolicy } from '../../../src/gen/protovec/v1/merge.js';
import { SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import {
  CreateSnapshotRequest,
  CreateSnapshotResponse,
  MergeRecordsRequest,
  MergeRecordsResponse,
} from '../../../src/gen/protovec/v1/snapshot_service.js';
import { search } from '../../../src/search/search.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { configOf, never, readAll, write } from '../../support/collection.js';
import { LocalStore } from '../histories/local-store.js';

const collection = 'docs';

/** What a whole store answers: its records by id, and who is near to whom. */
export interface Answers {
  readonly records: string;
  readonly neighbours: string;
}

export interface FlipStore {
  /** Paths within the data directory, and what is in the files. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** What it answers, and before that what it answered after each write since its base. */
  readonly history: readonly Answers[];
  /** The records of its snapshots. */
  readonly snapshotRecords: string;
}

/** What the collection of an open store answers now. */
export function answersOf(store: LocalStore): Answers {
  const open = store.collection(collection);
  const { state } = open;
  const records = readAll(open);
  const neighbours = [...records.values()].map(({ id, embedding }) => {
    const query = Float32Array.from(embedding);
    const { slots, scores } = search(state.searchTarget, query, {
      limit: records.size,
      exact: false,
    });
    return [id, [...slots].map((slot, rank) => [state.ids.text(slot), scores[rank]])];
  });
  return { records: textOf([...records.values()]), neighbours: JSON.stringify(neighbours) };
}

/** Records as a text that is equal when they are. */
export function textOf(records: readonly VectorRecord[]): string {
  const plain = (_: string, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return value instanceof Map ? [...value].sort() : value;
  };
  return JSON.stringify(records, plain);
}

/** Makes the store in an empty directory. `stopped`: in peace, with nothing in its log. */
export async function makeStore(directory: string, stopped: boolean): Promise<FlipStore> {
  const store = await LocalStore.open(nodeFileSystem, directory);
  await store.call(
    'CollectionService/CreateCollection',
    [CreateCollectionRequest, CreateCollectionResponse],
    { collection, config: configOf({ dimension: 3 }) },
  );
  await write(store.collection(collection), ['a', 'b', 'c', 'd', 'e'].map(record));
  const { index } = store.collection(collection).state;
  while (index.pendingCount > 0) index.buildSlice(5);
  await store.registry.close();
  const again = await LocalStore.open(nodeFileSystem, directory);
  const history = [answersOf(again)];
  const snapshotRecords = await takeSnapshots(again);
  if (!stopped) await writeHistory(again, history);
  if (stopped) await again.registry.close();
  else await again.collection(collection).abandon();
  return { files: await readTree(directory), history, snapshotRecords };
}

async function takeSnapshots(store: LocalStore): Promise<string> {
  for (const shape of [
    { format: SnapshotFormat.BINARY, compressionEnabled: false },
    { format: SnapshotFormat.BINARY, compressionEnabled: true },
    { format: SnapshotFormat.JSON },
  ]) {
    await store.call(
      'SnapshotService/CreateSnapshot',
      [CreateSnapshotRequest, CreateSnapshotResponse],
      { collection, ...shape },
    );
  }
  return textOf([...readAll(store.collection(collection)).values()]);
}

/** One write of every kind; after each, what the store answers. */
async function writeHistory(store: LocalStore, history: Answers[]): Promise<void> {
  const open = store.collection(collection);
  const note = () => history.push(answersOf(store));
  await write(open, [record('f'), record('a')]);
  note();
  await open.deleteIds(['b'], true, never);
  note();
  const records = [record('c'), record('g')].map((each) => VectorRecord.fromPartial(each));
  await store.call('SnapshotService/MergeRecords', [MergeRecordsRequest, MergeRecordsResponse], {
    collection,
    policy: MergePolicy.OVERWRITE,
    source: { $case: 'batch', value: { records } },
  });
  note();
  await open.clear(never);
  note();
  await write(open, [record('h'), record('i')]);
  note();
}

let written = 0;

/** A record whose content and vector no other has. */
function record(id: string): Partial<VectorRecord> {
  written += 1;
  const embedding = [1 + written * 0.25, 1 + (written % 3), 1 + (written % 5)];
  return { id, content: `${id} ${written}`, embedding };
}

async function readTree(directory: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(directory.length + 1), await readFile(path));
  }
  return files;
}
