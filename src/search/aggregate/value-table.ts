/**
 * Different values, each a byte string, numbered from 0 in the order in which they came, and how
 * many records have each: outside the JavaScript heap, about 32 bytes a value and the value.
 *
 * Invariants: values are compared byte for byte; the hash is seeded, so that nobody can prepare
 * values that collide; nothing grows by more than a small piece at a time, so that no call takes
 * long however many values there are. Values are never removed.
 */
import { randomBytes } from 'node:crypto';

const chunkBytes = 1024 * 1024;
/** The hash's highest bits say which of so many tables a value is in; each grows by itself. */
const tableBits = 6;
const firstCapacity = 16;
/** Rows of values come in pieces of so many. */
const pieceShift = 13;
const pieceRows = 1 << pieceShift;
/** Values longer than this are copied natively. */
const viewBytesMin = 256;
/** Columns of a row. */
const HASH = 0;
const CHUNK = 1;
const OFFSET = 2;
const LENGTH = 3;
const COUNT = 4;
/** The last record that was counted, so that a record counts once. */
const LAST = 5;
const width = 6;

interface Table {
  /** Number + 1 by hash; 0: free. At most three quarters are taken. */
  slots: Int32Array;
  used: number;
}

export class ValueTable {
  readonly #seed = randomBytes(4).readInt32LE(0);
  readonly #tables: Table[] = [];
  readonly #pieces: Int32Array[] = [];
  readonly #chunks: Buffer[] = [];
  #chunkUsed = 0;
  #count = 0;
  #memoryBytes = 0;

  constructor() {
    for (let i = 0; i < 1 << tableBits; i++) {
      this.#tables.push({ slots: new Int32Array(firstCapacity), used: 0 });
    }
  }

  /** How many different values there are. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that the values and what is known of them take. */
  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  /**
   * Counts the value in `source` from `start` up to `end` for the record `record`, below 2^31, or for
   * `times` alike ones that it stands for; for one record after the other, each value once a record.
   */
  add(source: Uint8Array, start: number, end: number, record: number, times = 1): void {
    const hash = this.#hash(source, start, end);
    const table = this.#tables[hash >>> (32 - tableBits)];
    const mask = table.slots.length - 1;
    let at = hash & mask;
    for (let next = table.slots[at]; next !== 0; next = table.slots[at]) {
      const piece = this.#pieces[(next - 1) >>> pieceShift];
      const row = ((next - 1) & (pieceRows - 1)) * width;
      if (piece[row + HASH] === hash && this.#is(piece, row, source, start, end)) {
        if (piece[row + LAST] !== record) piece[row + COUNT] += times;
        piece[row + LAST] = record;
        return;
      }
      at = (at + 1) & mask;
    }
    table.slots[at] = this.#count + 1;
    table.used += 1;
    this.#keep(hash, source, start, end);
    const piece = this.#pieces[(this.#count - 1) >>> pieceShift];
    const row = this.#rowOf(this.#count - 1);
    piece[row + COUNT] = times;
    piece[row + LAST] = record;
    if (table.used * 4 >= table.slots.length * 3) this.#grow(table);
  }

  /** How many records have the value with this number. */
  countOf(number: number): number {
    return this.#pieces[number >>> pieceShift][this.#rowOf(number) + COUNT];
  }

  /** The value with this number, as a view. */
  bytes(number: number): Buffer {
    const piece = this.#pieces[number >>> pieceShift];
    const row = this.#rowOf(number);
    const start = piece[row + OFFSET];
    return this.#chunks[piece[row + CHUNK]].subarray(start, start + piece[row + LENGTH]);
  }

  /** Negative when the bytes of value a come before those of value b. */
  compare(a: number, b: number): number {
    const [pieceA, rowA] = [this.#pieces[a >>> pieceShift], this.#rowOf(a)];
    const [pieceB, rowB] = [this.#pieces[b >>> pieceShift], this.#rowOf(b)];
    const startA = pieceA[rowA + OFFSET];
    const startB = pieceB[rowB + OFFSET];
    return this.#chunks[pieceA[rowA + CHUNK]].compare(
      this.#chunks[pieceB[rowB + CHUNK]],
      startB,
      startB + pieceB[rowB + LENGTH],
      startA,
      startA + pieceA[rowA + LENGTH],
    );
  }

  #rowOf(number: number): number {
    return (number & (pieceRows - 1)) * width;
  }

  #hash(source: Uint8Array, start: number, end: number): number {
    let hash = this.#seed;
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ source[i], 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    return hash ^ (hash >>> 13);
  }

  #is(piece: Int32Array, row: number, source: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (piece[row + LENGTH] !== length) return false;
    const chunk = this.#chunks[piece[row + CHUNK]];
    const from = piece[row + OFFSET];
    for (let i = 0; i < length; i++) if (chunk[from + i] !== source[start + i]) return false;
    return true;
  }

  /** Gives a new value the next number. */
  #keep(hash: number, source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const last = this.#chunks.length - 1;
    if (last < 0 || this.#chunkUsed + length > this.#chunks[last].length) {
      // The first is small, for keys that have few values.
      const bytes = Math.max(this.#chunks.length === 0 ? 4096 : chunkBytes, length);
      this.#chunks.push(Buffer.allocUnsafeSlow(bytes));
      this.#memoryBytes += bytes;
      this.#chunkUsed = 0;
    }
    if (this.#count >>> pieceShift === this.#pieces.length) {
      this.#pieces.push(new Int32Array(pieceRows * width));
      this.#memoryBytes += pieceRows * width * 4;
    }
    const at = this.#chunkUsed;
    const chunk = this.#chunks[this.#chunks.length - 1];
    // For a million short values, a view of each would be garbage that others wait for.
    if (length > viewBytesMin) chunk.set(source.subarray(start, end), at);
    else for (let i = 0; i < length; i++) chunk[at + i] = source[start + i];
    const piece = this.#pieces[this.#count >>> pieceShift];
    const row = this.#rowOf(this.#count);
    piece[row + HASH] = hash;
    piece[row + CHUNK] = this.#chunks.length - 1;
    piece[row + OFFSET] = at;
    piece[row + LENGTH] = length;
    this.#chunkUsed += length;
    this.#count += 1;
  }

  #grow(table: Table): void {
    const slots = new Int32Array(table.slots.length * 2);
    this.#memoryBytes += table.slots.length * 4;
    for (const next of table.slots) {
      if (next === 0) continue;
      const piece = this.#pieces[(next - 1) >>> pieceShift];
      let at = piece[this.#rowOf(next - 1) + HASH] & (slots.length - 1);
      while (slots[at] !== 0) at = (at + 1) & (slots.length - 1);
      slots[at] = next;
    }
    table.slots = slots;
  }
}
