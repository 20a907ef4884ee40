/**
 * Reads a log file for recovery: header first, then entry by entry, checked before anything in it
 * is handed out, in constant memory. What is handed out is a prefix of what was written, always:
 * damage of acknowledged entries is reported and nothing is changed; only in the last file may the
 * end be a write that a crash cut off, which is kept aside in `*.torn` and removed.
 */
import { crc32 } from '../storage/checksum.js';
import type { File, FileSystem } from '../storage/file-system.js';
import { corrupted } from './corrupted.js';
import { EntryHead, entryHeadBytesMax, readEntryHead } from './entry.js';
import { decodeHeader, headerBytes, headerBytesMax, type LogHeader } from './header.js';
import { LogWindow } from './log-window.js';
import { type BadEntry, cutTornTail, findEvidence } from './torn-tail.js';

/** What the file must say of itself. */
export interface ExpectedLog {
  /** UUID of the collection, 16 bytes. */
  readonly collectionId: Uint8Array;
  /** The sequence after the last one of the file before. */
  readonly firstSequence: number;
  /** When it is known: the number after that of the file before. */
  readonly fileNumber?: number | undefined;
}

/** One whole entry. `payload` is valid only during the call that it is given to. */
export interface LogEntryView {
  readonly sequence: number;
  readonly payload: Uint8Array;
  /** File offset of the payload's first byte. */
  readonly payloadOffset: number;
}

/** What a log file held. */
export interface LogRecovery {
  entries: number;
  /** Sequence of the last entry; the one before the file when it holds none. */
  lastSequence: number;
  /** Length of the file up to the end of the last entry. */
  length: number;
  /** 0 when `interrupted`. */
  fileNumber: number;
  /** A crash stopped the file's creation: it holds nothing and is to be created again. */
  interrupted: boolean;
  /** The end that was cut off. */
  torn?: { offset: number; bytes: number };
}

export interface ReadLogOptions {
  /** Whether this is the collection's last log file, which may end in a torn write. */
  readonly last: boolean;
}

/**
 * Hands every entry to `visit`, in order. The last file's content is durable when it returns.
 * Throws STORAGE_CORRUPTED with file and offset; what `visit` throws is passed on, nothing changed.
 */
export async function readLog(
  fs: FileSystem,
  path: string,
  expected: ExpectedLog,
  visit: (entry: LogEntryView) => void | Promise<void>,
  options: ReadLogOptions,
): Promise<LogRecovery> {
  const file = await fs.open(path, options.last ? 'write' : 'read');
  try {
    const size = await file.size();
    if (size < headerBytes) {
      if (!options.last) throw corrupted(path, 0, `it has ${size} bytes, fewer than its header`);
      return emptyRecovery(expected);
    }
    const header = await readHeader(file, size, expected);
    const saltCrc = crc32(header.salt);
    const recovery = await readEntries(file, size, header, saltCrc, visit);
    if (recovery.length < size) {
      const bad = { offset: recovery.length, sequence: recovery.lastSequence + 1 };
      await judge(file, size, bad, saltCrc, options.last);
      await cutTornTail(fs, file, bad.offset, size);
      recovery.torn = { offset: bad.offset, bytes: size - bad.offset };
    } else if (options.last) {
      // A killed process may leave whole entries that are only in the page cache.
      await file.sync();
    }
    return recovery;
  } finally {
    await file.close();
  }
}

function emptyRecovery(expected: ExpectedLog): LogRecovery {
  const lastSequence = expected.firstSequence - 1;
  return { entries: 0, lastSequence, length: 0, fileNumber: 0, interrupted: true };
}

async function readHeader(file: File, size: number, expected: ExpectedLog): Promise<LogHeader> {
  const bytes = Buffer.alloc(Math.min(size, headerBytesMax));
  await file.read(bytes, 0);
  const header = decodeHeader(bytes, file.path);
  const { collectionId, fileNumber, firstSequence, previousSequence } = header.identity;
  if (Buffer.compare(collectionId, expected.collectionId) !== 0) {
    throw corrupted(file.path, 0, 'it belongs to another collection');
  }
  if (firstSequence !== expected.firstSequence || previousSequence !== firstSequence - 1) {
    const what = `it starts at sequence ${firstSequence} where ${expected.firstSequence} follows`;
    throw corrupted(file.path, 0, what);
  }
  if (expected.fileNumber !== undefined && fileNumber !== expected.fileNumber) {
    const what = `it is file ${fileNumber} of the log where ${expected.fileNumber} follows`;
    throw corrupted(file.path, 0, what);
  }
  return header;
}

async function readEntries(
  file: File,
  size: number,
  header: LogHeader,
  saltCrc: number,
  visit: (entry: LogEntryView) => void | Promise<void>,
): Promise<LogRecovery> {
  const { fileNumber, previousSequence } = header.identity;
  const window = new LogWindow(file, size, header.length);
  const head = new EntryHead();
  let sequence = previousSequence;
  while (window.remaining > 0) {
    if (!window.has(entryHeadBytesMax)) await window.fill(entryHeadBytesMax);
    if (!readEntryHead(window.bytes, window.at, window.end, saltCrc, head)) break;
    if (head.sequence !== sequence + 1 || head.bytes > window.remaining) break;
    if (!window.has(head.bytes)) await window.fill(head.bytes);
    const payload = window.bytes.subarray(window.at + head.payloadAt, window.at + head.bytes);
    if (crc32(payload, saltCrc) !== head.payloadCrc) break;
    const payloadOffset = window.position + head.payloadAt;
    const visited = visit({ sequence: head.sequence, payload, payloadOffset });
    if (visited !== undefined) await visited;
    sequence = head.sequence;
    window.at += head.bytes;
  }
  return {
    entries: sequence - previousSequence,
    lastSequence: sequence,
    length: window.position,
    fileNumber,
    interrupted: false,
  };
}

/** Returns when the rest of the file is a torn tail; throws when it is damage. */
async function judge(
  file: File,
  size: number,
  bad: BadEntry,
  saltCrc: number,
  last: boolean,
): Promise<void> {
  if (!last) {
    const what = `entry ${bad.sequence} is not whole and later log files follow`;
    throw corrupted(file.path, bad.offset, what);
  }
  const evidence = await findEvidence(file, size, bad, saltCrc);
  if (evidence === undefined) return;
  const what =
    `entry ${bad.sequence} is not whole, and entry ${evidence.sequence} at byte ` +
    `${evidence.offset} says that it had been acknowledged`;
  throw corrupted(file.path, bad.offset, what);
}
