/**
 * Finds the slot of a record by its id: open addressing with linear probing over typed arrays,
 * about 12 bytes a record beside the id itself and no JavaScript object per record.
 *
 * The hash is seeded, so that chosen ids cannot be made to collide.
 */
import { seededHash } from '../../storage/seeded-hash.js';
import { IdArena, STORED_ID_BYTES_MAX } from './id-arena.js';

const INITIAL_BUCKETS = 1024;

export class IdTable {
  readonly #arena = new IdArena();
  /** Slot + 1 by bucket; 0 is an empty bucket. */
  #buckets = new Uint32Array(INITIAL_BUCKETS);
  #references = new Uint32Array(INITIAL_BUCKETS);
  #hashes = new Uint32Array(INITIAL_BUCKETS);
  readonly #stored = Buffer.alloc(STORED_ID_BYTES_MAX);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** 32-bit hash of the id in `bytes[start, end)`; equal ids have equal hashes in this process. */
  hash(bytes: Uint8Array, start: number, end: number): number {
    return seededHash(this.#stored, 0, IdArena.encode(bytes, start, end, this.#stored));
  }

  /** Slot of the id in `bytes[start, end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    if (end === start || end - start >= STORED_ID_BYTES_MAX) return -1;
    const length = IdArena.encode(bytes, start, end, this.#stored);
    return this.#findStored(length, seededHash(this.#stored, 0, length));
  }

  /** Slot of an id given as text, or -1. */
  findText(id: string): number {
    const bytes = Buffer.from(id, 'utf8');
    return this.find(bytes, 0, bytes.length);
  }

  /** Slot of the id; when it is new, the slot that `allocate` returns, kept under the id. */
  findOrAdd(bytes: Uint8Array, start: number, end: number, allocate: () => number): number {
    const length = IdArena.encode(bytes, start, end, this.#stored);
    const hash = seededHash(this.#stored, 0, length);
    const found = this.#findStored(length, hash);
    if (found >= 0) return found;
    const slot = allocate();
    if (slot >= this.#references.length) {
      this.#growSlots(Math.max(slot + 1, this.#references.length * 2));
    }
    if ((this.#count + 1) * 5 > this.#buckets.length * 3) this.#rehash(this.#buckets.length * 2);
    this.#references[slot] = this.#arena.add(this.#stored, length);
    this.#hashes[slot] = hash;
    this.#place(slot);
    this.#count += 1;
    return slot;
  }

  /** Makes room for so many ids, so that a load does not leave garbage behind. */
  reserve(ids: number): void {
    if (ids > this.#references.length) this.#growSlots(ids);
    let buckets = this.#buckets.length;
    while (ids * 5 > buckets * 3) buckets *= 2;
    if (buckets > this.#buckets.length) this.#rehash(buckets);
  }

  /** Forgets the id of a slot. */
  remove(slot: number): void {
    const mask = this.#buckets.length - 1;
    let hole = this.#hashes[slot] & mask;
    while (this.#buckets[hole] !== slot + 1) hole = (hole + 1) & mask;
    // Backward shift: entries after the hole move up unless they already stand at their home.
    for (let next = (hole + 1) & mask; this.#buckets[next] !== 0; next = (next + 1) & mask) {
      const home = this.#hashes[this.#buckets[next] - 1] & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        this.#buckets[hole] = this.#buckets[next];
        hole = next;
      }
    }
    this.#buckets[hole] = 0;
    this.#arena.release(this.#references[slot]);
    this.#count -= 1;
    if (this.#arena.wasteful) this.#compact();
  }

  /** The id of a slot, UTF-8 bytes; valid until the table changes. */
  bytes(slot: number): Uint8Array {
    return this.#arena.bytes(this.#references[slot]);
  }

  /** The id of a slot. */
  text(slot: number): string {
    return Buffer.from(this.bytes(slot)).toString('utf8');
  }

  /** Byte order of the ids of two slots. */
  compare(a: number, b: number): number {
    return this.#arena.compare(this.#references[a], this.#references[b]);
  }

  clear(): void {
    this.#arena.clear();
    this.#buckets = new Uint32Array(INITIAL_BUCKETS);
    this.#count = 0;
  }

  /** Bytes held outside the JavaScript heap. */
  get memoryBytes(): number {
    const tables = this.#buckets.byteLength + this.#references.byteLength + this.#hashes.byteLength;
    return this.#arena.memoryBytes + tables;
  }

  #findStored(length: number, hash: number): number {
    const mask = this.#buckets.length - 1;
    for (let bucket = hash & mask; ; bucket = (bucket + 1) & mask) {
      const entry = this.#buckets[bucket];
      if (entry === 0) return -1;
      const slot = entry - 1;
      if (this.#hashes[slot] !== hash) continue;
      if (this.#arena.equals(this.#references[slot], this.#stored, length)) return slot;
    }
  }

  #place(slot: number): void {
    const mask = this.#buckets.length - 1;
    let bucket = this.#hashes[slot] & mask;
    while (this.#buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    this.#buckets[bucket] = slot + 1;
  }

  #rehash(size: number): void {
    const old = this.#buckets;
    this.#buckets = new Uint32Array(size);
    for (const entry of old) if (entry !== 0) this.#place(entry - 1);
  }

  #growSlots(size: number): void {
    const references = new Uint32Array(size);
    references.set(this.#references);
    this.#references = references;
    const hashes = new Uint32Array(size);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #compact(): void {
    const stored: [number, Buffer][] = [];
    for (const entry of this.#buckets) {
      if (entry === 0) continue;
      const length = this.#arena.copy(this.#references[entry - 1], this.#stored);
      stored.push([entry - 1, Buffer.from(this.#stored.subarray(0, length))]);
    }
    this.#arena.clear();
    for (const [slot, bytes] of stored) {
      this.#references[slot] = this.#arena.add(bytes, bytes.length);
    }
  }
}
