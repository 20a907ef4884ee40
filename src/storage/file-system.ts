/**
 * The narrow seam through which every durable byte of Protovec passes. Faults are injected here, so
 * nothing outside this folder imports node:fs to write data.
 *
 * Invariants: reads and writes are by position, never by a cursor; a short read means end of file;
 * a write is whole or throws. Never retries a sync, never swallows an error.
 */
import fs from 'node:fs';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { errorCode, explained, explainedSync } from './io-error.js';
import { writeFully } from './write-fully.js';

/** An open file. It stays readable after it is renamed or removed. */
export interface File {
  /** The path that it was opened by. */
  readonly path: string;
  /** Fills `target` from `position` on; fewer bytes are read only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** The same without a promise, for the small reads of hot paths. */
  readSync(target: Uint8Array, position: number): number;
  /** Writes the pieces one after the other at `position`. Throws STORAGE_FULL without room. */
  write(pieces: readonly Uint8Array[], position: number): Promise<void>;
  /** Brings content and length to stable storage. After a failure nothing may be assumed. */
  sync(): Promise<void>;
  /** Length in bytes. */
  size(): Promise<number>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** `read`: existing, read only. `write`: existing, read and write. `create`: new, else EEXIST. */
export type OpenMode = 'read' | 'write' | 'create';

/** What Protovec asks of a file system. Calls throw STORAGE_FULL (no sync does) and STORAGE_FAILED. */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<File>;
  /** Atomic; replaces `to`. Durable after `syncDirectory`. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a directory tree; a missing one is fine. */
  remove(path: string): Promise<void>;
  /** Names in a directory, in no order; a missing directory has none. */
  list(directory: string): Promise<string[]>;
  /** Makes a directory and its missing parents, durably. */
  makeDirectory(path: string): Promise<void>;
  /** Makes creations, renames and removals in a directory durable. */
  syncDirectory(path: string): Promise<void>;
  /** Bytes that an ordinary user may still write to the file system of `path`. */
  freeBytes(path: string): Promise<number>;
  exists(path: string): Promise<boolean>;
}

const openAsync = promisify(fs.open);
const closeAsync = promisify(fs.close);
const statAsync = promisify(fs.fstat);
const truncateAsync = promisify(fs.ftruncate);
const fdatasyncAsync = promisify(fs.fdatasync);

const openFlags = { read: 'r', write: 'r+', create: 'wx+' } as const;

// A bare descriptor, not a FileHandle: nothing closes it behind our back when it is collected.
class NodeFile implements File {
  /** Settles, and never rejects, when no sync is under way. */
  private syncs: Promise<unknown> = Promise.resolve();

  constructor(
    readonly path: string,
    private readonly descriptor: number,
  ) {}

  read(target: Uint8Array, position: number): Promise<number> {
    return explained(this.path, this.readWhole(target, position));
  }

  private async readWhole(target: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < target.byteLength) {
      const count = await this.readOnce(target, done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  readSync(target: Uint8Array, position: number): number {
    let done = 0;
    while (done < target.byteLength) {
      const wanted = target.byteLength - done;
      const count = fs.readSync(this.descriptor, target, done, wanted, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  async write(pieces: readonly Uint8Array[], position: number): Promise<void> {
    await explained(this.path, writeFully(this.writeOnce, pieces, position));
  }

  sync(): Promise<void> {
    const syncing = explainedSync(this.path, fdatasyncAsync(this.descriptor));
    // Keeps no outcome: a log is synced millions of times.
    this.syncs = Promise.allSettled([this.syncs, syncing]).then(() => {});
    return syncing;
  }

  async size(): Promise<number> {
    return (await statAsync(this.descriptor)).size;
  }

  truncate(length: number): Promise<void> {
    return explained(this.path, truncateAsync(this.descriptor, length));
  }

  async close(): Promise<void> {
    // A descriptor that is closed under a sync may be another file's by the time it runs.
    await this.syncs;
    await closeAsync(this.descriptor);
  }

  private readOnce(target: Uint8Array, start: number, position: number): Promise<number> {
    return new Promise((done, failed) => {
      const length = target.byteLength - start;
      fs.read(this.descriptor, target, start, length, position, (error, count) => {
        if (error) failed(error);
        else done(count);
      });
    });
  }

  private readonly writeOnce = (pieces: readonly Uint8Array[], position: number): Promise<number> =>
    new Promise((done, failed) => {
      fs.writev(this.descriptor, pieces, position, (error, count) => {
        if (error) failed(error);
        else done(count);
      });
    });
}

async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const descriptor = await openAsync(path, 'r');
  try {
    await explainedSync(path, promisify(fs.fsync)(descriptor));
  } finally {
    await closeAsync(descriptor);
  }
}

async function makeDirectory(path: string): Promise<void> {
  const wanted = resolve(path);
  const first = await explained(wanted, fs.promises.mkdir(wanted, { recursive: true }));
  if (first === undefined) return;
  // Each new directory is a name in its parent: sync from the deepest parent up to the oldest.
  const oldest = dirname(first);
  let parent = dirname(wanted);
  while (parent.length > oldest.length) {
    await syncDirectory(parent);
    parent = dirname(parent);
  }
  await syncDirectory(oldest);
}

async function list(directory: string): Promise<string[]> {
  try {
    return await explained(directory, fs.promises.readdir(directory));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await fs.promises.stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The file system of this machine. */
export const nodeFileSystem: FileSystem = {
  async open(path, mode) {
    return new NodeFile(path, await explained(path, openAsync(path, openFlags[mode])));
  },
  rename: (from, to) => explained(to, fs.promises.rename(from, to)),
  remove: (path) => explained(path, fs.promises.rm(path, { recursive: true, force: true })),
  list,
  makeDirectory,
  syncDirectory,
  async freeBytes(path) {
    const { bavail, bsize } = await fs.promises.statfs(path);
    return bavail * bsize;
  },
  exists,
};
