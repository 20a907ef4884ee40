/**
 * Reads a binary snapshot as a stream of blocks of records.
 *
 * Invariants: of a sealed part only bytes whose checksum has been verified are handed out; that the
 * file is whole (footers, counts, digests) is known only when the last block has been followed by
 * the end without an error, so whoever must not act on half a file keeps what it reads aside until
 * then. Never decodes a record, never looks for duplicate ids.
 */
import { BlockReader, type ReadOptions, type SnapshotBlock } from './block-reader.js';
import { ByteWindow, type SnapshotSource } from './byte-window.js';

export type { ReadOptions, SnapshotBlock } from './block-reader.js';
export type { SnapshotSource } from './byte-window.js';
export type { PartInfo } from './snapshot-part.js';

/**
 * Yields the blocks of all parts in order, at least one for each part. Throws SERIALIZATION_ERROR,
 * with file and offset, for everything that is not a whole, valid snapshot. Does not close `source`.
 */
export async function* readSnapshot(
  source: SnapshotSource,
  options: ReadOptions = {},
): AsyncGenerator<SnapshotBlock, void, undefined> {
  const window = await ByteWindow.open(source);
  try {
    const reader = new BlockReader(window, options);
    await reader.open();
    for (let block = await reader.next(); block !== undefined; block = await reader.next()) {
      yield block;
    }
  } finally {
    await window.settle();
  }
}
