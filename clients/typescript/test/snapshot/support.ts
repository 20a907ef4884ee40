/** Snapshot files in memory and on disk for the tests of this folder. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ProtovecError, type VectorRecord as Written } from '../../src/index.js';
import { fromMetadataValue } from '../../src/metadata-value.js';
import { VectorRecord } from '../../src/raw.js';
import {
  type OpenOptions,
  openSnapshot,
  type SnapshotFile,
  type SnapshotRecord,
} from '../../src/snapshot/index.js';
import { toDate } from '../../src/timestamp.js';

/** Path of a golden file. */
export const goldenPath = (name: string) =>
  fileURLToPath(new URL(`../../../../test/golden/${name}`, import.meta.url));

export const golden = (name: string): Buffer => readFileSync(goldenPath(name));

/** The golden files that have checksums. */
export const sealedFiles = [
  'snapshot-v1.pb',
  'snapshot-v1.compressed.pb',
  'snapshot-v1.two-parts.pb',
] as const;

/** Runs `use` in a directory that is removed afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-file-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The bytes in chunks of so many, as a source gives them. */
export async function* chunksOf(
  bytes: Uint8Array,
  length = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** What reading gave: everything, or what came before the error. */
export interface Outcome {
  file: SnapshotFile | undefined;
  records: SnapshotRecord[];
  error: ProtovecError | undefined;
}

/** Reads all of it. Whatever is thrown and is no ProtovecError fails the test. */
export async function readAll(
  bytes: Uint8Array,
  options: OpenOptions = {},
  chunk?: number,
): Promise<Outcome> {
  const outcome: Outcome = { file: undefined, records: [], error: undefined };
  try {
    outcome.file = await openSnapshot(chunksOf(bytes, chunk), options);
    for await (const record of outcome.file) outcome.records.push(record);
  } catch (error) {
    if (!(error instanceof ProtovecError)) throw error;
    outcome.error = error;
  }
  return outcome;
}

/** Asserts that reading fails as damage does, with `message` in the message. */
export async function expectDamage(
  bytes: Uint8Array,
  message: string | RegExp,
  options: OpenOptions = {},
): Promise<ProtovecError> {
  const { error } = await readAll(bytes, options);
  if (error === undefined) return expect.fail('the file was read as whole');
  expect(error).to.include({ codeName: 'DATA_LOSS', reason: 'STORAGE_CORRUPTED' });
  expect(error.message).to.match(message instanceof RegExp ? message : new RegExp(message));
  expect(error.metadata).to.have.all.keys('file', 'offset', 'records_read');
  return error;
}

/** The ProtovecError that `run` is rejected with. */
export async function rejection(run: Promise<unknown>): Promise<ProtovecError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  return expect.fail('expected a ProtovecError');
}

/** A record so that deep equality tells every difference: floats by their bits, doubles by sign. */
export function comparable(record: SnapshotRecord) {
  const { embedding, metadata, ...rest } = record;
  const kinds = Object.entries(metadata).map(([key, value]) => [
    key,
    typeof value,
    Object.is(value, -0) ? '-0' : value,
  ]);
  return { ...rest, embedding: [...new Uint32Array(embedding.slice().buffer)], kinds };
}

/** What the client is to make of a generated message. */
export function fromProto(record: VectorRecord): SnapshotRecord {
  const { id, content, title, filePath, extension, createTime, updateTime, revision } = record;
  const metadata = {};
  for (const [key, value] of record.metadata) {
    Object.defineProperty(metadata, key, {
      value: fromMetadataValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return {
    id,
    content,
    title,
    metadata,
    embedding: Float32Array.from(record.embedding),
    ...(filePath !== undefined && { filePath }),
    ...(extension !== undefined && { extension }),
    ...(createTime && { createTime: toDate(createTime) }),
    ...(updateTime && { updateTime: toDate(updateTime) }),
    ...(revision !== 0n && { revision: Number(revision) }),
  };
}

/** An encoded record with this id and any other fields. */
export function bodyOf(id: string, fields: Partial<VectorRecord> = {}): Uint8Array {
  const record = VectorRecord.fromPartial({ id, embedding: [1, -0.5, 0.25], ...fields });
  return VectorRecord.encode(record).finish();
}

/** Records of about so many bytes each. */
export function* sized(count: number, bytes: number): Generator<Written & { id: string }> {
  for (let i = 0; i < count; i++) {
    yield { id: `r${i}`, content: `${i} `.repeat(bytes / 4), embedding: [1, i, -i] };
  }
}
