/**
 * The bytes of record ids, outside the JavaScript heap, addressed by 32-bit references.
 *
 * A stored id is one tag byte and its bytes: tag 0 and 16 bytes for a canonical lower-case UUID, or
 * the length (1 to 255) and the text. The tag keeps the two kinds apart, so no text can collide
 * with a UUID. Ids never straddle chunks and are never changed in place.
 */
import { packId, unpackId } from '../../record/uuid.js';

const CHUNK_BYTES = 1 << 20;
const PACKED_BYTES = 16;
/** A tag and the longest id. */
export const STORED_ID_BYTES_MAX = 256;

export class IdArena {
  #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  #dead = 0;

  /** Writes the stored form of an id at the start of `target`; returns its length in bytes. */
  static encode(id: Uint8Array, start: number, end: number, target: Uint8Array): number {
    if (end - start === 36 && packId(id, start, target, 1)) {
      target[0] = 0;
      return 1 + PACKED_BYTES;
    }
    target[0] = end - start;
    for (let i = start; i < end; i += 1) target[1 + i - start] = id[i];
    return 1 + end - start;
  }

  /** Keeps a stored id; returns its reference. */
  add(stored: Uint8Array, length: number): number {
    if (this.#used + length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    const target = this.#chunks[chunk];
    for (let i = 0; i < length; i += 1) target[this.#used + i] = stored[i];
    const reference = chunk * CHUNK_BYTES + this.#used;
    this.#used += length;
    return reference;
  }

  /** Marks an id as unused; its bytes come back when the owner compacts. */
  release(reference: number): void {
    this.#dead += this.#lengthAt(reference);
  }

  /** Whether most bytes belong to released ids. */
  get wasteful(): boolean {
    return this.#dead > CHUNK_BYTES && this.#dead * 2 > this.memoryBytes;
  }

  get memoryBytes(): number {
    return this.#chunks.length * CHUNK_BYTES;
  }

  equals(reference: number, stored: Uint8Array, length: number): boolean {
    const chunk = this.#chunks[Math.floor(reference / CHUNK_BYTES)];
    const at = reference % CHUNK_BYTES;
    for (let i = 0; i < length; i += 1) if (chunk[at + i] !== stored[i]) return false;
    return true;
  }

  /** Copies the stored id to the start of `target`; returns its length in bytes. */
  copy(reference: number, target: Uint8Array): number {
    const chunk = this.#chunks[Math.floor(reference / CHUNK_BYTES)];
    const at = reference % CHUNK_BYTES;
    const length = this.#lengthAt(reference);
    target.set(chunk.subarray(at, at + length));
    return length;
  }

  /** The id as its client wrote it: UTF-8 bytes, a view or a small copy. */
  bytes(reference: number): Uint8Array {
    const chunk = this.#chunks[Math.floor(reference / CHUNK_BYTES)];
    const at = reference % CHUNK_BYTES;
    if (chunk[at] === 0) return unpackId(chunk, at + 1);
    return chunk.subarray(at + 1, at + 1 + chunk[at]);
  }

  /** Byte order of two ids as their clients wrote them. */
  compare(a: number, b: number): number {
    const chunkA = this.#chunks[Math.floor(a / CHUNK_BYTES)];
    const chunkB = this.#chunks[Math.floor(b / CHUNK_BYTES)];
    const atA = a % CHUNK_BYTES;
    const atB = b % CHUNK_BYTES;
    // Packed UUIDs order as their text does: hexadecimal digits ascend and hyphens stand still.
    if (chunkA[atA] === 0 && chunkB[atB] === 0) {
      const endA = atA + 1 + PACKED_BYTES;
      return chunkA.compare(chunkB, atB + 1, atB + 1 + PACKED_BYTES, atA + 1, endA);
    }
    return Buffer.compare(this.bytes(a), this.bytes(b));
  }

  clear(): void {
    this.#chunks = [];
    this.#used = CHUNK_BYTES;
    this.#dead = 0;
  }

  #lengthAt(reference: number): number {
    const tag = this.#chunks[Math.floor(reference / CHUNK_BYTES)][reference % CHUNK_BYTES];
    return tag === 0 ? 1 + PACKED_BYTES : 1 + tag;
  }
}
