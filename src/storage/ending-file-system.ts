/**
 * A file system that can be taken away from its users: when what they work on is deleted, their calls
 * fail with the error that says so and not with one about missing files, and nobody makes a directory
 * again that has just been removed. Open files are not affected.
 */
import type { File, FileSystem, OpenMode } from './file-system.js';

export class EndingFileSystem implements FileSystem {
  readonly #inner: FileSystem;
  #error: Error | undefined;

  constructor(inner: FileSystem) {
    this.#inner = inner;
  }

  /** From now on calls that need a path fail with `error`, those under way as well if they fail. */
  end(error: Error): void {
    this.#error = error;
  }

  open(path: string, mode: OpenMode): Promise<File> {
    return this.#unlessEnded(() => this.#inner.open(path, mode));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#unlessEnded(() => this.#inner.rename(from, to));
  }

  /** Works on: what is removed anyway may be removed. */
  remove(path: string): Promise<void> {
    return this.#inner.remove(path);
  }

  list(directory: string): Promise<string[]> {
    return this.#unlessEnded(() => this.#inner.list(directory));
  }

  makeDirectory(path: string): Promise<void> {
    return this.#unlessEnded(() => this.#inner.makeDirectory(path));
  }

  syncDirectory(path: string): Promise<void> {
    return this.#unlessEnded(() => this.#inner.syncDirectory(path));
  }

  freeBytes(path: string): Promise<number> {
    return this.#unlessEnded(() => this.#inner.freeBytes(path));
  }

  exists(path: string): Promise<boolean> {
    return this.#unlessEnded(() => this.#inner.exists(path));
  }

  async #unlessEnded<T>(call: () => Promise<T>): Promise<T> {
    if (this.#error !== undefined) throw this.#error;
    try {
      return await call();
    } catch (error) {
      throw this.#error ?? error;
    }
  }
}
