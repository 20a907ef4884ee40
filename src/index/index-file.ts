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
import type { IndexConfig } from '../gen/protovec/v1/index.js';
import { limits } from '../limits.js';
import { publishFile } from '../storage/atomic-file.js';
import { crc32 } from '../storage/checksum.js';
import type { File, FileSystem } from '../storage/file-system.js';
import { HnswIndex } from './hnsw-index.js';
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

/** The keys of the base's records, or undefined when the graph holds a record that it lacks. */
function keysOfBase(index: HnswIndex, base: IndexBase): Uint32Array | undefined {
  const keys = new Uint32Array(base.recordCount).fill(noKey);
  let found = 0;
  for (let ordinal = 0; ordinal < base.recordCount; ordinal++) {
    const slot = base.slotAt(ordinal);
    if (slot < 0) continue;
    keys[ordinal] = index.graphKey(slot);
    if (keys[ordinal] !== noKey) found++;
  }
  return found === index.indexedCount ? keys : undefined;
}

function encodeKeys(keys: Uint32Array): Buffer {
  const bytes = Buffer.alloc(keys.length * 4 + 4);
  for (let i = 0; i < keys.length; i++) bytes.writeUInt32LE(keys[i], i * 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, keys.length * 4)), keys.length * 4);
  return bytes;
}

/**
 * Saves graph and keys as `index-<sequence>.usearch` and `.keys`, durably, replacing files of these
 * names. Blocks its thread while the graph is written. Returns what the manifest has to list, or
 * undefined when nothing was saved: the graph is empty or holds records that are not in the base
 * (make a checkpoint first). Throws STORAGE_FULL.
 */
export async function saveIndex(
  fs: FileSystem,
  directory: string,
  index: HnswIndex,
  dimension: number,
  base: IndexBase,
): Promise<IndexFile | undefined> {
  if (index.indexedCount === 0 || keysOfBase(index, base) === undefined) return undefined;
  await requireRoom(fs, directory, index, dimension);
  const name = `index-${base.sequence}`;
  const uncovered = new Error('the base lacks records of the graph');
  let keys: Uint32Array = new Uint32Array(0);
  let sha256: Buffer = Buffer.alloc(0);
  try {
    await publishFile(fs, join(directory, `${name}.usearch`), async (file) => {
      // Keys and graph are taken in one go: writes may have come since the check above.
      const taken = keysOfBase(index, base);
      if (taken === undefined) throw uncovered;
      keys = taken;
      index.saveGraph(file.path);
      sha256 = await digestOf(file);
    });
  } catch (error) {
    if (error === uncovered) return undefined;
    throw error;
  }
  await publishFile(fs, join(directory, `${name}.keys`), (file) =>
    file.write([encodeKeys(keys)], 0),
  );
  return {
    file: `${name}.usearch`,
    sha256,
    keysFile: `${name}.keys`,
    baseSequence: BigInt(base.sequence),
    indexedRecords: BigInt(keys.reduce((sum, key) => sum + (key === noKey ? 0 : 1), 0)),
  };
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

/** The keys, or what is wrong with their file. */
async function readKeys(file: File, recordCount: number): Promise<Uint32Array | string> {
  const length = recordCount * 4;
  const size = await file.size();
  if (size !== length + 4) return `it has ${size} bytes instead of ${length + 4}`;
  const bytes = Buffer.alloc(length + 4);
  const read = await file.read(bytes, 0);
  if (read !== bytes.length) return `it ends after ${read} bytes`;
  if (crc32(bytes.subarray(0, length)) !== bytes.readUInt32LE(length))
    return 'its checksum differs';
  const keys = new Uint32Array(recordCount);
  for (let i = 0; i < recordCount; i++) {
    keys[i] = bytes.readUInt32LE(i * 4);
    if (keys[i] >= keyMax && keys[i] !== noKey) return `the key ${keys[i]} is out of range`;
  }
  return keys;
}

/**
 * Takes back the index that the manifest lists. The arena holds the base: slot i is the record at
 * position i. Records that were not in the graph become pending. `config` without zero values; it
 * must be the one that the index was saved with. Damage and unreadable files give a reason.
 */
export async function loadIndex(
  fs: FileSystem,
  directory: string,
  entry: IndexFile,
  recordCount: number,
  arena: VectorArena,
  config: IndexConfig,
): Promise<LoadedIndex> {
  let reading = entry.keysFile;
  try {
    const keys = await withFile(fs, join(directory, reading), (file) =>
      readKeys(file, recordCount),
    );
    if (typeof keys === 'string') return { reason: `${reading}: ${keys}` };
    reading = entry.file;
    const sha256 = await withFile(fs, join(directory, reading), digestOf);
    if (!sha256.equals(entry.sha256)) return { reason: `${reading}: its SHA-256 differs` };
    const index = new HnswIndex(arena, config);
    const wrong = index.loadGraph(join(directory, reading), keys);
    return wrong === undefined ? { index } : { reason: `${reading}: ${wrong}` };
  } catch (error) {
    return { reason: `${reading}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
