/**
 * Walks the records of a merge's staged file, a sealed binary snapshot of our own, in slices
 * between which everything else of the thread gets its turns.
 */
import { join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import { RecordScan, scanStored } from '../../record/scan.js';
import { readSnapshot, type SnapshotBlock } from '../../snapshot/snapshot-reader.js';
import type { File } from '../../storage/file-system.js';
import { type Place, stageDirectory } from '../place.js';
import { nextTurn } from '../turns.js';

const SLICE_MS = 4;
/** Records between two looks at the clock. */
const LOOK_RECORDS = 64;

/** Opens a staged file. Missing: STORAGE_CORRUPTED. */
export async function openStaged(place: Place, name: string): Promise<File> {
  const path = join(stageDirectory(place), name);
  try {
    return await place.fileSystem.open(path, 'read');
  } catch (cause) {
    // The collection was deleted meanwhile.
    if (cause instanceof ProtovecError && cause.reason === 'COLLECTION_NOT_FOUND') throw cause;
    const message = `${path}, which the log refers to, cannot be opened`;
    throw new ProtovecError('STORAGE_CORRUPTED', message, { metadata: { file: path }, cause });
  }
}

export interface WalkOptions {
  /** What the file's digest must be; absent when the file was written a moment ago. */
  readonly sha256?: Uint8Array | undefined;
  /** Awaited after each block, with the number of records walked so far. */
  readonly between?: (walked: number) => Promise<void> | void;
}

/**
 * Calls `visit` with each record in order: the block that holds it, its start and end there, and
 * what a scan found. Block and scan are used again after the call.
 */
export async function walkStaged(
  file: File,
  options: WalkOptions,
  visit: (block: SnapshotBlock, start: number, end: number, scan: RecordScan) => void,
): Promise<void> {
  const { sha256, between } = options;
  const name = file.path;
  const check = sha256 === undefined ? { name, verifyDigest: false } : { name, sha256 };
  const scan = new RecordScan();
  let walked = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for await (const block of readSnapshot(file, check)) {
    for (let record = 0; record < block.count; record += 1) {
      const start = block.records[record * 2];
      const end = block.records[record * 2 + 1];
      scanStored(block.bytes, start, end, scan);
      visit(block, start, end, scan);
      walked += 1;
      if (walked % LOOK_RECORDS !== 0 || performance.now() < sliceEnd) continue;
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    await between?.(walked);
    await nextTurn();
    sliceEnd = performance.now() + SLICE_MS;
  }
}
