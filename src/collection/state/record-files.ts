/**
 * The files that hold records: the base, the logs, staged merges. Each has a small number that rows
 * refer to, and a count of who needs it, so that a file goes only when nothing refers to it.
 */
import { ProtovecError } from '../../errors.js';
import type { File } from '../../storage/file-system.js';

interface Entry {
  readonly file: File;
  holders: number;
  /** Whether rows may refer to it; the collection is one of the holders as long as they may. */
  inUse: boolean;
  /** Runs after the last holder let go and the file was closed. */
  retire: (() => Promise<void>) | undefined;
}

export class RecordFiles {
  readonly #entries: (Entry | undefined)[] = [];
  readonly #numbers = new Map<File, number>();

  /** Registers a file with one holder; returns its number. */
  add(file: File): number {
    let number = this.#entries.indexOf(undefined);
    if (number < 0) number = this.#entries.length;
    this.#entries[number] = { file, holders: 1, inUse: true, retire: undefined };
    this.#numbers.set(file, number);
    return number;
  }

  /** Number of a registered file. */
  numberOf(file: File): number {
    const number = this.#numbers.get(file);
    if (number === undefined) throw new Error(`${file.path} is not a registered record file`);
    return number;
  }

  /** Numbers of the files that rows may refer to. */
  numbers(): number[] {
    return this.#entries.flatMap((entry, number) => (entry?.inUse === true ? [number] : []));
  }

  file(number: number): File {
    return this.#entries[number]!.file;
  }

  /** Keeps every file that rows refer to now until the returned function is called, once. */
  holdAll(): () => Promise<void> {
    const held = this.numbers();
    for (const number of held) this.#entries[number]!.holders += 1;
    return async () => {
      for (const number of held) await this.#release(number);
    };
  }

  /** Lets go of a file that no row refers to any more; it is closed, then retired. */
  async retire(number: number, retire: () => Promise<void>): Promise<void> {
    this.#entries[number]!.retire = retire;
    await this.#letGo(number);
  }

  /**
   * Reads a body of `length` bytes at `offset`, and up to `wanted` bytes from there on when the
   * file has them; returns how many were read.
   */
  readSync(number: number, offset: number, length: number, target: Uint8Array, wanted: number) {
    const file = this.#entries[number]?.file;
    if (file === undefined) {
      throw new ProtovecError('COLLECTION_NOT_FOUND', 'the collection was deleted meanwhile');
    }
    const read = file.readSync(target.subarray(0, wanted), offset);
    if (read < length) {
      throw new ProtovecError(
        'STORAGE_CORRUPTED',
        `${file.path} ends within the record at offset ${offset}; restart the server to check it`,
        { metadata: { file: file.path, offset: String(offset) } },
      );
    }
    return read;
  }

  /** Lets go of every file; one that a view holds is closed when that lets go too. */
  async closeAll(): Promise<void> {
    for (const number of this.numbers()) await this.#letGo(number);
  }

  async #letGo(number: number): Promise<void> {
    this.#entries[number]!.inUse = false;
    await this.#release(number);
  }

  async #release(number: number): Promise<void> {
    const entry = this.#entries[number];
    if (entry === undefined) return;
    entry.holders -= 1;
    if (entry.holders > 0) return;
    this.#entries[number] = undefined;
    this.#numbers.delete(entry.file);
    await entry.file.close();
    await entry.retire?.();
  }
}
