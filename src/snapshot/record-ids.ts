/**
 * The ids of many records, each with a number: an open-addressing table over bytes outside the
 * JavaScript heap, 17 to 23 bytes and the id, which takes 17 if it is a canonical UUID.
 *
 * Invariants: ids are compared byte for byte; they are numbered from 0 in the order in which they
 * came; the hash is seeded, so that nobody can prepare ids that collide; the table is at most three
 * quarters full. Ids are never removed.
 */
import { randomBytes } from 'node:crypto';
import { packId, UUID_TEXT_BYTES, unpackId } from '../record/uuid.js';
import { IntRows } from './int-rows.js';

const chunkBytes = 1024 * 1024;
const firstCapacity = 2048;
const packedBytes = 16;
/** Columns of a row: hash, chunk, offset in the chunk. */
const width = 3;

export class RecordIds {
  readonly #seed = randomBytes(4).readInt32LE(0);
  /** Number + 1 by hash; 0: free. */
  #table = new Int32Array(firstCapacity);
  readonly #rows = new IntRows(width);
  #count = 0;
  /** Ids, each after its length in one byte, or after a 0 if it is a packed UUID. */
  readonly #chunks: Buffer[] = [];
  #chunkUsed = chunkBytes;
  /** The id at hand in its stored form. */
  readonly #stored = Buffer.alloc(256);
  #storedLength = 0;

  /** How many different ids there are. */
  get count(): number {
    return this.#count;
  }

  /**
   * The number of the id in `source` from `start` up to `end`, at most 255 bytes. A new id gets the
   * next one, which is `count` before the call.
   */
  number(source: Uint8Array, start: number, end: number): number {
    this.#store(source, start, end);
    const hash = this.#hash();
    const mask = this.#table.length - 1;
    let at = hash & mask;
    for (let next = this.#table[at]; next !== 0; next = this.#table[at]) {
      if (this.#is(next - 1, hash)) return next - 1;
      at = (at + 1) & mask;
    }
    this.#table[at] = this.#count + 1;
    this.#keep(hash);
    if (this.#count * 4 >= this.#table.length * 3) this.#grow();
    return this.#count - 1;
  }

  /** The text of the id with this number. */
  text(number: number): string {
    const piece = this.#rows.piece(number);
    const row = this.#rows.offset(number);
    const chunk = this.#chunks[piece[row + 1]];
    const at = piece[row + 2];
    if (chunk[at] > 0) return chunk.toString('utf8', at + 1, at + 1 + chunk[at]);
    return Buffer.from(unpackId(chunk, at + 1)).toString('latin1');
  }

  #store(source: Uint8Array, start: number, end: number): void {
    const stored = this.#stored;
    const length = end - start;
    if (length === UUID_TEXT_BYTES && packId(source, start, stored, 1)) {
      stored[0] = 0;
      this.#storedLength = 1 + packedBytes;
      return;
    }
    stored[0] = length;
    for (let i = 0; i < length; i++) stored[1 + i] = source[start + i];
    this.#storedLength = 1 + length;
  }

  #hash(): number {
    const stored = this.#stored;
    let hash = this.#seed;
    for (let i = 0; i < this.#storedLength; i++) {
      hash = Math.imul(hash ^ stored[i], 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    return hash ^ (hash >>> 13);
  }

  /** Whether the id with this number and hash is the one at hand. */
  #is(number: number, hash: number): boolean {
    const piece = this.#rows.piece(number);
    const row = this.#rows.offset(number);
    if (piece[row] !== hash) return false;
    const chunk = this.#chunks[piece[row + 1]];
    const from = piece[row + 2];
    for (let i = 0; i < this.#storedLength; i++) {
      if (chunk[from + i] !== this.#stored[i]) return false;
    }
    return true;
  }

  /** Gives the id at hand the next number. */
  #keep(hash: number): void {
    if (this.#chunkUsed + this.#storedLength > chunkBytes) {
      this.#chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
      this.#chunkUsed = 0;
    }
    const index = this.#chunks.length - 1;
    this.#chunks[index].set(this.#stored.subarray(0, this.#storedLength), this.#chunkUsed);
    this.#rows
      .piece(this.#count)
      .set([hash, index, this.#chunkUsed], this.#rows.offset(this.#count));
    this.#chunkUsed += this.#storedLength;
    this.#count += 1;
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2);
    for (let number = 0; number < this.#count; number++) {
      let at = this.#rows.piece(number)[this.#rows.offset(number)] & (table.length - 1);
      while (table[at] !== 0) at = (at + 1) & (table.length - 1);
      table[at] = number + 1;
    }
    this.#table = table;
  }
}
