/** Snapshot files in a temporary directory for the tests of this folder. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SnapshotFormat } from '../../../../src/gen/protovec/v1/persistence.js';
import { VectorRecord } from '../../../../src/gen/protovec/v1/record.js';
import type { SnapshotInput } from '../../../../src/snapshot/convert.js';
import type { SnapshotEncoding } from '../../../../src/snapshot/create-writer.js';
import type { SnapshotOutput } from '../../../../src/snapshot/part-writer.js';
import type { SnapshotHeader } from '../../../../src/snapshot/snapshot-header.js';
import { nodeFileSystem } from '../../../../src/storage/file-system.js';
import { bodyOf, headerOf, readAll, sealed, sourceOf } from '../support.js';

export const binary: SnapshotEncoding = { format: SnapshotFormat.BINARY, compressed: false };
export const compressed: SnapshotEncoding = { format: SnapshotFormat.BINARY, compressed: true };
export const json: SnapshotEncoding = { format: SnapshotFormat.JSON, compressed: false };

/** The file of parts, each given as its records and what its header says differently. */
export async function fileOf(
  ...parts: { bodies: readonly Uint8Array[]; header?: Partial<SnapshotHeader> }[]
): Promise<Buffer> {
  const pieces = parts.map(({ bodies, header }) => sealed(bodies, headerOf(header)));
  return Buffer.concat((await Promise.all(pieces)).map(({ bytes }) => bytes));
}

export function inputOf(bytes: Uint8Array, name = 'in.pb', allowUnsealed = false): SnapshotInput {
  return { file: sourceOf(bytes), name, allowUnsealed };
}

export function outputTo(
  path: string,
  encoding: SnapshotEncoding = binary,
  partBytes?: number,
): SnapshotOutput {
  return { fileSystem: nodeFileSystem, path, encoding, partBytes };
}

/** A record with an id, a content and, if given, an update_time in seconds and nanos. */
export function record(id: string, content: string, time?: [number, number]): Buffer {
  const updateTime = time && { seconds: BigInt(time[0]), nanos: time[1] };
  return bodyOf(id, { content, updateTime });
}

/** Ids and contents of the records that are read from a file, in order. */
export async function contentsOf(path: string): Promise<[string, string][]> {
  const { bodies, error } = await readAll(await readFile(path));
  if (error !== undefined) throw error;
  return bodies.map((body) => {
    const { id, content } = VectorRecord.decode(body);
    return [id, content];
  });
}

/** What the header of a file of one part says. */
export async function headerIn(path: string): Promise<SnapshotHeader> {
  const { headers, error } = await readAll(await readFile(path));
  if (error !== undefined || headers.length !== 1) throw error ?? new Error('several parts');
  const [{ createdAt, ...header }] = headers as [SnapshotHeader];
  return { ...header, createdAt: { seconds: createdAt.seconds, nanos: createdAt.nanos } };
}

/** Writes a file and returns its path. */
export async function put(directory: string, name: string, bytes: Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}
