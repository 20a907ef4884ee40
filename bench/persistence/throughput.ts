/** Throughput of writing and reading snapshots, each beside its limit and in turn with it. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Registry } from '../../src/collection/registry.js';
import { IndexConfig, IndexKind } from '../../src/gen/protovec/v1/index.js';
import { nodeFileSystem } from '../../src/storage/file-system.js';
import { resolveCollectionConfig } from '../../src/wire/collection-config.js';
import { median } from '../support/statistics.js';
import { type Bodies, dimension } from './bodies.js';
import { type EncodingName, encodings, inFile, readFile, writeFile } from './snapshot-files.js';

const MB = 1e6;

/** Bytes per second of a round. */
export async function timed(bytes: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (bytes * 1000) / (performance.now() - start);
}

export interface Throughput {
  readonly what: string;
  /** Medians, in MB (10^6 bytes) per second. */
  readonly mbPerSecond: number;
  readonly limit?: { readonly what: string; readonly mbPerSecond: number };
}

/** Writing: the plain encoding beside a sequential write of as many bytes, both with a sync. */
export async function measureWrite(
  directory: string,
  bodies: Bodies,
  records: number,
  rounds: number,
): Promise<Throughput> {
  const [written, sequential]: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const path = join(directory, 'write.pb');
    let size = records * bodies.meanBytes;
    written.push(
      await timed(size, async () => {
        size = await writeFile(path, bodies, [0, records], encodings.binary);
      }),
    );
    await rm(path);
    sequential.push(await timed(size, () => writeSequentially(path, size)));
    await rm(path);
  }
  return {
    what: 'write a snapshot, synced',
    mbPerSecond: median(written) / MB,
    limit: { what: 'sequential write, synced', mbPerSecond: median(sequential) / MB },
  };
}

async function writeSequentially(path: string, bytes: number): Promise<void> {
  const piece = Buffer.alloc(1 << 20, 'sequential');
  const file = await nodeFileSystem.open(path, 'create');
  try {
    for (let at = 0; at < bytes; at += piece.length) {
      await file.write([piece.subarray(0, bytes - at)], at);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reading a file of the page cache: as it is, with every record scanned, and into a collection. */
export async function measureRead(
  directory: string,
  bodies: Bodies,
  records: number,
  rounds: number,
): Promise<Throughput[]> {
  const path = join(directory, 'read.pb');
  const size = await writeFile(path, bodies, [0, records], encodings.binary);
  const data = join(directory, 'data');
  await fill(data, path);
  const [plain, scanned, opened]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round++) {
    plain.push(await timed(size, () => readFile(path, { scan: false })));
    scanned.push(await timed(size, () => readFile(path, { scan: true })));
    let registry: Registry | undefined;
    opened.push(
      await timed(size, async () => {
        registry = await openRegistry(data);
      }),
    );
    await registry?.close();
  }
  return [
    { what: 'read blocks, checksums verified', mbPerSecond: median(plain) / MB },
    { what: 'read blocks and scan records', mbPerSecond: median(scanned) / MB },
    { what: 'open the collection (flat index)', mbPerSecond: median(opened) / MB },
  ];
}

function openRegistry(dataDirectory: string): Promise<Registry> {
  const notes = (note: string): void => console.error(note);
  return Registry.open({ fileSystem: nodeFileSystem, dataDirectory, owns: () => true, notes });
}

/** Makes a data directory with one collection whose base holds the records of a snapshot. */
async function fill(dataDirectory: string, path: string): Promise<void> {
  await mkdir(dataDirectory);
  const registry = await openRegistry(dataDirectory);
  const index = IndexConfig.fromPartial({ kind: IndexKind.FLAT });
  const config = { dimension, metric: 0, index, embeddingModel: '' };
  await registry.create('bench', resolveCollectionConfig(config));
  const collection = registry.get('bench');
  const staged = await collection.stageMerge(false);
  await inFile(path, (file) => staged.addSnapshot(file, path));
  await collection.merge(await staged.finish(), {}, new AbortController().signal);
  await registry.close();
}

export interface Size {
  readonly encoding: EncodingName;
  readonly bytesPerRecord: number;
  /** Of the records, not of the file. */
  readonly writeMbPerSecond: number;
  readonly readMbPerSecond: number;
}

/** Length and speed of each encoding, of the same records. */
export async function measureSizes(
  directory: string,
  bodies: Bodies,
  records: number,
): Promise<Size[]> {
  const sizes: Size[] = [];
  const bytes = records * bodies.meanBytes;
  for (const encoding of Object.keys(encodings) as EncodingName[]) {
    const path = join(directory, `sizes.${encoding}`);
    const write = await timed(bytes, () =>
      writeFile(path, bodies, [0, records], encodings[encoding]),
    );
    const read = await timed(bytes, () => readFile(path, { scan: true }));
    const { size } = await stat(path);
    await rm(path);
    sizes.push({
      encoding,
      bytesPerRecord: size / records,
      writeMbPerSecond: write / MB,
      readMbPerSecond: read / MB,
    });
  }
  return sizes;
}
