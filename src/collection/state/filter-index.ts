/**
 * What filters are answered from: columns derived from the records of a collection. A record that
 * changes is only marked; its body is read when nothing else is to be done, or when a filter asks.
 *
 * Invariant: what is not marked is in the columns as it is.
 */
import { RecordColumns } from '../../search/columns/record-columns.js';
import { SlotSet } from '../../search/slot-set.js';
import { BodyReader } from './body-reader.js';
import type { RecordFiles } from './record-files.js';
import type { Rows } from './rows.js';

/** Answers that are kept, and the longest filter that one is kept of. */
const answersMax = 16;
const filterBytesMax = 4_096;
/** Records between two looks at the clock. */
const clockEvery = 64;

export class FilterIndex {
  readonly #rows: Rows;
  readonly #files: RecordFiles;
  #columns = new RecordColumns();
  /** Slots whose record changed since it was taken in. */
  #marked = new SlotSet();
  /** Grows when a record changes. */
  #version = 0;
  /** Answers by the bytes of their filters, the one used last at the end. */
  readonly #answers = new Map<string, { version: number; matches: SlotSet }>();

  constructor(rows: Rows, files: RecordFiles) {
    this.#rows = rows;
    this.#files = files;
  }

  get columns(): RecordColumns {
    return this.#columns;
  }

  get memoryBytes(): number {
    let bytes = this.#columns.memoryBytes + this.#marked.memoryBytes;
    for (const { matches } of this.#answers.values()) bytes += matches.memoryBytes;
    return bytes;
  }

  /** Records that are not in the columns as they are. */
  get pendingCount(): number {
    return this.#marked.count;
  }

  /** Whether the columns tell of the slot's record as it is. */
  isCurrent(slot: number): boolean {
    return !this.#marked.has(slot);
  }

  /** The record of the slot changes, comes or goes. */
  touch(slot: number): void {
    this.#marked.add(slot);
    this.#version += 1;
  }

  clear(): void {
    this.#columns = new RecordColumns();
    this.#marked.clear();
    this.#version += 1;
  }

  /** Takes in marked records, for about `budgetMs`, at least some. Says whether any are left. */
  slice(budgetMs: number): boolean {
    if (this.#marked.count === 0) return false;
    const reader = new BodyReader(this.#files);
    const end = performance.now() + budgetMs;
    let taken = 0;
    for (const slot of this.#marked) {
      this.#take(slot, reader);
      this.#marked.delete(slot);
      taken += 1;
      if (taken % clockEvery === 0 && performance.now() >= end) break;
    }
    return this.#marked.count > 0;
  }

  /** The answer to a filter with these bytes, if one is known and nothing has changed since. */
  answer(filter: Uint8Array): SlotSet | undefined {
    const key = keyOf(filter);
    const known = this.#answers.get(key);
    if (known === undefined || known.version !== this.#version) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, known);
    return known.matches;
  }

  /** Keeps the answer to a filter with these bytes. It was true at this moment. */
  keepAnswer(filter: Uint8Array, matches: SlotSet): void {
    if (filter.length > filterBytesMax) return;
    const key = keyOf(filter);
    this.#answers.delete(key);
    this.#answers.set(key, { version: this.#version, matches });
    if (this.#answers.size <= answersMax) return;
    const [oldest] = this.#answers.keys();
    this.#answers.delete(oldest);
  }

  #take(slot: number, reader: BodyReader): void {
    const { live, file, offset, length, end } = this.#rows;
    if (!live.has(slot)) {
      this.#columns.clear(slot);
      return;
    }
    reader.read(file[slot], offset[slot], length[slot]);
    this.#columns.set(slot, reader.bytes, reader.start, reader.end, end);
  }
}

/** One character for each byte. */
function keyOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
