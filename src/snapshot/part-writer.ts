/**
 * Writes records to new snapshot files outside a data directory: one file, or files of at most so
 * many bytes, each a snapshot and all of them, one after the other, one snapshot again.
 *
 * Invariants: files get their names only when all of them are whole and on stable storage; until
 * then they have temporary ones, and whoever does not publish them discards them. One file replaces
 * what has its name; several are written only where no file has a name of theirs. An empty set is
 * one file.
 */
import { randomBytes } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { invalidArgument, ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { varintLength } from '../storage/bytes.js';
import type { File, FileSystem } from '../storage/file-system.js';
import { createSnapshotWriter, type RecordWriter, type SnapshotEncoding } from './create-writer.js';
import { encodeHeader, type SnapshotHeader } from './snapshot-header.js';

/** A file that was written. */
export interface WrittenFile {
  path: string;
  recordCount: number;
  /** Length in bytes. */
  size: number;
  /** SHA-256 of the file. */
  sha256: Uint8Array;
}

/** Where to and how snapshots are written. */
export interface SnapshotOutput {
  readonly fileSystem: FileSystem;
  /** The file. With `partBytes`, a/b.pb stands for a/b-00001.pb, a/b-00002.pb and so on. */
  readonly path: string;
  readonly encoding: SnapshotEncoding;
  /**
   * Most bytes of a file, at least limits.partBytesMin; a compressed one has fewer, for its records
   * are counted as they were before. A record beyond it has a file of its own. Absent: one file.
   */
  readonly partBytes?: number | undefined;
}

/** Bytes of a checksum after a block, and of the last one and the footer. */
const checksumBytes = 64;
const sealBytes = 256;
const partsMax = 99_999;

/** A file that is finished but for its name. */
interface FinishedFile {
  readonly temporary: string;
  readonly written: WrittenFile;
}

export class PartWriter {
  readonly #output: SnapshotOutput;
  readonly #header: SnapshotHeader;
  /** Bytes of records that a file takes. */
  readonly #recordBytesMax: number;
  #finished: FinishedFile[] = [];
  #file: File | undefined;
  #writer: RecordWriter | undefined;
  #recordBytes = 0;
  /** Records written to all files. */
  recordCount = 0;

  /** Every file gets this header. INVALID_ARGUMENT on `part_bytes` when that is too small. */
  constructor(output: SnapshotOutput, header: SnapshotHeader) {
    this.#output = output;
    this.#header = header;
    const { partBytes = Number.POSITIVE_INFINITY } = output;
    if (partBytes < limits.partBytesMin) {
      throw invalidArgument(
        'part_bytes',
        `parts of ${partBytes} bytes are too small: they must have ${limits.partBytesMin} or more`,
      );
    }
    const checksums = Math.floor(partBytes / limits.checksumIntervalBytes) * checksumBytes;
    const around = encodeHeader(header).length + sealBytes;
    this.#recordBytesMax =
      output.partBytes === undefined ? partBytes : partBytes - checksums - around;
  }

  /** Appends the record whose body is in `source` from `start` up to `end`. */
  async record(source: Uint8Array, start: number, end: number): Promise<void> {
    const length = end - start;
    const bytes = 1 + varintLength(length) + length;
    if (this.#recordBytes > 0 && this.#recordBytes + bytes > this.#recordBytesMax) {
      await this.#finishFile();
    }
    this.#writer ??= await this.#begin();
    this.#recordBytes += bytes;
    this.recordCount += 1;
    await this.#writer.record(source, start, end);
  }

  /** Seals the files, makes them durable and gives them their names. */
  async publish(): Promise<WrittenFile[]> {
    if (this.#finished.length === 0) this.#writer ??= await this.#begin();
    await this.#finishFile();
    await this.#checkFree();
    const { fileSystem, path } = this.#output;
    for (const { temporary, written } of this.#finished) {
      await fileSystem.rename(temporary, written.path);
    }
    await fileSystem.syncDirectory(dirname(path));
    const files = this.#finished.map(({ written }) => written);
    this.#finished = [];
    return files;
  }

  /** Removes what was not published; again, or after `publish`, is fine. */
  async discard(): Promise<void> {
    const { fileSystem } = this.#output;
    const file = this.#file;
    this.#file = undefined;
    this.#writer = undefined;
    if (file !== undefined) {
      await file.close();
      await fileSystem.remove(file.path);
    }
    for (const { temporary } of this.#finished.splice(0)) await fileSystem.remove(temporary);
  }

  async #begin(): Promise<RecordWriter> {
    const { fileSystem, encoding } = this.#output;
    const path = this.#nextPath();
    await fileSystem.makeDirectory(dirname(path));
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
    this.#file = await fileSystem.open(temporary, 'create');
    this.#recordBytes = 0;
    return createSnapshotWriter(this.#file, this.#header, encoding);
  }

  async #finishFile(): Promise<void> {
    const [file, writer] = [this.#file, this.#writer];
    if (file === undefined || writer === undefined) return;
    const written = { path: this.#nextPath(), ...(await writer.finish()) };
    await file.sync();
    this.#finished.push({ temporary: file.path, written });
    this.#writer = undefined;
    this.#file = undefined;
    await file.close();
  }

  #nextPath(): string {
    const { path, partBytes } = this.#output;
    if (partBytes === undefined) return path;
    const number = this.#finished.length + 1;
    if (number > partsMax) {
      throw invalidArgument(
        'part_bytes',
        `there are more than ${partsMax} parts: make them larger`,
      );
    }
    const ending = extname(path);
    const digits = String(number).padStart(String(partsMax).length, '0');
    return join(dirname(path), `${basename(path, ending)}-${digits}${ending}`);
  }

  /** Refuses to put parts beside older ones, which would be taken for parts of this snapshot. */
  async #checkFree(): Promise<void> {
    const { fileSystem, path, partBytes } = this.#output;
    if (partBytes === undefined) return;
    const ending = extname(path);
    const stem = `${basename(path, ending)}-`;
    const isPart = (name: string): boolean =>
      name.startsWith(stem) &&
      name.endsWith(ending) &&
      /^\d{5}$/.test(name.slice(stem.length, name.length - ending.length));
    const older = (await fileSystem.list(dirname(path))).find(isPart);
    if (older === undefined) return;
    throw new ProtovecError(
      'ALREADY_EXISTS',
      `${join(dirname(path), older)} exists and would be taken for a part of the new snapshot: ` +
        'remove it, or write to another name',
    );
  }
}
