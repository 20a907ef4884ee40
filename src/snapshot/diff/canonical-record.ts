/**
 * One form for all encodings of what a client wrote in a record: the same bytes for the same
 * fields, whatever the order of the metadata, the packing of the embedding or the length of
 * varints, and whether a default value was written out. It is compared and digested, never stored.
 *
 * Left out: the id, the fields that the server owns, and fields that this schema does not know.
 */
import { Cursor } from '../../record/cursor.js';
import type { RecordScan } from '../../record/scan.js';
import { appendStored } from '../../record/stored-form.js';
import { ByteWriter } from '../../storage/bytes.js';
import { CanonicalMetadata } from './canonical-metadata.js';

/** Paths of the fields, in the order of the form. */
export const comparedFields = [
  'content',
  'title',
  'file_path',
  'extension',
  'embedding',
  'metadata',
] as const;

/** Field number of the first of `comparedFields`; the others follow it. */
const contentField = 2;
const titleField = 3;
const embeddingField = 6;
const metadataField = 7;

export class CanonicalRecord {
  /** The form, in `bytes` up to the last of `ends`; valid until the next record. */
  bytes: Buffer = Buffer.alloc(0);
  /** By field: where it ends in `bytes`, which is where the next one starts. */
  readonly ends = new Int32Array(comparedFields.length);
  readonly #out = new ByteWriter(4096);
  readonly #stored = new ByteWriter(4096);
  readonly #cursor = new Cursor();
  readonly #metadata = new CanonicalMetadata();
  /** By number of the field: range of its value; -1 when it is absent. */
  readonly #starts = new Int32Array(metadataField);
  readonly #stops = new Int32Array(metadataField);

  /** Makes the form of the record in `source` that `scanRecord` has just checked. */
  read(source: Uint8Array, scan: RecordScan): void {
    if (scan.stored) {
      this.#make(source, scan.start, scan.end);
      return;
    }
    this.#stored.reset();
    appendStored(source, scan, this.#stored);
    this.#make(this.#stored.buffer, 0, this.#stored.length);
  }

  #make(source: Uint8Array, start: number, end: number): void {
    this.#find(source, start, end);
    const out = this.#out;
    out.reset();
    for (let field = contentField; field <= embeddingField; field++) {
      this.#append(source, field);
      this.ends[field - contentField] = out.length;
    }
    this.#metadata.appendTo(out);
    this.ends[metadataField - contentField] = out.length;
    this.bytes = out.buffer;
  }

  /** Notes where the fields are. In stored form each is there once, metadata keys apart. */
  #find(source: Uint8Array, start: number, end: number): void {
    const cursor = this.#cursor;
    this.#starts.fill(-1);
    this.#metadata.reset(source);
    cursor.open(source, start, end);
    while (cursor.position < end) {
      const tag = cursor.tag();
      const field = tag >>> 3;
      if (field > metadataField) {
        cursor.skip(tag);
        continue;
      }
      const valueEnd = cursor.valueEnd();
      if (field === metadataField) this.#metadata.entry(cursor.position, valueEnd);
      else {
        this.#starts[field] = cursor.position;
        this.#stops[field] = valueEnd;
      }
      cursor.position = valueEnd;
    }
  }

  /** A field that is there is one byte, its length and its value; one that is not is a zero byte. */
  #append(source: Uint8Array, field: number): void {
    const start = this.#starts[field];
    const length = this.#stops[field] - start;
    // Of content and title, empty and absent are the same; file_path and extension may be either.
    const absent = start < 0 || (length === 0 && (field === contentField || field === titleField));
    this.#out.byte(absent ? 0 : 1);
    if (absent) return;
    this.#out.varint(length);
    this.#out.copy(source, start, start + length);
  }
}
