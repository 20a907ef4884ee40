/** Log files for tests, written by the real writer, and what reading them gives. */
import type { LogIdentity } from '../../../src/log/header.js';
import { LogFile } from '../../../src/log/log-file.js';
import { type ExpectedLog, type LogRecovery, readLog } from '../../../src/log/read-log.js';
import { type FileSystem, nodeFileSystem } from '../../../src/storage/file-system.js';

export const collectionId = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

export function identityFrom(firstSequence: number, fileNumber = 1): LogIdentity {
  return { collectionId, fileNumber, firstSequence, previousSequence: firstSequence - 1 };
}

/**
 * Writes groups of payloads as a server does, each group followed by a sync; the next group knows
 * that the one before is durable. Returns where each entry ends, the header's end first.
 */
export async function writeLog(
  path: string,
  groups: readonly (readonly Uint8Array[])[],
  firstSequence = 1,
  fs: FileSystem = nodeFileSystem,
): Promise<number[]> {
  const log = await LogFile.create(fs, path, identityFrom(firstSequence));
  const ends = [log.length];
  let sequence = firstSequence - 1;
  for (const group of groups) {
    const durableSequence = sequence;
    const entries = group.map((payload) => ({
      sequence: ++sequence,
      durableSequence,
      payload: [payload],
    }));
    const offsets = await log.append(entries);
    await log.sync();
    offsets.forEach((offset, i) => {
      ends.push(offset + group[i].length);
    });
  }
  await log.close();
  return ends;
}

export interface Read {
  payloads: Buffer[];
  sequences: number[];
  offsets: number[];
  recovery: LogRecovery;
}

/** Reads a log file as the last one, unless told otherwise; copies what it hands out. */
export async function readAll(
  path: string,
  options: { last?: boolean; expected?: Partial<ExpectedLog>; fs?: FileSystem } = {},
): Promise<Read> {
  const read = { payloads: [] as Buffer[], sequences: [] as number[], offsets: [] as number[] };
  const recovery = await readLog(
    options.fs ?? nodeFileSystem,
    path,
    { collectionId, firstSequence: 1, ...options.expected },
    ({ sequence, payload, payloadOffset }) => {
      read.payloads.push(Buffer.from(payload));
      read.sequences.push(sequence);
      read.offsets.push(payloadOffset);
    },
    { last: options.last ?? true },
  );
  return { ...read, recovery };
}
