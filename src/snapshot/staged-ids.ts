/**
 * The ids of staged records, to find duplicates among millions of them: an open-addressing table
 * over bytes outside the JavaScript heap, about 60 bytes for a UUID.
 *
 * Invariants: ids are compared byte for byte; the hash is seeded, so that nobody can prepare ids
 * that collide; the table is at most half full. Ids are never removed.
 */
import { randomBytes } from 'node:crypto';

const chunkBytes = 1024 * 1024;
const firstCapacity = 1024;

export class StagedIds {
  readonly #seed = randomBytes(4).readInt32LE(0);
  /** Entry + 1 by hash; 0: free. */
  #table = new Int32Array(firstCapacity * 2);
  /** By entry: hash, where the id is, and the record that it stands for. */
  #hashes = new Int32Array(firstCapacity);
  #addresses = new Float64Array(firstCapacity);
  #ordinals = new Float64Array(firstCapacity);
  #count = 0;
  /** Ids, each after its length in one byte; none lies across two chunks. */
  readonly #chunks: Buffer[] = [];
  #chunkUsed = chunkBytes;

  /** Number of different ids. */
  get count(): number {
    return this.#count;
  }

  /**
   * Lets the id in `source` from `start` up to `end`, at most 255 bytes, stand for the record
   * `ordinal`; returns the record that it stood for before, or -1.
   */
  put(source: Uint8Array, start: number, end: number, ordinal: number): number {
    const hash = this.#hash(source, start, end);
    const mask = this.#table.length - 1;
    let at = hash & mask;
    for (let entry = this.#table[at]; entry !== 0; entry = this.#table[at]) {
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, source, start, end)) {
        const before = this.#ordinals[entry - 1];
        this.#ordinals[entry - 1] = ordinal;
        return before;
      }
      at = (at + 1) & mask;
    }
    this.#table[at] = this.#count + 1;
    this.#hashes[this.#count] = hash;
    this.#addresses[this.#count] = this.#keep(source, start, end);
    this.#ordinals[this.#count] = ordinal;
    this.#count += 1;
    if (this.#count === this.#hashes.length) this.#grow();
    return -1;
  }

  #hash(source: Uint8Array, start: number, end: number): number {
    let hash = this.#seed ^ (end - start);
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ source[i], 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    return hash ^ (hash >>> 13);
  }

  #equals(entry: number, source: Uint8Array, start: number, end: number): boolean {
    const address = this.#addresses[entry];
    const chunk = this.#chunks[Math.floor(address / chunkBytes)];
    let at = address % chunkBytes;
    if (chunk[at++] !== end - start) return false;
    for (let i = start; i < end; i++) if (chunk[at++] !== source[i]) return false;
    return true;
  }

  #keep(source: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (this.#chunkUsed + 1 + length > chunkBytes) {
      this.#chunks.push(Buffer.allocUnsafeSlow(chunkBytes));
      this.#chunkUsed = 0;
    }
    const index = this.#chunks.length - 1;
    const chunk = this.#chunks[index];
    const at = this.#chunkUsed;
    chunk[at] = length;
    for (let i = 0; i < length; i++) chunk[at + 1 + i] = source[start + i];
    this.#chunkUsed = at + 1 + length;
    return index * chunkBytes + at;
  }

  #grow(): void {
    const capacity = this.#hashes.length * 2;
    const hashes = new Int32Array(capacity);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const addresses = new Float64Array(capacity);
    addresses.set(this.#addresses);
    this.#addresses = addresses;
    const ordinals = new Float64Array(capacity);
    ordinals.set(this.#ordinals);
    this.#ordinals = ordinals;
    const table = new Int32Array(capacity * 2);
    for (let entry = 0; entry < this.#count; entry++) {
      let at = hashes[entry] & (table.length - 1);
      while (table[at] !== 0) at = (at + 1) & (table.length - 1);
      table[at] = entry + 1;
    }
    this.#table = table;
  }
}
