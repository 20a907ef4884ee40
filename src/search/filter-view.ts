/**
 * One stored record as a filter sees it: fields are found in the encoded bytes when a condition
 * asks for them, and texts are decoded only when their case must be folded. One view serves any
 * number of records, one after the other, and allocates nothing for them but decoded texts.
 *
 * The bytes are in stored form: ours, checked when they came in and covered by a checksum since.
 * So nothing is validated again here; bytes that run past their end throw, which the compiled
 * filter reports as damage.
 */
import { ProtovecError } from '../errors.js';
import { Cursor } from '../record/cursor.js';
import type { ServerFields } from '../record/project.js';
import { canonicalInt64, canonicalNumber, foldCase } from './filter-values.js';

/** Kinds of a metadata value: the field numbers of MetadataValue; 0 when none is set. */
export const valueKinds = { none: 0, text: 1, int: 2, double: 3, bool: 4, list: 5 } as const;

const ENTRY_STRIDE = 4;
const noBytes = Buffer.alloc(0);

export class RecordView {
  /** Server-owned times in seconds and nanoseconds. */
  createSeconds = 0;
  createNanos = 0;
  updateSeconds = 0;
  updateNanos = 0;

  /** What findMetadata found: its kind, and the number or the truth value (1 or 0) if it is one. */
  kind: number = valueKinds.none;
  number: number | bigint = 0;

  #bytes: Buffer = noBytes;
  #start = 0;
  #end = 0;
  #hasBody = false;
  #scanned = false;
  #idStart = 0;
  #idEnd = 0;
  #contentStart = 0;
  #contentEnd = 0;
  #titleStart = 0;
  #titleEnd = 0;
  #extensionStart = 0;
  #extensionEnd = -1;
  #title: string | undefined;
  #extension: string | undefined;
  /** keyStart, keyEnd, valueStart, valueEnd of each metadata entry. */
  #entries = new Int32Array(16 * ENTRY_STRIDE);
  #entryCount = 0;
  #textStart = 0;
  #textEnd = 0;
  /** The value that findMetadata found, if it is a text or a list, and where nextText is in it. */
  #valueStart = 0;
  #valueEnd = 0;
  #listPosition = 0;
  readonly #cursor = new Cursor();

  /** Turns to the record whose body is `bytes[start, end)`. A Buffer is used without wrapping. */
  reset(bytes: Uint8Array, start: number, end: number, fields: ServerFields): void {
    this.#use(bytes, fields);
    this.#hasBody = true;
    this.#start = start;
    this.#end = end;
  }

  /** Turns to a record of which only the id and the times are needed (`needsBody` is false). */
  resetId(id: Uint8Array, start: number, end: number, fields: ServerFields): void {
    this.#use(id, fields);
    this.#hasBody = false;
    this.#idStart = start;
    this.#idEnd = end;
  }

  #use(bytes: Uint8Array, fields: ServerFields): void {
    if (this.#bytes !== bytes) {
      this.#bytes = Buffer.isBuffer(bytes)
        ? bytes
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.#scanned = false;
    this.createSeconds = fields.createSeconds;
    this.createNanos = fields.createNanos;
    this.updateSeconds = fields.updateSeconds;
    this.updateNanos = fields.updateNanos;
  }

  /** The id's bytes, one character each: enough to compare and never wrong on UTF-8. */
  idLatin1(): string {
    if (this.#hasBody && !this.#scanned) this.#scan();
    return this.#bytes.toString('latin1', this.#idStart, this.#idEnd);
  }

  /** The title, its case folded; empty when there is none. */
  foldedTitle(): string {
    if (!this.#scanned) this.#scan();
    this.#title ??= foldCase(this.#bytes.toString('utf8', this.#titleStart, this.#titleEnd));
    return this.#title;
  }

  /** The extension, its case folded; undefined when there is none. */
  foldedExtension(): string | undefined {
    if (!this.#scanned) this.#scan();
    if (this.#extensionEnd < 0) return undefined;
    this.#extension ??= foldCase(
      this.#bytes.toString('utf8', this.#extensionStart, this.#extensionEnd),
    );
    return this.#extension;
  }

  /** Length of the content in Unicode code points. */
  contentLength(): number {
    if (!this.#scanned) this.#scan();
    const bytes = this.#bytes;
    let count = 0;
    for (let i = this.#contentStart; i < this.#contentEnd; i += 1) {
      if ((bytes[i] & 0xc0) !== 0x80) count += 1;
    }
    return count;
  }

  /** Looks a metadata key up; when it is there, `kind`, `number` and the texts describe its value. */
  findMetadata(key: Uint8Array): boolean {
    if (!this.#scanned) this.#scan();
    for (let at = (this.#entryCount - 1) * ENTRY_STRIDE; at >= 0; at -= ENTRY_STRIDE) {
      if (this.#equals(key, this.#entries[at], this.#entries[at + 1])) {
        this.#readValue(this.#entries[at + 2], this.#entries[at + 3]);
        return true;
      }
    }
    return false;
  }

  /** Turns to the next text of the value that findMetadata found: one of a text, each of a list. */
  nextText(): boolean {
    if (this.kind === valueKinds.text && this.#listPosition === this.#valueStart) {
      this.#textStart = this.#valueStart;
      this.#textEnd = this.#valueEnd;
      this.#listPosition = -1;
      return true;
    }
    if (this.kind !== valueKinds.list) return false;
    const cursor = this.#cursor;
    cursor.position = this.#listPosition;
    cursor.end = this.#valueEnd;
    while (cursor.position < cursor.end) {
      const tag = cursor.tag();
      if (tag !== 0x0a) {
        cursor.skip(tag);
        continue;
      }
      this.#textEnd = cursor.valueEnd();
      this.#textStart = cursor.position;
      this.#listPosition = this.#textEnd;
      return true;
    }
    this.#listPosition = this.#valueEnd;
    return false;
  }

  /** Lets nextText begin again. */
  rewindTexts(): void {
    this.#listPosition = this.#valueStart;
  }

  /** Whether the current text is this one, in UTF-8. */
  textEquals(text: Uint8Array): boolean {
    return this.#equals(text, this.#textStart, this.#textEnd);
  }

  /** The current text. */
  text(): string {
    return this.#bytes.toString('utf8', this.#textStart, this.#textEnd);
  }

  #equals(expected: Uint8Array, start: number, end: number): boolean {
    const length = expected.length;
    if (end - start !== length) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < length; i += 1) if (bytes[start + i] !== expected[i]) return false;
    return true;
  }

  #scan(): void {
    if (!this.#hasBody) throw new ProtovecError('INTERNAL', 'the filter needs the record itself');
    this.#scanned = true;
    this.#idStart = this.#idEnd = 0;
    this.#contentStart = this.#contentEnd = 0;
    this.#titleStart = this.#titleEnd = 0;
    this.#extensionEnd = -1;
    this.#title = this.#extension = undefined;
    this.#entryCount = 0;
    const cursor = this.#cursor;
    cursor.open(this.#bytes, this.#start, this.#end);
    while (cursor.position < this.#end) this.#scanField(cursor.tag());
  }

  #scanField(tag: number): void {
    const cursor = this.#cursor;
    if ((tag & 7) !== 2) {
      cursor.skip(tag);
      return;
    }
    const end = cursor.valueEnd();
    const start = cursor.position;
    switch (tag >>> 3) {
      case 1:
        this.#idStart = start;
        this.#idEnd = end;
        break;
      case 2:
        this.#contentStart = start;
        this.#contentEnd = end;
        break;
      case 3:
        this.#titleStart = start;
        this.#titleEnd = end;
        break;
      case 5:
        this.#extensionStart = start;
        this.#extensionEnd = end;
        break;
      case 7:
        this.#scanEntry(end);
        break;
    }
    cursor.position = end;
    cursor.end = this.#end;
  }

  #scanEntry(end: number): void {
    const cursor = this.#cursor;
    const at = this.#entryCount * ENTRY_STRIDE;
    if (at === this.#entries.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#entries);
      this.#entries = grown;
    }
    this.#entryCount += 1;
    this.#entries.fill(0, at, at + ENTRY_STRIDE);
    cursor.end = end;
    while (cursor.position < end) {
      const tag = cursor.tag();
      if (tag !== 0x0a && tag !== 0x12) {
        cursor.skip(tag);
        continue;
      }
      const valueEnd = cursor.valueEnd();
      const column = tag === 0x0a ? at : at + 2;
      this.#entries[column] = cursor.position;
      this.#entries[column + 1] = valueEnd;
      cursor.position = valueEnd;
    }
  }

  #readValue(start: number, end: number): void {
    const cursor = this.#cursor;
    cursor.open(this.#bytes, start, end);
    this.kind = valueKinds.none;
    while (cursor.position < end) {
      const tag = cursor.tag();
      switch (tag) {
        case 0x0a:
        case 0x2a:
          this.#valueEnd = cursor.valueEnd();
          this.#valueStart = cursor.position;
          cursor.position = this.#valueEnd;
          break;
        case 0x10:
          cursor.varint64();
          this.number = canonicalInt64(cursor.high, cursor.low);
          break;
        case 0x19:
          this.number = canonicalNumber(this.#bytes.readDoubleLE(cursor.fixed(8)));
          break;
        case 0x20:
          cursor.varint64();
          this.number = cursor.low === 0 && cursor.high === 0 ? 0 : 1;
          break;
        default:
          cursor.skip(tag);
          continue;
      }
      this.kind = tag >>> 3;
    }
    this.rewindTexts();
  }
}
