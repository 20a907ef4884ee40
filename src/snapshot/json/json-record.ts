/**
 * Turns a record of a JSON snapshot into its protobuf encoding. The embedding is read digit by
 * digit; everything else is what the protobuf library makes of it, so that every spelling which
 * proto3's JSON allows is read: both names of a field, 64-bit integers as numbers or texts, null.
 *
 * Invariants: fields come in the order of their numbers, as encoders write them; a field occurs
 * once; every float is its text rounded once. Fields that the schema does not know are left out.
 * Never validates beyond the types.
 */
import { type DescMessage, fromJson, type JsonObject, toBinary } from '@bufbuild/protobuf';
import { Cursor } from '../../record/cursor.js';
import { ByteWriter } from '../../storage/bytes.js';
import type { JsonCursor } from './json-cursor.js';
import { scanNumber } from './json-number.js';
import { jsonNames } from './json-text.js';
import { TextError } from './text-error.js';

/** Number of VectorRecord.embedding and the tag of its packed form. */
const embeddingField = 6;
const packedTag = 0x32;

const quote = 0x22;
const null0 = 0x6e;

export class JsonRecord {
  readonly #record: DescMessage;
  readonly #names: ReadonlyMap<string, string>;
  readonly #floats = new ByteWriter();
  readonly #cursor = new Cursor();

  /** `record`: the descriptor of VectorRecord. */
  constructor(record: DescMessage) {
    this.#record = record;
    this.#names = jsonNames(record);
  }

  /** Appends the encoding of the record that is the whole text of `cursor`; throws TextError. */
  append(cursor: JsonCursor, target: ByteWriter): void {
    const start = cursor.position;
    const rest = this.#read(cursor);
    if (cursor.peek() >= 0) throw cursor.unexpected('the end of the record');
    let encoded: Uint8Array;
    try {
      const message = fromJson(this.#record, rest, { ignoreUnknownFields: true });
      encoded = toBinary(this.#record, message);
    } catch (error) {
      throw new TextError(error instanceof Error ? error.message : String(error), start);
    }
    this.#join(encoded, target);
  }

  /** The record without its embedding, the floats of which are kept. */
  #read(cursor: JsonCursor): JsonObject {
    const rest: JsonObject = {};
    this.#floats.reset();
    const seen = new Set<string>();
    cursor.members((key) => {
      const name = this.#names.get(key);
      const at = cursor.position;
      if (name !== undefined) {
        if (seen.has(name)) throw new TextError(`the field ${name} occurs twice`, at);
        seen.add(name);
      }
      if (name === 'embedding' && cursor.peek() !== null0) this.#readFloats(cursor);
      else {
        const value = cursor.value();
        if (name !== undefined) rest[name] = value;
      }
    });
    return rest;
  }

  #readFloats(cursor: JsonCursor): void {
    const floats = this.#floats;
    cursor.elements(() => {
      const byte = cursor.peek();
      const at = cursor.position;
      const value = byte === quote ? quotedNumber(cursor) : scanNumber(cursor);
      if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
        throw new TextError(`${value} is beyond the range of a float`, at);
      }
      floats.float(value);
    });
  }

  #join(encoded: Uint8Array, target: ByteWriter): void {
    const floats = this.#floats;
    const after = floats.length === 0 ? 0 : this.#endOfFieldsBefore(encoded);
    target.copy(encoded, 0, after);
    if (floats.length > 0) {
      target.byte(packedTag);
      target.varint(floats.length);
      target.copy(floats.buffer, 0, floats.length);
    }
    target.copy(encoded, after, encoded.length);
  }

  /** Where the fields with lower numbers than the embedding's end. */
  #endOfFieldsBefore(encoded: Uint8Array): number {
    const cursor = this.#cursor;
    cursor.open(encoded, 0, encoded.length);
    while (cursor.position < encoded.length) {
      const at = cursor.position;
      const tag = cursor.tag();
      if (tag >>> 3 > embeddingField) return at;
      cursor.skip(tag);
    }
    return encoded.length;
  }
}

/** Any number may be quoted; those that JSON has no number for must be. */
function quotedNumber(cursor: JsonCursor): number {
  const at = cursor.position;
  const text = cursor.string();
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return Number(text);
  throw new TextError(`${JSON.stringify(text.slice(0, 100))} is no number`, at);
}
