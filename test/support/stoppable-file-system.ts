/**
 * The real file system until it is stopped, as the death of a process stops it: what was handed to
 * the operating system stays, and every later call fails.
 */
import { type File, type FileSystem, nodeFileSystem } from '../../src/storage/file-system.js';

export class StoppableFileSystem implements FileSystem {
  #on = true;
  /** Calls that the operating system carries out now. */
  readonly #running = new Set<Promise<unknown>>();
  readonly #open = new Set<File>();

  get on(): boolean {
    return this.#on;
  }

  /** From here on every call fails. */
  cut(): void {
    this.#on = false;
  }

  /** Waits for the last calls and closes the files that were left open. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#running);
    for (const file of this.#open) await file.close();
  }

  async open(...[path, mode]: Parameters<FileSystem['open']>): Promise<File> {
    const file = await this.#run(() => nodeFileSystem.open(path, mode));
    this.#open.add(file);
    return {
      path,
      readSync: (target, position) => {
        if (!this.#on) throw stopped();
        return file.readSync(target, position);
      },
      read: (target, position) => this.#run(() => file.read(target, position)),
      write: (pieces, position) => this.#run(() => file.write(pieces, position)),
      sync: () => this.#run(() => file.sync()),
      size: () => this.#run(() => file.size()),
      truncate: (length) => this.#run(() => file.truncate(length)),
      close: async () => {
        if (this.#open.delete(file)) await file.close();
      },
    };
  }

  rename = (from: string, to: string) => this.#run(() => nodeFileSystem.rename(from, to));
  remove = (path: string) => this.#run(() => nodeFileSystem.remove(path));
  list = (directory: string) => this.#run(() => nodeFileSystem.list(directory));
  makeDirectory = (path: string) => this.#run(() => nodeFileSystem.makeDirectory(path));
  syncDirectory = (path: string) => this.#run(() => nodeFileSystem.syncDirectory(path));
  freeBytes = (path: string) => this.#run(() => nodeFileSystem.freeBytes(path));
  exists = (path: string) => this.#run(() => nodeFileSystem.exists(path));

  async #run<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#on) throw stopped();
    const running = call();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}

function stopped(): Error {
  return new Error('the file system was stopped');
}
