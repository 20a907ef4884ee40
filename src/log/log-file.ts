/**
 * A log file that is written to. Its content is a header and whole entries, and `length` is the end
 * of the last one: whatever a failed append left behind is cut off before the error is passed on.
 * It never numbers entries, never retries, and never decides when to sync.
 */
import { randomBytes } from 'node:crypto';
import { publishFile } from '../storage/atomic-file.js';
import { crc32 } from '../storage/checksum.js';
import type { File, FileSystem } from '../storage/file-system.js';
import { entryHeadBytesMax, writeEntryHead } from './entry.js';
import { encodeHeader, type LogIdentity } from './header.js';

/** An entry to append. The payload's pieces follow each other without a gap; none is copied. */
export interface NewEntry {
  readonly sequence: number;
  readonly durableSequence: number;
  readonly payload: readonly Uint8Array[];
}

export class LogFile {
  /** For reads by position too; it is open until `close`. */
  readonly file: File;
  readonly identity: LogIdentity;
  readonly salt: Uint8Array;
  readonly #saltCrc: number;
  #length: number;
  #heads: Buffer = Buffer.alloc(0);

  private constructor(file: File, identity: LogIdentity, salt: Uint8Array, length: number) {
    this.file = file;
    this.identity = identity;
    this.salt = salt;
    this.#saltCrc = crc32(salt);
    this.#length = length;
  }

  /**
   * Makes an empty log file, durably. A file of that name that holds no entry, such as one whose
   * creation was interrupted, is replaced; one that holds entries is a mistake of the caller.
   */
  static async create(fs: FileSystem, path: string, identity: LogIdentity): Promise<LogFile> {
    const salt = randomBytes(16);
    const header = encodeHeader(identity, salt);
    if (await holdsMoreThan(fs, path, header.length)) {
      throw new Error(`${path} holds log entries and cannot be created again`);
    }
    await publishFile(fs, path, (file) => file.write([header], 0));
    return new LogFile(await fs.open(path, 'write'), identity, salt, header.length);
  }

  /** Bytes up to the end of the last whole entry: the file's size after a sync. */
  get length(): number {
    return this.#length;
  }

  /**
   * Writes the entries at the end in one call, without a sync; returns the file offset of each
   * one's payload. Not to be called again before it returns. STORAGE_FULL leaves the file as it
   * was, durably; after any other error the file must not be written to any more.
   */
  async append(entries: readonly NewEntry[]): Promise<number[]> {
    const pieces: Uint8Array[] = [];
    const offsets: number[] = [];
    const heads = this.#headRoom(entries.length);
    let at = 0;
    let end = this.#length;
    for (const entry of entries) {
      const { sequence, durableSequence, payload } = entry;
      let payloadCrc = this.#saltCrc;
      let payloadLength = 0;
      for (const piece of payload) {
        payloadCrc = crc32(piece, payloadCrc);
        payloadLength += piece.byteLength;
      }
      const head = { sequence, durableSequence, payloadCrc, payloadLength };
      const headEnd = writeEntryHead(heads, at, this.#saltCrc, head);
      pieces.push(heads.subarray(at, headEnd), ...payload);
      offsets.push(end + headEnd - at);
      end += headEnd - at + payloadLength;
      at = headEnd;
    }
    try {
      await this.file.write(pieces, this.#length);
    } catch (error) {
      await this.#cutBack(error);
      throw error;
    }
    this.#length = end;
    return offsets;
  }

  /** Brings what was appended to stable storage. After an error nothing may be assumed of it. */
  sync(): Promise<void> {
    return this.file.sync();
  }

  close(): Promise<void> {
    return this.file.close();
  }

  // Synced, so that no crash brings back the start of a write that was reported as failed.
  async #cutBack(cause: unknown): Promise<void> {
    try {
      await this.file.truncate(this.#length);
      await this.file.sync();
    } catch (error) {
      const message = `${this.file.path} could not be cut back to byte ${this.#length}: ${error}`;
      throw new Error(message, { cause });
    }
  }

  #headRoom(entries: number): Buffer {
    const bytes = entries * entryHeadBytesMax;
    if (this.#heads.length < bytes) this.#heads = Buffer.allocUnsafeSlow(bytes * 2);
    return this.#heads;
  }
}

async function holdsMoreThan(fs: FileSystem, path: string, bytes: number): Promise<boolean> {
  if (!(await fs.exists(path))) return false;
  const file = await fs.open(path, 'read');
  try {
    return (await file.size()) > bytes;
  } finally {
    await file.close();
  }
}
