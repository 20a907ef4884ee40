/**
 * The files of one merge in the staging directory. All share a random name and differ in their
 * endings: `.part` and `.raw` are unfinished and may be removed at any start, `.pb` is finished.
 *
 * Invariant: at most one finished file, and none unless its content is on stable storage. Stops
 * taking bytes before the disk is so full that the log could not be written.
 */
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { ProtovecError } from '../../errors.js';
import { limits } from '../../limits.js';
import type { File, FileSystem } from '../../storage/file-system.js';

/** Bytes taken in between two looks at the free space. */
const roomCheckBytes = 16 * 1024 * 1024;

export class StagingFiles {
  readonly #fs: FileSystem;
  readonly #stem: string;
  readonly #open = new Set<File>();
  #untilCheck = 0;

  /** Files of the existing directory `directory`. */
  constructor(fs: FileSystem, directory: string) {
    this.#fs = fs;
    this.#stem = join(directory, randomUUID());
  }

  /** Creates an unfinished file. `ending` must be new. */
  async create(ending: '.part' | '.merged.part' | '.raw'): Promise<File> {
    const file = await this.#fs.open(this.#stem + ending, 'create');
    this.#open.add(file);
    return file;
  }

  /** Throws STORAGE_FULL when `bytes` more could leave too little room for the log. */
  async checkRoom(bytes: number): Promise<void> {
    this.#untilCheck -= bytes;
    if (this.#untilCheck > 0) return;
    this.#untilCheck = roomCheckBytes;
    const free = await this.#fs.freeBytes(dirname(this.#stem));
    if (free >= limits.freeBytesMin + roomCheckBytes) return;
    throw new ProtovecError(
      'STORAGE_FULL',
      `only ${free} bytes are free to stage this merge; nothing of it was kept, free some room and ` +
        'repeat it',
    );
  }

  /** Closes and removes an unfinished file. */
  async discard(file: File): Promise<void> {
    this.#open.delete(file);
    await file.close();
    await this.#fs.remove(file.path);
  }

  /** Removes every unfinished file; again is fine. */
  async discardAll(): Promise<void> {
    for (const file of [...this.#open]) await this.discard(file);
  }

  /** Makes a file durable and gives it its finished name, which is returned without directory. */
  async publish(file: File): Promise<string> {
    const path = `${this.#stem}.pb`;
    await file.sync();
    await this.#fs.rename(file.path, path);
    this.#open.delete(file);
    await file.close();
    await this.#fs.syncDirectory(dirname(path));
    return basename(path);
  }
}
