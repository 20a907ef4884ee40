/** A file system of buffers, for tests that read thousands of small files. Syncs do nothing. */
import type { File, FileSystem } from '../../../src/storage/file-system.js';

export class MemoryFileSystem implements FileSystem {
  readonly files = new Map<string, Buffer>();

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<File> {
    if (mode === 'create') {
      if (this.files.has(path)) throw new Error(`EEXIST: ${path}`);
      this.files.set(path, Buffer.alloc(0));
    }
    const content = () => {
      const bytes = this.files.get(path);
      if (bytes === undefined) throw new Error(`ENOENT: ${path}`);
      return bytes;
    };
    content();
    const readSync = (target: Uint8Array, position: number) =>
      content().copy(target, 0, position, position + target.length);
    return {
      path,
      readSync,
      read: async (target, position) => readSync(target, position),
      write: async (pieces, position) => {
        const added = Buffer.concat(pieces);
        const rest = content().subarray(position + added.length);
        this.files.set(path, Buffer.concat([content().subarray(0, position), added, rest]));
      },
      truncate: async (length) => {
        this.files.set(path, content().subarray(0, length));
      },
      size: async () => content().length,
      sync: async () => {},
      close: async () => {},
    };
  }

  async rename(from: string, to: string): Promise<void> {
    const bytes = this.files.get(from);
    if (bytes === undefined) throw new Error(`ENOENT: ${from}`);
    this.files.delete(from);
    this.files.set(to, bytes);
  }

  remove = async (path: string) => {
    this.files.delete(path);
  };
  list = async (directory: string) =>
    [...this.files.keys()]
      .filter((path) => path.startsWith(`${directory}/`))
      .map((path) => path.slice(directory.length + 1));
  exists = async (path: string) => this.files.has(path);
  makeDirectory = async () => {};
  syncDirectory = async () => {};
  freeBytes = async () => Number.MAX_SAFE_INTEGER;
}
