/**
 * What a simulated disk knows of one file beside its real content: the bytes that are durable, and
 * every write and truncation since the last sync. Any of those may or may not have reached the disk
 * when the power goes, whole or in part, and in any order.
 */
import { fstatSync, readSync } from 'node:fs';
import type { Random } from '../random.js';

type Pending =
  | { readonly position: number; readonly bytes: Uint8Array }
  | { readonly truncatedTo: number };

/** What a disk writes at once. */
const SECTOR_BYTES = 512;

export class FileNode {
  #durable: Buffer;
  #pending: Pending[] = [];
  /** Length with everything pending. */
  #size: number;

  /** `durable`: the content that a crash cannot touch. */
  constructor(durable: Buffer = Buffer.alloc(0)) {
    this.#durable = durable;
    this.#size = durable.length;
  }

  write(pieces: readonly Uint8Array[], position: number): void {
    const bytes = Buffer.concat(pieces);
    this.#pending.push({ position, bytes });
    this.#size = Math.max(this.#size, position + bytes.length);
  }

  truncate(length: number): void {
    this.#pending.push({ truncatedTo: length });
    this.#size = length;
  }

  /** Takes notice of what native code wrote to the open file by its path, as one write. */
  observe(descriptor: number): void {
    const { size } = fstatSync(descriptor);
    if (size === this.#size) return;
    const bytes = Buffer.alloc(size);
    readSync(descriptor, bytes, 0, size, 0);
    this.#pending.push({ truncatedTo: 0 }, { position: 0, bytes });
    this.#size = bytes.length;
  }

  sync(): void {
    this.#durable = apply(this.#durable, this.#pending);
    this.#pending = [];
  }

  /** The content as the operating system shows it. */
  latest(): Buffer {
    return apply(this.#durable, this.#pending);
  }

  /** A content that the disk may hold after the power went now. */
  afterCrash(random: Random): Buffer {
    if (this.#pending.length === 0) return this.#durable;
    const survived: Pending[] = [];
    for (const pending of this.#pending) {
      if ('truncatedTo' in pending) {
        if (random.chance(0.5)) survived.push(pending);
      } else if (!random.chance(0.35)) {
        survived.push(...(random.chance(0.5) ? [pending] : torn(pending, random)));
      }
    }
    return apply(this.#durable, survived);
  }
}

/** What may be left of a write of which only a part reached the disk. */
function torn(write: { position: number; bytes: Uint8Array }, random: Random): Pending[] {
  const { position, bytes } = write;
  const how = random.below(3);
  if (how === 0) return [{ position, bytes: bytes.subarray(0, random.below(bytes.length + 1)) }];
  // The length is there, but not the bytes.
  if (how === 1) return [{ position, bytes: new Uint8Array(bytes.length) }];
  const sectors: Pending[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + SECTOR_BYTES - ((position + at) % SECTOR_BYTES));
    if (random.chance(0.5))
      sectors.push({ position: position + at, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return sectors;
}

/** `content` with the changes made in order; holes are zeros. */
function apply(content: Buffer, changes: readonly Pending[]): Buffer {
  let size = content.length;
  let room = size;
  for (const change of changes) {
    size =
      'truncatedTo' in change
        ? change.truncatedTo
        : Math.max(size, change.position + change.bytes.length);
    room = Math.max(room, size);
  }
  if (changes.length === 0) return content;
  const bytes = Buffer.alloc(room);
  content.copy(bytes);
  let end = content.length;
  for (const change of changes) {
    if ('truncatedTo' in change) {
      // What is cut off reads as zeros when the file grows again.
      bytes.fill(0, Math.min(end, change.truncatedTo), end);
      end = change.truncatedTo;
    } else {
      bytes.set(change.bytes, change.position);
      end = Math.max(end, change.position + change.bytes.length);
    }
  }
  return bytes.subarray(0, end);
}
