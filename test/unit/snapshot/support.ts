/** Snapshots in memory and on disk for the tests of this folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import type { WrittenSnapshot } from '../../../src/snapshot/binary/sealed-sink.js';
import { SnapshotWriter } from '../../../src/snapshot/binary/snapshot-writer.js';
import {
  createSnapshotWriter,
  type SnapshotEncoding,
} from '../../../src/snapshot/create-writer.js';
import type { SnapshotHeader } from '../../../src/snapshot/snapshot-header.js';
import {
  type ReadOptions,
  readSnapshot,
  type SnapshotSource,
} from '../../../src/snapshot/snapshot-reader.js';
import type { File } from '../../../src/storage/file-system.js';

export function headerOf(fields: Partial<SnapshotHeader> = {}): SnapshotHeader {
  return {
    dimension: 3,
    indexConfig: undefined,
    createdAt: { seconds: 1_700_000_000n, nanos: 123_456_789 },
    collection: 'docs',
    metric: Metric.COSINE,
    embeddingModel: 'model-a',
    logSequence: 42,
    ...fields,
  };
}

/** The encoded record with this id and any other fields. */
export function bodyOf(id: string, fields: Partial<VectorRecord> = {}): Buffer {
  const record = VectorRecord.fromPartial({ id, embedding: [1, -0.5, 0.25], ...fields });
  return Buffer.from(VectorRecord.encode(record).finish());
}

/** Runs `use` in a directory that is removed afterwards. */
export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'protovec-snapshot-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a writer writes to a new file, which is kept in memory: thousands are written here. */
export async function written<T>(
  write: (file: File) => Promise<T>,
): Promise<{ bytes: Buffer; result: T }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const file = {
    async sync() {},
    async write(added: readonly Uint8Array[], position: number) {
      expect(position).to.equal(length);
      for (const piece of added) {
        pieces.push(Buffer.from(piece));
        length += piece.length;
      }
    },
  };
  const result = await write(file as unknown as File);
  return { bytes: Buffer.concat(pieces), result };
}

/** A sealed snapshot of one part; `offsets` are those that the writer gave for the bodies. */
export async function sealed(
  bodies: readonly Uint8Array[],
  header: SnapshotHeader = headerOf(),
): Promise<{ bytes: Buffer; offsets: number[]; result: WrittenSnapshot }> {
  const offsets: number[] = [];
  const { bytes, result } = await written(async (file) => {
    const writer = new SnapshotWriter(file, header);
    for (const body of bodies) {
      const flushed = writer.record(body, 0, body.length);
      offsets.push(writer.bodyOffset);
      if (flushed !== undefined) await flushed;
    }
    return writer.finish();
  });
  return { bytes, offsets, result };
}

/** The encodings by the names that tests give them. */
export const encodings = {
  binary: { format: SnapshotFormat.BINARY, compressed: false },
  compressed: { format: SnapshotFormat.BINARY, compressed: true },
  json: { format: SnapshotFormat.JSON, compressed: false },
} as const satisfies Record<string, SnapshotEncoding>;

/** A snapshot of one part in any encoding. */
export async function encoded(
  encoding: SnapshotEncoding,
  bodies: readonly Uint8Array[],
  header: SnapshotHeader = headerOf(),
): Promise<Buffer> {
  const { bytes } = await written(async (file) => {
    const writer = createSnapshotWriter(file, header, encoding);
    for (const body of bodies) await writer.record(body, 0, body.length);
    return writer.finish();
  });
  return bytes;
}

export function sourceOf(bytes: Uint8Array): SnapshotSource {
  return {
    async read(target, position) {
      const piece = bytes.subarray(position, position + target.length);
      target.set(piece);
      return piece.length;
    },
    size: async () => bytes.length,
  };
}

/** What reading gave: everything, or what came before the error. */
export interface Outcome {
  bodies: Buffer[];
  offsets: number[];
  headers: SnapshotHeader[];
  sealed: boolean[];
  error: ProtovecError | undefined;
}

export async function readAll(bytes: Uint8Array, options: ReadOptions = {}): Promise<Outcome> {
  const outcome: Outcome = { bodies: [], offsets: [], headers: [], sealed: [], error: undefined };
  try {
    for await (const { part, bytes: block, offset, records, count } of readSnapshot(
      sourceOf(bytes),
      options,
    )) {
      outcome.headers[part.index] = part.header;
      outcome.sealed[part.index] = part.sealed;
      for (let i = 0; i < count; i++) {
        outcome.bodies.push(Buffer.from(block.subarray(records[i * 2], records[i * 2 + 1])));
        outcome.offsets.push(offset + records[i * 2]);
      }
    }
  } catch (error) {
    if (!(error instanceof ProtovecError)) throw error;
    outcome.error = error;
  }
  return outcome;
}

/** Asserts that reading fails as damaged or foreign bytes must, with `message` in the message. */
export async function expectRefused(
  bytes: Uint8Array,
  message: string | RegExp,
  options: ReadOptions = {},
): Promise<ProtovecError> {
  const { error } = await readAll(bytes, options);
  expect(error?.reason).to.equal('SERIALIZATION_ERROR');
  expect(error?.message).to.match(message instanceof RegExp ? message : new RegExp(message));
  expect(error?.metadata).to.include.keys('file', 'offset');
  return error!;
}

/** The ProtovecError that `run` is rejected with. */
export async function rejection(run: Promise<unknown>): Promise<ProtovecError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error('expected a ProtovecError');
}
