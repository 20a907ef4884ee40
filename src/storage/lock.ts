/**
 * One process per data directory. The kernel holds the lock on the file LOCK and drops it when the
 * process dies, by SIGKILL too, so there are no stale locks to remove. The process id inside is
 * information for people and is never trusted. The file is never removed: a removed one could be
 * locked by one process while another locks its successor.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tryLock } from 'fs-native-extensions';
import { ProtovecError } from '../errors.js';
import { nodeFileSystem } from './file-system.js';

const lockFileName = 'LOCK';
const pidBytesMax = 32;

/** A data directory that is ours until `release`, or until this process ends. */
export interface DirectoryLock {
  /** Gives the directory up; again is fine. */
  release(): Promise<void>;
}

/**
 * Makes the directory when it is missing and locks it. Throws INVALID_ARGUMENT when that is not
 * possible, and ALREADY_EXISTS, with the path and the process id of the holder, when another process
 * (or this one) has it.
 */
export async function lockDataDirectory(directory: string): Promise<DirectoryLock> {
  try {
    await nodeFileSystem.makeDirectory(directory);
  } catch (error) {
    throw unusable(directory, error as Error);
  }
  const path = join(directory, lockFileName);
  // A bare descriptor: a FileHandle that is collected would close, and so unlock, the file.
  const { O_RDWR, O_CREAT } = fs.constants;
  const descriptor = await promisify(fs.open)(path, O_RDWR | O_CREAT, 0o644);
  try {
    if (!tryLock(descriptor)) throw held(directory, holder(descriptor));
    fs.ftruncateSync(descriptor);
    fs.writeSync(descriptor, `${process.pid}\n`, 0);
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
  let locked = true;
  return {
    async release() {
      if (!locked) return;
      locked = false;
      fs.closeSync(descriptor);
    },
  };
}

/** The process id in the file; undefined when it cannot be read, as on Windows under a lock. */
function holder(descriptor: number): string | undefined {
  const bytes = Buffer.alloc(pidBytesMax);
  try {
    const count = fs.readSync(descriptor, bytes, 0, pidBytesMax, 0);
    return /^\d+/.exec(bytes.toString('latin1', 0, count))?.[0];
  } catch {
    return undefined;
  }
}

function unusable(directory: string, cause: Error): ProtovecError {
  return new ProtovecError(
    'INVALID_ARGUMENT',
    `the data directory ${directory} cannot be made: ${cause.message}. Choose another with --data-dir`,
    { field: 'data_dir', cause },
  );
}

function held(directory: string, pid: string | undefined): ProtovecError {
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  return new ProtovecError(
    'ALREADY_EXISTS',
    `the data directory ${directory} is in use by ${who}: stop that server first, or start this one with another --data-dir`,
    { metadata: { directory, ...(pid === undefined ? {} : { pid }) } },
  );
}
