/**
 * The metadata entries of one record: what is checked about them, and which bytes of them stay.
 *
 * Of entries with one key the last one stays. An entry with more than one key, value or kind is
 * legal protobuf that decoders read differently; it is marked odd and written anew with the last
 * of each. All other entries are kept byte for byte, fields of a newer schema included.
 */
import { randomBytes } from 'node:crypto';
import { invalidArgument, type ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import type { ByteWriter } from '../storage/bytes.js';
import { BYTES, type Cursor, FIXED64, VARINT } from './cursor.js';
import type { Drops } from './drops.js';
import { appendEntry } from './metadata-entry.js';
import { isUtf8Range } from './utf8.js';

/** Columns of the table of keys: hash, key range, field range, payload start, odd. */
const STRIDE = 7;
/** Random for each process, so that no client can prepare keys that collide. */
const HASH_SEED = randomBytes(4).readInt32LE();
/** Wire types of MetadataValue's kinds by field number. */
const KIND_TYPES = [-1, BYTES, VARINT, FIXED64, VARINT, BYTES];

export class MetadataScan {
  /** Number of different keys. */
  count = 0;
  /** Whether an entry was odd; a later one may have replaced it since. */
  #hasOdd = false;
  #table = new Int32Array(16 * STRIDE);
  #bytes: Uint8Array = new Uint8Array(0);
  #keyStart = 0;
  #keyEnd = 0;

  /** Starts over for another record. */
  reset(): void {
    this.count = 0;
    this.#hasOdd = false;
  }

  /** Reads the entry whose field starts at `fieldStart` and whose length comes next. */
  entry(cursor: Cursor, fieldStart: number, drops: Drops): void {
    const end = cursor.valueEnd();
    const start = cursor.position;
    const outerEnd = cursor.end;
    cursor.end = end;
    this.#bytes = cursor.bytes;
    const keys = this.#findKey(cursor);
    cursor.position = start;
    let values = 0;
    let kinds = 0;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag >>> 3 !== 2) cursor.skip(tag);
      else {
        if ((tag & 7) !== BYTES) throw cursor.wrongType(this.#path(), tag, BYTES);
        values++;
        kinds += this.#value(cursor);
      }
    }
    if (kinds === 0) {
      throw invalidArgument(this.#path(), `${this.#path()} has no value; set one of its kinds`);
    }
    cursor.end = outerEnd;
    const odd = keys !== 1 || values !== 1 || kinds !== 1;
    this.#put(fieldStart, start, end, odd, drops);
  }

  /** After the last entry: has the odd ones left out, for `appendOdd` to write anew. */
  dropOdd(drops: Drops): void {
    if (!this.#hasOdd) return;
    for (let at = 0; at < this.count * STRIDE; at += STRIDE) {
      if (this.#table[at + 6] === 1) drops.push(this.#table[at + 3], this.#table[at + 4]);
    }
  }

  /** Appends the odd entries in the form in which every decoder reads them alike. */
  appendOdd(bytes: Uint8Array, out: ByteWriter): void {
    if (!this.#hasOdd) return;
    for (let at = 0; at < this.count * STRIDE; at += STRIDE) {
      if (this.#table[at + 6] === 0) continue;
      appendEntry(bytes, this.#table[at + 5], this.#table[at + 4], out);
    }
  }

  /** Finds the last key up to the cursor's end and checks it; returns how many there are. */
  #findKey(cursor: Cursor): number {
    let keys = 0;
    this.#keyStart = 0;
    this.#keyEnd = 0;
    while (cursor.position < cursor.end) {
      const tag = cursor.tag();
      if (tag >>> 3 !== 1) {
        cursor.skip(tag);
        continue;
      }
      if ((tag & 7) !== BYTES) throw cursor.wrongType('metadata', tag, BYTES);
      keys++;
      this.#keyEnd = cursor.valueEnd();
      this.#keyStart = cursor.position;
      cursor.position = this.#keyEnd;
      if (!isUtf8Range(cursor.bytes, this.#keyStart, this.#keyEnd)) {
        throw invalidArgument('metadata', 'metadata has a key that is not valid UTF-8');
      }
    }
    const length = this.#keyEnd - this.#keyStart;
    if (length > 0 && length <= limits.metadataKeyBytesMax) return keys;
    throw invalidArgument(
      'metadata',
      `metadata has a key of ${length} bytes; a key has 1 to ${limits.metadataKeyBytesMax}`,
    );
  }

  /** Reads one MetadataValue; returns how many kinds it sets. */
  #value(cursor: Cursor): number {
    const end = cursor.valueEnd();
    const outerEnd = cursor.end;
    cursor.end = end;
    let kinds = 0;
    while (cursor.position < end) {
      const tag = cursor.tag();
      const kind = tag >>> 3;
      if (kind >= KIND_TYPES.length) {
        cursor.skip(tag);
        continue;
      }
      const type = KIND_TYPES[kind];
      if ((tag & 7) !== type) throw cursor.wrongType(this.#path(), tag, type);
      kinds++;
      if (kind === 1) this.#text(cursor);
      else if (kind === 3) this.#double(cursor);
      else if (kind === 5) this.#list(cursor);
      else cursor.varint64();
    }
    cursor.end = outerEnd;
    return kinds;
  }

  #text(cursor: Cursor): void {
    const end = cursor.valueEnd();
    if (!isUtf8Range(cursor.bytes, cursor.position, end)) {
      throw invalidArgument(this.#path(), `${this.#path()} is not valid UTF-8`);
    }
    cursor.position = end;
  }

  #double(cursor: Cursor): void {
    const at = cursor.fixed(8);
    // Infinities and NaN have all eleven bits of the exponent set.
    if ((cursor.bytes[at + 7] & 0x7f) === 0x7f && cursor.bytes[at + 6] >= 0xf0) {
      throw invalidArgument(this.#path(), `${this.#path()} is not finite`);
    }
  }

  #list(cursor: Cursor): void {
    const end = cursor.valueEnd();
    const outerEnd = cursor.end;
    cursor.end = end;
    let count = 0;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag >>> 3 !== 1) cursor.skip(tag);
      else if ((tag & 7) !== BYTES) throw cursor.wrongType(this.#path(), tag, BYTES);
      else {
        this.#text(cursor);
        count++;
      }
    }
    cursor.end = outerEnd;
    if (count <= limits.metadataListValuesMax) return;
    throw invalidArgument(
      this.#path(),
      `${this.#path()} has ${count} values; a list has at most ${limits.metadataListValuesMax}`,
    );
  }

  /** Puts the entry in the table; an earlier one with its key is dropped. */
  #put(fieldStart: number, start: number, end: number, odd: boolean, drops: Drops): void {
    const hash = this.#hash();
    const at = this.#find(hash);
    if (at === this.count * STRIDE) {
      if (this.count === limits.metadataKeysMax) throw tooManyKeys();
      if (at === this.#table.length) this.#grow();
      this.count++;
    } else {
      drops.push(this.#table[at + 3], this.#table[at + 4]);
    }
    const table = this.#table;
    table[at] = hash;
    table[at + 1] = this.#keyStart;
    table[at + 2] = this.#keyEnd;
    table[at + 3] = fieldStart;
    table[at + 4] = end;
    table[at + 5] = start;
    table[at + 6] = odd ? 1 : 0;
    this.#hasOdd ||= odd;
  }

  /** Where the current key is in the table, or where the next one goes. */
  #find(hash: number): number {
    const table = this.#table;
    const end = this.count * STRIDE;
    for (let at = 0; at < end; at += STRIDE) {
      if (table[at] === hash && this.#isKey(table[at + 1], table[at + 2])) return at;
    }
    return end;
  }

  #isKey(start: number, end: number): boolean {
    if (end - start !== this.#keyEnd - this.#keyStart) return false;
    const shift = this.#keyStart - start;
    for (let i = start; i < end; i++) if (this.#bytes[i] !== this.#bytes[i + shift]) return false;
    return true;
  }

  /** FNV-1a. */
  #hash(): number {
    let hash = HASH_SEED;
    for (let i = this.#keyStart; i < this.#keyEnd; i++) {
      hash = Math.imul(hash ^ this.#bytes[i], 0x01000193);
    }
    return hash;
  }

  #grow(): void {
    const grown = new Int32Array(this.#table.length * 2);
    grown.set(this.#table);
    this.#table = grown;
  }

  /** Path of the current entry, for errors only. */
  #path(): string {
    const key = this.#bytes.subarray(this.#keyStart, this.#keyEnd);
    return `metadata[${JSON.stringify(Buffer.from(key).toString('utf8'))}]`;
  }
}

function tooManyKeys(): ProtovecError {
  return invalidArgument('metadata', `metadata has more than ${limits.metadataKeysMax} keys`);
}
