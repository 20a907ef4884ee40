/**
 * Reads a log file without a collection: its header, every entry up to the first one that is not
 * whole, what that is, and how many entries behind it are whole.
 *
 * Invariants: nothing of an entry is parsed before its checksums have been verified; memory is one
 * entry; work is linear in the length of the file. Changes nothing, never throws for what comes
 * after the header.
 */
import { crc32 } from '../storage/checksum.js';
import type { File } from '../storage/file-system.js';
import { corrupted } from './corrupted.js';
import { EntryHead, entryBytesMin, entryHeadBytesMax, readEntryHead } from './entry.js';
import { decodeHeader, headerBytes, headerBytesMax, type LogIdentity } from './header.js';
import { LogWindow } from './log-window.js';
import { findEvidence } from './torn-tail.js';

/** A whole entry. `payload` is valid only during the call that it is given to. */
export interface InspectedEntry {
  readonly sequence: number;
  /** Highest sequence that was on stable storage when it was written. */
  readonly durableSequence: number;
  /** Offset and length of the entry in the file. */
  readonly offset: number;
  readonly bytes: number;
  readonly payload: Uint8Array;
}

/** Where the entries that follow each other end before the file does. */
export interface LogDamage {
  readonly offset: number;
  /** Sequence of the entry that should stand there. */
  readonly sequence: number;
  /**
   * Whether a later entry says that it had been acknowledged. Otherwise it is the tail of a write
   * that a crash cut off, which a server cuts by itself, unless further files of the log follow.
   */
  readonly acknowledged: boolean;
  /** Bytes from there to the end of the file. */
  readonly bytes: number;
  /** Whole entries behind it, which a repair leaves out. */
  readonly entriesAfter: number;
}

export interface InspectedLog {
  readonly identity: LogIdentity;
  readonly version: string;
  readonly sizeBytes: number;
  /** Entries that follow each other from the start, and the end of the last one. */
  readonly entries: number;
  readonly lastSequence: number;
  readonly length: number;
  readonly damage: LogDamage | undefined;
}

export interface InspectOptions {
  /** Given each entry in order; `false` ends the reading before that entry. */
  readonly visit?: (entry: InspectedEntry) => boolean | undefined | Promise<boolean | undefined>;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Bytes that false headers may make us read for nothing, and what each scanned byte adds. */
const creditAtFirst = 64 * 1024 * 1024;
const creditEach = 8;

/** Inspects an open log file. Throws STORAGE_CORRUPTED when it has no whole header. */
export async function inspectLog(file: File, options: InspectOptions = {}): Promise<InspectedLog> {
  const sizeBytes = await file.size();
  if (sizeBytes < headerBytes) {
    throw corrupted(file.path, 0, `it has ${sizeBytes} bytes, fewer than its header`);
  }
  const bytes = Buffer.alloc(Math.min(sizeBytes, headerBytesMax));
  await file.read(bytes, 0);
  const header = decodeHeader(bytes, file.path);
  const saltCrc = crc32(header.salt);
  const found = await readEntries(
    file,
    sizeBytes,
    header.length,
    header.identity,
    saltCrc,
    options,
  );
  const { identity } = header;
  const version = bytes.toString('latin1', 4, 4 + bytes[3]);
  const { sequence: lastSequence, length, stopped } = found;
  const entries = lastSequence - identity.previousSequence;
  const damage =
    length === sizeBytes || stopped
      ? undefined
      : await judge(file, sizeBytes, { offset: length, sequence: lastSequence + 1 }, saltCrc);
  return { identity, version, sizeBytes, entries, lastSequence, length, damage };
}

async function readEntries(
  file: File,
  size: number,
  start: number,
  { previousSequence }: LogIdentity,
  saltCrc: number,
  { visit, onProgress }: InspectOptions,
): Promise<{ sequence: number; length: number; stopped: boolean }> {
  const window = new LogWindow(file, size, start);
  const head = new EntryHead();
  let sequence = previousSequence;
  let stopped = false;
  while (window.remaining > 0) {
    if (!(await hasEntry(window, head, saltCrc)) || head.sequence !== sequence + 1) break;
    const payload = window.bytes.subarray(window.at + head.payloadAt, window.at + head.bytes);
    const { durableSequence, bytes } = head;
    const entry = {
      sequence: head.sequence,
      durableSequence,
      offset: window.position,
      bytes,
      payload,
    };
    if ((await visit?.(entry)) === false) {
      stopped = true;
      break;
    }
    sequence += 1;
    window.at += bytes;
    onProgress?.(window.position, size);
  }
  return { sequence, length: window.position, stopped };
}

/** Whether a whole entry stands at the window's next byte; then all of it is in memory. */
async function hasEntry(window: LogWindow, head: EntryHead, saltCrc: number): Promise<boolean> {
  if (!window.has(entryHeadBytesMax)) await window.fill(entryHeadBytesMax);
  if (!readEntryHead(window.bytes, window.at, window.end, saltCrc, head)) return false;
  if (head.bytes > window.remaining) return false;
  if (!window.has(head.bytes)) await window.fill(head.bytes);
  const payload = window.bytes.subarray(window.at + head.payloadAt, window.at + head.bytes);
  return crc32(payload, saltCrc) === head.payloadCrc;
}

async function judge(
  file: File,
  size: number,
  bad: { offset: number; sequence: number },
  saltCrc: number,
): Promise<LogDamage> {
  const evidence = await findEvidence(file, size, bad, saltCrc);
  const entriesAfter = await countEntries(file, size, bad, saltCrc);
  return {
    ...bad,
    acknowledged: evidence !== undefined,
    bytes: size - bad.offset,
    entriesAfter,
  };
}

/** Whole entries behind the bad one, found byte by byte; their sequences grow. */
async function countEntries(
  file: File,
  size: number,
  bad: { offset: number; sequence: number },
  saltCrc: number,
): Promise<number> {
  const sequenceMax = bad.sequence + Math.floor((size - bad.offset) / entryBytesMin);
  const window = new LogWindow(file, size, bad.offset);
  const head = new EntryHead();
  let credit = creditAtFirst;
  let last = bad.sequence;
  let count = 0;
  while (window.remaining > 0) {
    if (!window.has(entryHeadBytesMax)) await window.fill(entryHeadBytesMax);
    const { at } = window;
    credit += creditEach;
    const candidate =
      readEntryHead(window.bytes, at, window.end, saltCrc, head) &&
      head.sequence > last &&
      head.sequence <= sequenceMax &&
      head.bytes < credit;
    if (candidate && (await hasEntry(window, head, saltCrc))) {
      last = head.sequence;
      count += 1;
      window.at += head.bytes;
    } else {
      if (candidate) credit -= head.bytes;
      window.at += 1;
    }
  }
  return count;
}
