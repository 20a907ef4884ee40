/** Writes and reads snapshot files for measurements, as the server does. */

import { Metric } from '../../src/gen/protovec/v1/collection.js';
import { SnapshotFormat } from '../../src/gen/protovec/v1/persistence.js';
import { RecordScan, scanStored } from '../../src/record/scan.js';
import { createSnapshotWriter, type SnapshotEncoding } from '../../src/snapshot/create-writer.js';
import type { SnapshotHeader } from '../../src/snapshot/snapshot-header.js';
import { readSnapshot } from '../../src/snapshot/snapshot-reader.js';
import { type File, nodeFileSystem } from '../../src/storage/file-system.js';
import { type Bodies, dimension } from './bodies.js';

export const encodings = {
  binary: { format: SnapshotFormat.BINARY, compressed: false },
  compressed: { format: SnapshotFormat.BINARY, compressed: true },
  json: { format: SnapshotFormat.JSON, compressed: false },
} as const satisfies Record<string, SnapshotEncoding>;
export type EncodingName = keyof typeof encodings;

export const header: SnapshotHeader = {
  dimension,
  createdAt: { seconds: 1_700_000_000n, nanos: 0 },
  collection: 'bench',
  metric: Metric.COSINE,
  embeddingModel: '',
  logSequence: 1,
};

/** Writes records `from` up to `to` to a new file and makes it durable; returns its length. */
export async function writeFile(
  path: string,
  bodies: Bodies,
  [from, to]: readonly [number, number],
  encoding: SnapshotEncoding,
): Promise<number> {
  const file = await nodeFileSystem.open(path, 'create');
  try {
    const writer = createSnapshotWriter(file, header, encoding);
    for (let i = from; i < to; i++) {
      const body = bodies.body(i);
      const flushed = writer.record(body, 0, body.length);
      if (flushed !== undefined) await flushed;
    }
    const { size } = await writer.finish();
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** Reads a file, every record scanned as a start of the server does; returns their number. */
export async function readFile(path: string, options: { scan: boolean }): Promise<number> {
  return inFile(path, async (file) => {
    const scan = new RecordScan();
    let count = 0;
    for await (const block of readSnapshot(file, { verifyDigest: false })) {
      count += block.count;
      if (!options.scan) continue;
      for (let i = 0; i < block.count; i++) {
        scanStored(block.bytes, block.records[i * 2], block.records[i * 2 + 1], scan);
      }
    }
    return count;
  });
}

export async function inFile<T>(path: string, use: (file: File) => Promise<T>): Promise<T> {
  const file = await nodeFileSystem.open(path, 'read');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
