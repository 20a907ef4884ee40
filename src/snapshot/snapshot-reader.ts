/**
 * Reads a snapshot of any encoding as a stream of blocks of records.
 *
 * Invariants: of a sealed binary part only bytes whose checksum has been verified are handed out;
 * that the file is whole (footers, counts, digests) is known only when the last block has been
 * followed by the end without an error, so whoever must not act on half a file keeps what it reads
 * aside until then. Never looks for duplicate ids.
 */
import { BlockReader } from './binary/block-reader.js';
import { ByteWindow, type SnapshotSource } from './binary/byte-window.js';
import { type InflatedFragment, readFragment } from './binary/fragment.js';
import { damaged } from './format.js';
import { readJson } from './json/json-reader.js';
import type { FileBlock, ReadOptions, SnapshotBlock } from './snapshot-block.js';
import { encodingOf, openingBytes } from './snapshot-opening.js';

export type { SnapshotSource } from './binary/byte-window.js';
export type { PartInfo } from './binary/snapshot-part.js';
export type { ReadOptions, SnapshotBlock } from './snapshot-block.js';

/** What errors call a file whose name the caller does not say. */
const defaultName = 'snapshot';

/**
 * Yields the blocks of all parts in order, at least one for each part. Throws SERIALIZATION_ERROR,
 * with file and offset, for everything that is not a whole, valid snapshot. Does not close `source`.
 */
export async function* readSnapshot(
  source: SnapshotSource,
  options: ReadOptions = {},
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const name = options.name ?? defaultName;
  const window = await ByteWindow.open(source);
  try {
    while (window.end < openingBytes && !window.atEnd) await window.more();
    if (openingOf(window, name) === 'json') yield* readJson(source, { ...options, name });
    else yield* readBinary(window, { ...options, name });
  } finally {
    await window.settle();
  }
}

function openingOf(window: ByteWindow, name: string): ReturnType<typeof encodingOf> {
  try {
    return encodingOf(window.bytes.subarray(window.start, Math.min(window.end, openingBytes)));
  } catch (error) {
    throw damaged(name, 0, messageOf(error), error);
  }
}

async function* readBinary(
  window: ByteWindow,
  options: ReadOptions & { name: string },
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const reader = new BlockReader(window, options);
  for (let block = await reader.next(); block !== undefined; block = await reader.next()) {
    if (block.fragments === 0) yield block;
    else yield* inflated(block, options.name);
  }
}

/** The blocks of `block`: its fragments, and the records between them, in the order of the file. */
async function* inflated(
  block: FileBlock,
  name: string,
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const { part, bytes, offset, records, count } = block;
  let next = 0;
  for (let i = 0; i < count; i++) {
    const start = ~records[i * 2];
    if (start < 0) continue;
    if (i > next) yield recordsBetween(block, next, i);
    next = i + 1;
    let fragment: InflatedFragment;
    try {
      fragment = await readFragment(bytes.subarray(start, records[i * 2 + 1]));
    } catch (error) {
      throw damaged(name, offset + start, messageOf(error), error);
    }
    yield { part, ...fragment, offset: offset + start, inPlace: false };
  }
  if (count > next) yield recordsBetween(block, next, count);
}

function recordsBetween(block: FileBlock, from: number, to: number): SnapshotBlock {
  const { part, bytes, offset } = block;
  const records = block.records.subarray(from * 2, to * 2);
  return { part, bytes, offset, inPlace: true, records, count: to - from };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
