/**
 * Distinct byte strings, numbered from 1 in the order in which they first came: the values of a
 * metadata key, or titles. Open addressing over typed arrays and chunks of bytes; no JavaScript
 * object per value. A value is kept as long as it is counted, and until the owner compacts.
 *
 * The hash is seeded, so that chosen values cannot be made to collide.
 */
import { grown } from '../../index/grow.js';
import { seededHash } from '../../storage/seeded-hash.js';

const chunkBytes = 64 * 1024;
const initialBuckets = 16;
/** Fewer dead values than this are not worth a compaction. */
const deadMin = 1_024;

export class ValueDictionary {
  #chunks: Buffer[] = [];
  #used = 0;
  #bytes = 0;
  /** By value, from 1. */
  #chunk = new Uint32Array(0);
  #start = new Uint32Array(0);
  #length = new Uint32Array(0);
  #hash = new Uint32Array(0);
  #uses = new Uint32Array(0);
  /** Value by bucket; 0 is an empty one. */
  #buckets = new Uint32Array(initialBuckets);
  #size = 0;
  #dead = 0;

  /** The highest value; those that nothing uses any more are among them. */
  get size(): number {
    return this.#size;
  }

  /** Values that are in use. */
  get liveCount(): number {
    return this.#size - this.#dead;
  }

  get memoryBytes(): number {
    return this.#bytes + this.#chunk.byteLength * 5 + this.#buckets.byteLength;
  }

  /** Whether most values are dead. */
  get isWasteful(): boolean {
    return this.#dead > deadMin && this.#dead * 2 > this.#size;
  }

  /** The value of `bytes[start, end)`, or 0. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.#find(bytes, start, end, seededHash(bytes, start, end));
  }

  /** Counts one more use of `bytes[start, end)`; returns its value. */
  use(bytes: Uint8Array, start: number, end: number): number {
    const hash = seededHash(bytes, start, end);
    const value = this.#find(bytes, start, end, hash) || this.#add(bytes, start, end, hash);
    if (this.#uses[value]++ === 0) this.#dead--;
    return value;
  }

  /** Takes one use back. */
  release(value: number): void {
    if (--this.#uses[value] === 0) this.#dead++;
  }

  usesOf(value: number): number {
    return this.#uses[value];
  }

  /** The bytes of a value: a view that must not be written to. */
  bytes(value: number): Buffer {
    const start = this.#start[value];
    return this.#chunks[this.#chunk[value]].subarray(start, start + this.#length[value]);
  }

  /** Drops the dead values; returns the new number of each value, by its old one. */
  compact(): Uint32Array {
    const numbers = new Uint32Array(this.#size + 1);
    const kept = new ValueDictionary();
    for (let value = 1; value <= this.#size; value++) {
      if (this.#uses[value] === 0) continue;
      const bytes = this.bytes(value);
      numbers[value] = kept.use(bytes, 0, bytes.length);
      kept.#uses[numbers[value]] = this.#uses[value];
    }
    this.#chunks = kept.#chunks;
    this.#used = kept.#used;
    this.#bytes = kept.#bytes;
    this.#chunk = kept.#chunk;
    this.#start = kept.#start;
    this.#length = kept.#length;
    this.#hash = kept.#hash;
    this.#uses = kept.#uses;
    this.#buckets = kept.#buckets;
    this.#size = kept.#size;
    this.#dead = 0;
    return numbers;
  }

  #find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#buckets.length - 1;
    for (let at = hash & mask; this.#buckets[at] !== 0; at = (at + 1) & mask) {
      const value = this.#buckets[at];
      if (this.#hash[value] === hash && this.#equals(value, bytes, start, end)) return value;
    }
    return 0;
  }

  #equals(value: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#length[value] !== end - start) return false;
    const chunk = this.#chunks[this.#chunk[value]];
    const from = this.#start[value];
    for (let i = start; i < end; i++) if (chunk[from + i - start] !== bytes[i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number): number {
    if ((this.#size + 1) * 5 > this.#buckets.length * 3) this.#rehash();
    const value = ++this.#size;
    this.#chunk = grown(this.#chunk, value);
    this.#start = grown(this.#start, value);
    this.#length = grown(this.#length, value);
    this.#hash = grown(this.#hash, value);
    this.#uses = grown(this.#uses, value);
    this.#keep(bytes, start, end, value);
    this.#hash[value] = hash;
    this.#dead++;
    this.#place(value);
    return value;
  }

  #keep(bytes: Uint8Array, start: number, end: number, value: number): void {
    const length = end - start;
    const last = this.#chunks.at(-1);
    if (last === undefined || this.#used + length > last.length) {
      // Chunks grow with what there is, so that a key with few values stays small.
      const size = Math.max(length, Math.min(chunkBytes, this.#bytes), 64);
      this.#chunks.push(Buffer.allocUnsafeSlow(size));
      this.#bytes += size;
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    this.#chunks[chunk].set(bytes.subarray(start, end), this.#used);
    this.#chunk[value] = chunk;
    this.#start[value] = this.#used;
    this.#length[value] = length;
    this.#used += length;
  }

  #place(value: number): void {
    const mask = this.#buckets.length - 1;
    let at = this.#hash[value] & mask;
    while (this.#buckets[at] !== 0) at = (at + 1) & mask;
    this.#buckets[at] = value;
  }

  #rehash(): void {
    this.#buckets = new Uint32Array(this.#buckets.length * 2);
    for (let value = 1; value <= this.#size; value++) this.#place(value);
  }
}
