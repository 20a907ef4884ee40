/**
 * The real file system with one call that fails: the n-th of its kind, with what the kernel would
 * report. A failing write has written half of what it was given; a full disk stays full until there
 * is room again.
 */

import { type File, type FileSystem, nodeFileSystem } from '../../../src/storage/file-system.js';
import { explained, explainedSync } from '../../../src/storage/io-error.js';

/** Calls that can fail. */
export const callKinds = [
  'write',
  'sync',
  'truncate',
  'create',
  'rename',
  'remove',
  'makeDirectory',
  'syncDirectory',
] as const;

export type CallKind = (typeof callKinds)[number];

/** Which call fails, from 1 on, and how. */
export interface Fault {
  readonly kind: CallKind;
  readonly call: number;
  readonly code: 'EIO' | 'ENOSPC';
}

export class FaultyDisk implements FileSystem {
  /** How many calls of each kind there were. */
  readonly calls = new Map<CallKind, number>(callKinds.map((kind) => [kind, 0]));
  /** Whether the fault has happened. */
  failed = false;
  /** Whether it is full now. */
  full = false;
  readonly #fault: Fault | undefined;

  /** Without a fault it only counts. */
  constructor(fault?: Fault) {
    this.#fault = fault;
  }

  /** Makes room again on a disk that is full. */
  makeRoom(): void {
    this.full = false;
  }

  async open(...[path, mode]: Parameters<FileSystem['open']>): Promise<File> {
    if (mode === 'create') await this.#pass('create', path);
    return this.#faulty(await nodeFileSystem.open(path, mode));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#pass('rename', to);
    await nodeFileSystem.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    await this.#pass('remove', path);
    await nodeFileSystem.remove(path);
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#pass('makeDirectory', path);
    await nodeFileSystem.makeDirectory(path);
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#pass('syncDirectory', path);
    await nodeFileSystem.syncDirectory(path);
  }

  list = nodeFileSystem.list;
  exists = nodeFileSystem.exists;
  freeBytes = nodeFileSystem.freeBytes;

  #faulty(file: File): File {
    const write = file.write.bind(file);
    const sync = file.sync.bind(file);
    const truncate = file.truncate.bind(file);
    file.write = async (pieces, position) => {
      try {
        await this.#pass('write', file.path);
      } catch (error) {
        const all = Buffer.concat(pieces);
        await write([all.subarray(0, all.length >> 1)], position);
        throw error;
      }
      await write(pieces, position);
    };
    file.sync = async () => {
      await this.#pass('sync', file.path);
      await sync();
    };
    file.truncate = async (length) => {
      await this.#pass('truncate', file.path);
      await truncate(length);
    };
    return file;
  }

  async #pass(kind: CallKind, path: string): Promise<void> {
    const call = (this.calls.get(kind) ?? 0) + 1;
    this.calls.set(kind, call);
    const fault = this.#fault;
    if (fault === undefined) return;
    if (fault.kind === kind && fault.call === call) {
      this.failed = true;
      this.full = fault.code === 'ENOSPC';
      throw await explanation(kind, path, fault.code);
    }
    // What takes no room goes on while the disk is full.
    if (this.full && ['write', 'create', 'makeDirectory'].includes(kind)) {
      throw await explanation(kind, path, 'ENOSPC');
    }
  }
}

/** The error as the file system of this machine would pass it on. */
async function explanation(kind: CallKind, path: string, code: string): Promise<unknown> {
  const raw = Object.assign(new Error(`${code}: ${kind} of ${path}`), { code });
  const explain = kind === 'sync' || kind === 'syncDirectory' ? explainedSync : explained;
  return explain(path, Promise.reject(raw)).catch((error: unknown) => error);
}
