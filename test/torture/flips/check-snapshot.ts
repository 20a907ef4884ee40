/** Reads a damaged snapshot as a restore would and tells whether it is refused. */
import { ProtovecError } from '../../../src/errors.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { CheckedRecords } from '../../../src/snapshot/merge/checked-records.js';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { MemoryFileSystem } from '../../unit/storage/memory-file-system.js';
import type { Outcome } from './outcome.js';
import { textOf } from './store.js';

const refusals = ['SERIALIZATION_ERROR', 'INVALID_ARGUMENT', 'INVALID_EMBEDDING'];

/** `records`: what the whole snapshot holds. Throws an Error that says what was broken. */
export async function checkSnapshot(
  path: string,
  bytes: Buffer,
  records: string,
): Promise<Outcome> {
  const disk = new MemoryFileSystem();
  disk.files.set(path, bytes);
  let read: VectorRecord[];
  try {
    read = await recordsOf(disk, path);
  } catch (error) {
    if (error instanceof ProtovecError && refusals.includes(error.reason)) return 'detected';
    throw error;
  }
  if (textOf(read) === records) return 'harmless';
  if (path.endsWith('.json')) return 'changed text';
  throw new Error(`the snapshot is accepted with other records: ${textOf(read)}`);
}

async function recordsOf(disk: MemoryFileSystem, path: string): Promise<VectorRecord[]> {
  const file = await disk.open(path, 'read');
  const read: VectorRecord[] = [];
  let checked: CheckedRecords | undefined;
  for await (const block of readSnapshot(file, { name: path })) {
    checked ??= new CheckedRecords(block.part.header);
    for (let i = 0; i < block.count; i += 1) {
      const [start, end] = [block.records[i * 2], block.records[i * 2 + 1]];
      checked.check(block.bytes, start, end);
      read.push(VectorRecord.decode(block.bytes.slice(start, end)));
    }
  }
  return read;
}
