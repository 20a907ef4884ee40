/** Records and checks of the tests of what a data directory survives. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type {
  Client,
  Collection,
  StoredRecord,
  VectorRecord,
} from '../../clients/typescript/src/index.js';
import { all, vectorOf } from '../support/client.js';

/** Of every collection here. */
export const dimension = 16;

/** Records r<from> up to r<to>; the same numbers give the same records. */
export function recordsOf(from: number, to: number, title = ''): VectorRecord[] {
  return Array.from({ length: to - from }, (_, i) => ({
    id: `r${from + i}`,
    title,
    content: `content ${from + i}`,
    embedding: vectorOf(from + i, dimension),
    metadata: { n: from + i },
  }));
}

/** Every record with its times and its revision, by id. */
export function contentOf(docs: Collection): Promise<StoredRecord[]> {
  return all(docs.list({ pageSize: 1_000 }));
}

/** Expects each of these records to be the nearest one to its own embedding. */
export async function expectSearchable(docs: Collection, records: readonly VectorRecord[]) {
  for (const { id, embedding } of records) {
    const { hits } = await docs.search({ vector: embedding!, limit: 1 });
    expect(hits.map((hit) => [hit.id, hit.distance])).deep.equals([[id, 0]]);
  }
}

/** Path of the collection's only file whose name starts with `prefix`. */
export async function fileOf(data: string, docs: Collection, prefix: string): Promise<string> {
  const directory = join(data, 'collections', (await docs.describe()).id);
  const names = (await readdir(directory)).filter((name) => name.startsWith(prefix));
  expect(names, prefix).lengthOf(1);
  return join(directory, names[0]!);
}

/** Flips one bit of a file; negative offsets count from its end. */
export async function flipByte(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset < 0 ? bytes.length + offset : offset]! ^= 0x10;
  await writeFile(path, bytes);
}

/** Creates a collection whose distances are 0 for the same vector. */
export const open = async (client: Client, name: string): Promise<Collection> => {
  await client.createCollection(name, { dimension, metric: 'euclidean' });
  return client.collection(name);
};
/** Resolves when the idle marker covers what was written last. */
export const marker = () => new Promise((resolve) => setTimeout(resolve, 400));
