/**
 * Saves the graph of an index beside the base and takes it back at a start. The saved index is
 * derived: whatever is wrong with it, the caller builds the index again, so damage is returned as a
 * reason and never thrown.
 *
 * Invariant: the digest of the graph file is verified before the native library sees the file,
 * because a damaged one can end the process. Never loads a file that this store did not write.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ProtovecError } from '../errors.js';
import type { IndexFile } from '../gen/protovec/storage/v1/manifest.js';
import { limits } from '../limits.js';
import { publishFile } from '../storage/atomic-file.js';
import { crc32 } from '../storage/checksum.js';
import type { File, FileSystem } from '../storage/file-system.js';
import { HnswIndex } from './hnsw-index.js';
import { resolveIndexConfig } from './index-config.js';
import { noKey } from './key-table.js';
import type { VectorArena } from './vector-arena.js';

const digestChunkBytes = 1024 * 1024;
/** No collection has so many slots; a table for larger keys would only exhaust memory. */
const keyMax = 2 ** 28;

/** The base whose records the key file lists. */
export interface IndexBase {
  /** Log sequence of the base. */
  readonly sequence: number;
  readonly recordCount: number;
  /** The slot that holds the record at a position of the base, or -1 when it was deleted since. */
  slotAt(ordinal: number): number;
}

/** An index that was taken back, or the reason why it has to be built again. */
export type LoadedIndex = { readonly index: HnswIndex } | { readonly reason: string };

async function digestOf(file: File): Promise<Buffer> {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(digestChunkBytes);
  let position = 0;
  for (;;) {
    const count = await file.read(chunk, position);
    hash.update(chunk.subarray(0, count));
    position += count;
    if (count < chunk.length) return hash.digest();
  }
}

// usearch does not see every failure to write, so it is not let near a full disk.
async function requireRoom(
  fs: FileSystem,
  directory: string,
  index: HnswIndex,
  dimension: number,
): Promise<void> {
  const nodeBytes = dimension * 4 + index.config.connectivity * 16 + 64;
  const wanted = index.indexedCount * nodeBytes + limits.freeBytesMin;
  const free = await fs.freeBytes(directory);
  if (free >= wanted) return;
  throw new ProtovecError(
    'STORAGE_FULL',
    `the index is not saved: it needs up to ${wanted} bytes and ${free} are free; ` +
      'it will be built again at the next start unless room is made',
  );
}

/** What the graph file that was saved last means to a base. */
interface BaseKeys {
  /** By position in the base; `noKey` for a record that the file lacks. */
  readonly keys: Uint32Array;
  readonly found: number;
  /** Keys of the file that stand for no record of the base. */
  readonly others: Uint32Array;
}

/** What the saved file means to the base now; undefined when it has none of its records. */
function keysOfBase(index: HnswIndex, base: IndexBase): BaseKeys | undefined {
  const { saved } = index;
  const keys = new Uint32Array(base.recordCount).fill(noKey);
  let found = 0;
  for (let ordinal = 0; ordinal < base.recordCount; ordinal++) {
    const slot = base.slotAt(ordinal);
    if (slot < 0) continue;
    keys[ordinal] = index.savedKey(slot);
    if (keys[ordinal] !== noKey) found++;
  }
  if (saved === undefined || found === 0) return undefined;
  return { keys, found, others: saved.without(keys) };
}

function encodeKeys({ keys, others }: BaseKeys): Buffer {
  const length = (keys.length + others.length) * 4;
  const bytes = Buffer.alloc(length + 4);
  for (let i = 0; i < keys.length; i++) bytes.writeUInt32LE(keys[i], i * 4);
  for (let i = 0; i < others.length; i++) bytes.writeUInt32LE(others[i], (keys.length + i) * 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, length)), length);
  return bytes;
}

/**
 * Saves graph and keys as `index-<sequence>.usearch` and `.keys`, durably, under names that are not
 * those of `current`. Blocks its thread while the graph is written. Returns what the manifest has to
 * list, or undefined when nothing was saved: the graph has no record of the base. Throws
 * STORAGE_FULL.
 */
export async function saveIndex(
  fs: FileSystem,
  directory: string,
  index: HnswIndex,
  dimension: number,
  base: IndexBase,
  current?: IndexFile,
): Promise<IndexFile | undefined> {
  if (index.indexedCount === 0) return undefined;
  await requireRoom(fs, directory, index, dimension);
  let name = `index-${base.sequence}`;
  if (isNamed(current, name)) name += '-again';
  let taken: BaseKeys | undefined;
  let tombstones = 0;
  let sha256: Buffer = Buffer.alloc(0);
  try {
    await publishFile(fs, join(directory, `${name}.usearch`), async (file) => {
      // Graph and keys are taken in one go, because writes go on.
      index.saveGraph(file.path);
      taken = keysOfBase(index, base);
      tombstones = index.tombstoneCount;
      sha256 = await digestOf(file);
    });
    if (taken === undefined) {
      await fs.remove(join(directory, `${name}.usearch`));
      index.forgetSaved();
      return undefined;
    }
    const bytes = encodeKeys(taken);
    await publishFile(fs, join(directory, `${name}.keys`), (file) => file.write([bytes], 0));
    return {
      file: `${name}.usearch`,
      sha256,
      keysFile: `${name}.keys`,
      baseSequence: BigInt(base.sequence),
      indexedRecords: BigInt(taken.found),
      graphRecords: BigInt(taken.found + taken.others.length),
      config: index.config,
      graphTombstones: BigInt(tombstones),
    };
  } catch (error) {
    index.forgetSaved();
    throw error;
  }
}

/**
 * Makes a graph file that was saved with an earlier base one of the new base, by a new file of keys
 * alone. `entry`: what the manifest lists; the graph file must be the last that `index` saved or
 * loaded. Returns what the manifest has to list with the new base, or undefined when the graph file
 * has no record of it any more.
 */
export async function keepIndex(
  fs: FileSystem,
  directory: string,
  index: HnswIndex,
  base: IndexBase,
  entry: IndexFile,
): Promise<IndexFile | undefined> {
  const taken = keysOfBase(index, base);
  if (taken === undefined) return undefined;
  const keysFile = `index-${base.sequence}.keys`;
  const bytes = encodeKeys(taken);
  await publishFile(fs, join(directory, keysFile), (file) => file.write([bytes], 0));
  const indexedRecords = BigInt(taken.found);
  return { ...entry, keysFile, baseSequence: BigInt(base.sequence), indexedRecords };
}

function isNamed(entry: IndexFile | undefined, name: string): boolean {
  return entry?.file === `${name}.usearch` || entry?.keysFile === `${name}.keys`;
}

async function withFile<T>(
  fs: FileSystem,
  path: string,
  use: (file: File) => Promise<T>,
): Promise<T> {
  const file = await fs.open(path, 'read');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** The keys of the base and the others, or what is wrong with their file. */
async function readKeys(
  file: File,
  recordCount: number,
  otherCount: number,
): Promise<{ keys: Uint32Array; others: Uint32Array } | string> {
  const length = (recordCount + otherCount) * 4;
  const size = await file.size();
  if (size !== length + 4) return `it has ${size} bytes instead of ${length + 4}`;
  const bytes = Buffer.alloc(length + 4);
  const read = await file.read(bytes, 0);
  if (read !== bytes.length) return `it ends after ${read} bytes`;
  if (crc32(bytes.subarray(0, length)) !== bytes.readUInt32LE(length))
    return 'its checksum differs';
  const all = new Uint32Array(recordCount + otherCount);
  for (let i = 0; i < all.length; i++) {
    all[i] = bytes.readUInt32LE(i * 4);
    const none = all[i] === noKey && i < recordCount;
    if (all[i] >= keyMax && !none) return `the key ${all[i]} is out of range`;
  }
  return { keys: all.subarray(0, recordCount), others: all.subarray(recordCount) };
}

/**
 * Takes back the index that the manifest lists. The arena holds the base: slot i is the record at
 * position i. Records that were not in the graph become pending. The index has the configuration
 * that it was saved with. Damage and unreadable files give a reason.
 */
export async function loadIndex(
  fs: FileSystem,
  directory: string,
  entry: IndexFile,
  recordCount: number,
  arena: VectorArena,
): Promise<LoadedIndex> {
  let reading = entry.keysFile;
  const { config } = entry;
  if (config === undefined) return { reason: `${entry.file}: nothing says what it was built with` };
  const others = Number(entry.graphRecords - entry.indexedRecords);
  if (others < 0) return { reason: `${reading}: it lists more records than the graph has` };
  try {
    const read = await withFile(fs, join(directory, reading), (file) =>
      readKeys(file, recordCount, others),
    );
    if (typeof read === 'string') return { reason: `${reading}: ${read}` };
    reading = entry.file;
    const sha256 = await withFile(fs, join(directory, reading), digestOf);
    if (!sha256.equals(entry.sha256)) return { reason: `${reading}: its SHA-256 differs` };
    const built = resolveIndexConfig(config, arena.metric, 'config');
    const index = new HnswIndex(arena, built);
    const path = join(directory, reading);
    const tombstones = Number(entry.graphTombstones);
    const wrong = index.loadGraph(path, read.keys, read.others, tombstones);
    return wrong === undefined ? { index } : { reason: `${reading}: ${wrong}` };
  } catch (error) {
    return { reason: `${reading}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
