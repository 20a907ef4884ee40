/**
 * Writes a snapshot as JSON, as a stream: the canonical proto3 JSON of the same StorageSnapshot
 * message, pretty, with each embedding on one line.
 *
 * Invariants: `fromJson` of any protobuf library gives back the message that the binary form holds,
 * bit for bit in every float and whole in every 64-bit integer, save for its checksums; the last
 * field is a footer with the record count, so that a text that was cut is no JSON and one that lost
 * records is noticed. Fields that this schema does not know have no JSON and are left out.
 * Never makes it durable, never closes.
 */
import { type DescMessage, fromBinary, type JsonObject, toJson } from '@bufbuild/protobuf';
import { limits } from '../../limits.js';
import { Cursor } from '../../record/cursor.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { File } from '../../storage/file-system.js';
import { FileSink } from '../binary/file-sink.js';
import type { WrittenSnapshot } from '../binary/sealed-sink.js';
import { encodeHeader, type SnapshotHeader } from '../snapshot-header.js';
import { snapshotSchema } from '../snapshot-schema.js';
import { floatBytesMax, writeFloat } from './float-text.js';
import { indentStep, jsonText } from './json-text.js';

/** Tags of VectorRecord.embedding: a packed chunk, and one value. */
const packedTag = 0x32;
const singleTag = 0x35;

const recordIndent = indentStep + indentStep;
const fieldIndent = recordIndent + indentStep;

export class JsonSnapshotWriter {
  readonly #sink: FileSink;
  readonly #schema: DescMessage;
  readonly #cursor = new Cursor();
  /** The record without its embedding, and the floats of that. */
  readonly #rest = new ByteWriter();
  readonly #floats = new ByteWriter();
  #recordCount = 0;

  /** `file` is new and empty. */
  constructor(file: File, header: SnapshotHeader) {
    const schema = snapshotSchema();
    this.#schema = schema.record;
    this.#sink = new FileSink(file, limits.checksumIntervalBytes);
    const fields = toJson(schema.snapshot, fromBinary(schema.snapshot, encodeHeader(header)));
    // The closing brace comes with the footer.
    this.#text(`${jsonText(fields).slice(0, -2)},\n${indentStep}"records": [`);
  }

  /** Records written. */
  get recordCount(): number {
    return this.#recordCount;
  }

  /**
   * Appends a record: the bytes of `source` from `start` up to `end` are its complete body, the
   * server's fields included. A promise, to be awaited, only when text had to be written.
   */
  record(source: Uint8Array, start: number, end: number): Promise<void> | void {
    this.#split(source, start, end);
    const message = fromBinary(this.#schema, this.#rest.finish());
    const text = jsonText(toJson(this.#schema, message), recordIndent);
    const separator = this.#recordCount === 0 ? '\n' : ',\n';
    this.#text(`${separator}${recordIndent}${text.slice(0, -2 - recordIndent.length)}`);
    this.#text(`,\n${fieldIndent}"embedding": `);
    this.#embedding();
    this.#text(`\n${recordIndent}}`);
    this.#recordCount += 1;
    if (this.#sink.length >= limits.checksumIntervalBytes) return this.#sink.flush();
  }

  /** Ends the text and waits until all of it has been handed to the operating system. */
  async finish(): Promise<WrittenSnapshot> {
    const footers: JsonObject[] = [{ recordCount: String(this.#recordCount) }];
    const close = this.#recordCount === 0 ? ']' : `\n${indentStep}]`;
    this.#text(`${close},\n${indentStep}"footers": ${jsonText(footers, indentStep)}\n}\n`);
    await this.#sink.flush();
    await this.#sink.settle();
    return {
      recordCount: this.#recordCount,
      size: this.#sink.position,
      sha256: this.#sink.digest(),
    };
  }

  /** Parts the floats of a record from its other fields. */
  #split(source: Uint8Array, start: number, end: number): void {
    const cursor = this.#cursor;
    this.#rest.reset();
    this.#floats.reset();
    cursor.open(source, start, end);
    while (cursor.position < end) {
      const fieldStart = cursor.position;
      const tag = cursor.tag();
      if (tag === packedTag) {
        const valueEnd = cursor.valueEnd();
        this.#floats.copy(source, cursor.position, valueEnd);
        cursor.position = valueEnd;
      } else if (tag === singleTag) {
        const at = cursor.fixed(4);
        this.#floats.copy(source, at, at + 4);
      } else {
        cursor.skip(tag);
        this.#rest.copy(source, fieldStart, cursor.position);
      }
    }
  }

  #embedding(): void {
    const { buffer: floats, length } = this.#floats;
    const sink = this.#sink;
    sink.reserve(2 + (length / 4) * (floatBytesMax + 2));
    const { buffer } = sink;
    let at = sink.length;
    buffer[at++] = 0x5b;
    for (let i = 0; i < length; i += 4) {
      if (i > 0) {
        buffer[at++] = 0x2c;
        buffer[at++] = 0x20;
      }
      at = writeFloat(buffer, at, floats.readFloatLE(i));
    }
    buffer[at++] = 0x5d;
    sink.length = at;
  }

  #text(text: string): void {
    // A UTF-16 unit takes at most 3 bytes of UTF-8.
    this.#sink.reserve(text.length * 3);
    this.#sink.length += this.#sink.buffer.write(text, this.#sink.length, 'utf8');
  }
}
