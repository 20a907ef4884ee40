/**
 * Counts how many records have each value of one metadata key. A value is a MetadataValue encoded
 * in one way, whatever encoding a client chose; of a list each text is a value by itself. Integers
 * and doubles are different values, also where a filter takes them for equal.
 */
import { Cursor } from '../../record/cursor.js';
import { ByteWriter } from '../../storage/bytes.js';
import { ValueTable } from './value-table.js';

/** Tags of MetadataValue's kinds, and of the texts of a list. */
const TEXT_TAG = 0x0a;
const INT_TAG = 0x10;
const DOUBLE_TAG = 0x19;
const BOOL_TAG = 0x20;
const LIST_TAG = 0x2a;

const cursor = new Cursor();
/** The value at hand. */
const value = new ByteWriter();

export class FacetCounts {
  readonly key: Buffer;
  readonly values = new ValueTable();
  /** Records that have the key. */
  recordCount = 0;
  /** How many records have the value at hand, and what tells it from others that are counted. */
  #records = 0;
  #ordinal = 0;

  constructor(key: string) {
    this.key = Buffer.from(key, 'utf8');
  }

  /** Counts the value of one record, in stored form in `bytes` from `start` up to `end`. */
  add(bytes: Uint8Array, start: number, end: number): void {
    this.addMany(bytes, start, end, 1);
  }

  /** Counts a value that so many records have. */
  addMany(bytes: Uint8Array, start: number, end: number, records: number): void {
    this.recordCount += records;
    this.#records = records;
    this.#ordinal += 1;
    cursor.open(bytes, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag === LIST_TAG) this.#list(cursor.valueEnd());
      else if (tag === TEXT_TAG) this.#text();
      else if (!this.#number(tag)) cursor.skip(tag);
    }
  }

  #list(end: number): void {
    const outerEnd = cursor.end;
    cursor.end = end;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag === TEXT_TAG) this.#text();
      else cursor.skip(tag);
    }
    cursor.end = outerEnd;
  }

  #text(): void {
    const end = cursor.valueEnd();
    value.reset();
    value.byte(TEXT_TAG);
    value.varint(end - cursor.position);
    value.copy(cursor.bytes, cursor.position, end);
    cursor.position = end;
    this.#count();
  }

  /** Whether the tag was that of an integer, a double or a truth value. */
  #number(tag: number): boolean {
    if (tag !== INT_TAG && tag !== DOUBLE_TAG && tag !== BOOL_TAG) return false;
    value.reset();
    value.byte(tag);
    if (tag === DOUBLE_TAG) {
      const at = cursor.fixed(8);
      value.copy(cursor.bytes, at, at + 8);
    } else {
      cursor.varint64();
      const { low, high } = cursor;
      if (tag === BOOL_TAG) value.byte(low === 0 && high === 0 ? 0 : 1);
      else appendVarint64(low, high);
    }
    this.#count();
    return true;
  }

  #count(): void {
    this.values.add(value.buffer, 0, value.length, this.#ordinal, this.#records);
  }
}

/** Appends 64 bits, given as their halves, as a minimal varint. */
function appendVarint64(low: number, high: number): void {
  let [rest, top] = [low, high];
  while (top !== 0 || rest >= 0x80) {
    value.byte((rest & 0x7f) | 0x80);
    rest = ((rest >>> 7) | (top << 25)) >>> 0;
    top >>>= 7;
  }
  value.byte(rest);
}
