/** Opens real collections in temporary directories, writes to them and reads them back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Collection } from '../../src/collection/collection.js';
import { Registry } from '../../src/collection/registry.js';
import { BodyReader } from '../../src/collection/state/body-reader.js';
import type { CollectionConfig } from '../../src/gen/protovec/v1/collection.js';
import { VectorRecord, WriteMode } from '../../src/gen/protovec/v1/record.js';
import { projectRecord, RecordMask } from '../../src/record/project.js';
import { RecordBatch } from '../../src/record/record-batch.js';
import { ByteWriter } from '../../src/storage/bytes.js';
import { type FileSystem, nodeFileSystem } from '../../src/storage/file-system.js';
import { resolveCollectionConfig } from '../../src/wire/collection-config.js';

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** Runs `test` with a directory that is removed afterwards. */
export async function inTemporaryDirectory<T>(test: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-test-'));
  try {
    return await test(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Opens the registry of a data directory as the only worker; notes go to `notes`. */
export function openRegistry(
  dataDirectory: string,
  notes: string[] = [],
  fileSystem: FileSystem = nodeFileSystem,
): Promise<Registry> {
  return Registry.open({
    fileSystem,
    dataDirectory,
    owns: () => true,
    notes: (note) => notes.push(note),
  });
}

/** A configuration without zero values. */
export function configOf(config: Partial<CollectionConfig>): CollectionConfig {
  return resolveCollectionConfig({
    dimension: 0,
    metric: 0,
    index: undefined,
    embeddingModel: '',
    ...config,
  });
}

/** Writes records as one batch. */
export async function write(
  collection: Collection,
  records: Partial<VectorRecord>[],
  mode: WriteMode = WriteMode.UPSERT,
) {
  const batch = new RecordBatch(1024, records.length);
  for (const record of records) {
    const bytes = VectorRecord.encode(VectorRecord.fromPartial(record)).finish();
    batch.add(bytes, 0, bytes.length, collection.state.config);
  }
  return collection.upsert(batch, { mode }, never);
}

/** Reads a record whole, or undefined. */
export function read(collection: Collection, id: string): VectorRecord | undefined {
  const { state } = collection;
  const slot = state.ids.findText(id);
  if (slot < 0) return undefined;
  const { rows } = state;
  const reader = new BodyReader(state.files);
  reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
  const out = new ByteWriter();
  const fields = rows.serverFields(slot);
  projectRecord(reader.bytes, reader.start, reader.end, RecordMask.all, fields, out);
  return VectorRecord.decode(out.finish());
}

/** Reads every record, by id. */
export function readAll(collection: Collection): Map<string, VectorRecord> {
  const records = new Map<string, VectorRecord>();
  for (const slot of collection.order.slots()) {
    const id = collection.state.ids.text(slot);
    const record = read(collection, id);
    if (record !== undefined) records.set(id, record);
  }
  return records;
}
