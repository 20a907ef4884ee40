/**
 * One form for all encodings of a record's metadata: the entries by the bytes of their keys, each
 * with the number of its kind and its value at full width. It takes only entries in stored form:
 * each key once, with one kind.
 */
import { Cursor } from '../../record/cursor.js';
import type { ByteWriter } from '../../storage/bytes.js';

/** Field numbers of MetadataValue's kinds. */
const stringKind = 1;
const intKind = 2;
const doubleKind = 3;
const boolKind = 4;
const listKind = 5;

/** Where the parts of an entry are in the record. */
interface Entry {
  keyStart: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
}

export class CanonicalMetadata {
  #source: Buffer = Buffer.alloc(0);
  readonly #cursor = new Cursor();
  #entries: Entry[] = [];

  /** Starts over for a record in `source`. */
  reset(source: Uint8Array): void {
    this.#source = Buffer.from(source.buffer, source.byteOffset, source.length);
    this.#entries.length = 0;
  }

  /** Takes the entry whose payload is from `start` up to `end`. */
  entry(start: number, end: number): void {
    const cursor = this.#cursor;
    const entry = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0 };
    cursor.open(this.#source, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag >>> 3 > 2) {
        cursor.skip(tag);
        continue;
      }
      const partEnd = cursor.valueEnd();
      if (tag >>> 3 === 1) [entry.keyStart, entry.keyEnd] = [cursor.position, partEnd];
      else [entry.valueStart, entry.valueEnd] = [cursor.position, partEnd];
      cursor.position = partEnd;
    }
    this.#entries.push(entry);
  }

  /** Appends all entries. */
  appendTo(out: ByteWriter): void {
    const source = this.#source;
    const entries = this.#entries;
    if (entries.length > 1) {
      entries.sort((a, b) => source.compare(source, b.keyStart, b.keyEnd, a.keyStart, a.keyEnd));
    }
    for (const { keyStart, keyEnd, valueStart, valueEnd } of entries) {
      this.#text(keyStart, keyEnd, out);
      this.#value(valueStart, valueEnd, out);
    }
  }

  #text(start: number, end: number, out: ByteWriter): void {
    out.varint(end - start);
    out.copy(this.#source, start, end);
  }

  #value(start: number, end: number, out: ByteWriter): void {
    const cursor = this.#cursor;
    cursor.open(this.#source, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      const kind = tag >>> 3;
      if (kind > listKind) {
        cursor.skip(tag);
        continue;
      }
      out.byte(kind);
      if (kind === stringKind) {
        const textEnd = cursor.valueEnd();
        this.#text(cursor.position, textEnd, out);
        cursor.position = textEnd;
      } else if (kind === doubleKind) {
        const at = cursor.fixed(8);
        out.copy(this.#source, at, at + 8);
      } else if (kind === listKind) this.#list(cursor.valueEnd(), out);
      else this.#integer(kind, out);
    }
  }

  #integer(kind: number, out: ByteWriter): void {
    const cursor = this.#cursor;
    cursor.varint64();
    if (kind === boolKind) out.byte(cursor.low === 0 && cursor.high === 0 ? 0 : 1);
    else if (kind === intKind) {
      out.fixed32(cursor.low);
      out.fixed32(cursor.high);
    }
  }

  /** Each text after a one, then a zero. */
  #list(end: number, out: ByteWriter): void {
    const cursor = this.#cursor;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag >>> 3 !== 1) {
        cursor.skip(tag);
        continue;
      }
      const textEnd = cursor.valueEnd();
      out.byte(1);
      this.#text(cursor.position, textEnd, out);
      cursor.position = textEnd;
    }
    out.byte(0);
  }
}
