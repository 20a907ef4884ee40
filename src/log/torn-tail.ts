/**
 * Tells a torn tail (a write that was cut off by a crash and never acknowledged) from damage to
 * acknowledged entries, and cuts a torn tail off. The judgement changes nothing; the cut keeps a
 * copy of what it takes away.
 */
import { dirname } from 'node:path';
import type { File, FileSystem } from '../storage/file-system.js';
import { EntryHead, entryBytesMin, entryHeadBytesMax, readEntryHeader } from './entry.js';
import { LogWindow } from './log-window.js';

const copyBytes = 1024 * 1024;

/** Where reading stopped: the entry with this sequence should stand there and does not. */
export interface BadEntry {
  readonly offset: number;
  readonly sequence: number;
}

/** A later entry that says that the bad one was durable. */
export interface Evidence {
  readonly offset: number;
  readonly sequence: number;
}

/**
 * Scans on from the bad entry, byte by byte. An entry counts only when its header verifies and its
 * sequence can be one that follows in the bytes that are left.
 */
export async function findEvidence(
  file: File,
  size: number,
  bad: BadEntry,
  saltCrc: number,
): Promise<Evidence | undefined> {
  const sequenceMax = bad.sequence + Math.floor((size - bad.offset) / entryBytesMin);
  const window = new LogWindow(file, size, bad.offset);
  const head = new EntryHead();
  while (window.remaining > 0) {
    await window.fill(entryHeadBytesMax);
    // Up to where a header may be cut by the end of the window; at the end of the file none is.
    const whole = window.has(window.remaining);
    const last = whole ? window.end : window.end - entryHeadBytesMax + 1;
    for (; window.at < last; window.at++) {
      if (
        readEntryHeader(window.bytes, window.at, window.end, saltCrc, head) &&
        head.sequence > bad.sequence &&
        head.sequence <= sequenceMax &&
        head.durableSequence >= bad.sequence
      ) {
        return { offset: window.position, sequence: head.sequence };
      }
    }
  }
  return undefined;
}

/** Copies everything from `offset` on to `<path>.torn`, durably, and only then cuts it off. */
export async function cutTornTail(
  fs: FileSystem,
  file: File,
  offset: number,
  size: number,
): Promise<void> {
  const path = `${file.path}.torn`;
  await fs.remove(path);
  const copy = await fs.open(path, 'create');
  try {
    const buffer = Buffer.allocUnsafeSlow(Math.min(copyBytes, size - offset));
    for (let at = offset; at < size; ) {
      const count = await file.read(buffer.subarray(0, Math.min(buffer.length, size - at)), at);
      if (count === 0) throw new Error(`${file.path} became shorter while it was copied`);
      await copy.write([buffer.subarray(0, count)], at - offset);
      at += count;
    }
    await copy.sync();
  } finally {
    await copy.close();
  }
  await fs.syncDirectory(dirname(path));
  await file.truncate(offset);
  await file.sync();
}
