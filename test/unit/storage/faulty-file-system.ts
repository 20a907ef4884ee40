/** The real file system with failures that a test arms on the files that are open for writing. */
import { ProtovecError } from '../../../src/errors.js';
import { type FileSystem, nodeFileSystem } from '../../../src/storage/file-system.js';

export class FaultyFileSystem implements FileSystem {
  /** Bytes that the next writes may take in all before the disk is full. */
  room = Number.POSITIVE_INFINITY;
  /** What free space is reported. */
  free = Number.MAX_SAFE_INTEGER;
  /** Thrown by the next write, sync or truncate, as long as it is set. */
  writeError: Error | undefined;
  syncError: Error | undefined;
  truncateError: Error | undefined;
  writes = 0;
  syncs = 0;
  freeQuestions = 0;
  /** Awaited by every sync: lets a test hold a group on its way. */
  syncGate: Promise<void> = Promise.resolve();

  async open(...[path, mode]: Parameters<FileSystem['open']>) {
    const file = await nodeFileSystem.open(path, mode);
    const write = file.write.bind(file);
    const sync = file.sync.bind(file);
    const truncate = file.truncate.bind(file);
    file.write = async (pieces, position) => {
      this.writes++;
      if (this.writeError !== undefined) throw this.writeError;
      const all = Buffer.concat(pieces);
      const fits = all.subarray(0, Math.min(all.length, this.room));
      await write([fits], position);
      this.room -= fits.length;
      if (fits.length < all.length) throw new ProtovecError('STORAGE_FULL', 'no room');
    };
    file.sync = async () => {
      this.syncs++;
      await this.syncGate;
      if (this.syncError !== undefined) throw this.syncError;
      await sync();
    };
    file.truncate = async (length) => {
      if (this.truncateError !== undefined) throw this.truncateError;
      await truncate(length);
    };
    return file;
  }

  freeBytes = async () => {
    this.freeQuestions++;
    return this.free;
  };
  rename = nodeFileSystem.rename;
  remove = nodeFileSystem.remove;
  list = nodeFileSystem.list;
  makeDirectory = nodeFileSystem.makeDirectory;
  syncDirectory = nodeFileSystem.syncDirectory;
  exists = nodeFileSystem.exists;
}

/** The error of a disk that cannot write. */
export function ioError(): Error {
  return Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
}
