/**
 * Records for tests: encoders of protobuf fields in plain and in odd but legal forms, written apart
 * from the codec that they test, and a generator of whole records in every legal encoding.
 */
import fc from 'fast-check';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';

/** An encoded field or value. */
export type Bytes = Uint8Array;

/** The bytes one after another. */
export function join(...parts: readonly Bytes[]): Bytes {
  return new Uint8Array(Buffer.concat(parts));
}

/** A 64-bit varint; `padding` adds bytes that make it longer than needed, which is legal. */
export function varint(value: number | bigint, padding = 0): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < padding; i++) bytes.push(0);
  return Uint8Array.from(bytes, (byte, i) => (i < bytes.length - 1 ? byte | 0x80 : byte));
}

/** A length-delimited field. */
export function bytesField(number: number, value: Bytes | string, padding = 0): Bytes {
  const payload = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return join(varint(number * 8 + 2, padding), varint(payload.length, padding), payload);
}

/** A varint field. */
export function varintField(number: number, value: number | bigint, padding = 0): Bytes {
  return join(varint(number * 8, padding), varint(value, padding));
}

/** A field of four bytes or, given eight, of 64 bits. */
export function fixedField(number: number, value: Bytes): Bytes {
  return join(varint(number * 8 + (value.length === 8 ? 1 : 5)), value);
}

/** Floats as protobuf packs them. */
export function floats(values: readonly number[]): Bytes {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** A double as protobuf writes it. */
export function double(value: number): Bytes {
  return new Uint8Array(Float64Array.of(value).buffer);
}

/** A Timestamp with both fields written, zeros included. */
export function timestamp(seconds: bigint, nanos: number): Bytes {
  return join(varintField(1, seconds), varintField(2, nanos));
}

/** A metadata entry with the given value, an encoded MetadataValue. */
export function entry(key: string, value: Bytes): Bytes {
  return bytesField(7, join(bytesField(1, key), bytesField(2, value)));
}

/** A small valid record of `dimension` values, encoded by the generated codec. */
export function encodeRecord(record: Partial<VectorRecord> & { id: string }, dimension = 4): Bytes {
  const embedding = Array.from({ length: dimension }, (_, i) => i + 1);
  return VectorRecord.encode(VectorRecord.fromPartial({ embedding, ...record })).finish();
}

/** Decoded by the generated codec into plain values that deep equality understands. */
export function decodeRecord(bytes: Bytes): VectorRecord & { metadataEntries: unknown[] } {
  const record = VectorRecord.decode(new Uint8Array(bytes));
  const keys = [...record.metadata.keys()].sort();
  const metadataEntries = keys.map((key) => [key, record.metadata.get(key)]);
  record.metadata.clear();
  return { ...record, metadataEntries };
}

/** The same without the fields that the server owns. */
export function withoutServerFields<T extends VectorRecord>(record: T): T {
  return { ...record, createTime: undefined, updateTime: undefined, revision: 0n };
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
const padding = fc.constantFrom(0, 0, 0, 1, 2);
const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 50), max: 2 ** 50 });

/** A field that the schema does not know, of any wire type; its number is 11 or above. */
const unknownField = fc.oneof(
  fc
    .tuple(fc.integer({ min: 11, max: 2 ** 29 - 1 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
    .map(([number, value]) => varintField(number, value)),
  fc
    .tuple(fc.integer({ min: 11, max: 300 }), fc.uint8Array({ maxLength: 9 }), padding)
    .map(([number, value, pad]) => bytesField(number, value, pad)),
  fc
    .tuple(fc.integer({ min: 11, max: 40 }), fc.constantFrom(4, 8))
    .map(([number, size]) => fixedField(number, new Uint8Array(size).fill(number))),
);

/** One field that sets the kind of a MetadataValue. */
const kindField = fc.oneof(
  fc.tuple(text, padding).map(([value, pad]) => bytesField(1, value, pad)),
  fc
    .tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), padding)
    .map(([value, pad]) => varintField(2, value, value < 0n ? 0 : Math.min(pad, 1))),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => fixedField(3, double(value))),
  fc.boolean().map((value) => varintField(4, value ? 1 : 0)),
  fc
    .array(text, { maxLength: 3 })
    .map((values) => bytesField(5, join(...values.map((value) => bytesField(1, value))))),
);

/** An encoded MetadataValue: any number of kinds, the last one counts, and unknown fields. */
const metadataValue = fc
  .tuple(
    fc.array(kindField, { minLength: 1, maxLength: 2 }),
    fc.option(unknownField, { freq: 4, nil: new Uint8Array(0) }),
    fc.boolean(),
  )
  .map(([kinds, unknown, first]) => (first ? join(unknown, ...kinds) : join(...kinds, unknown)));

/** An encoded metadata entry of `key`, in any order and with anything repeated. */
function metadataEntry(name: string): fc.Arbitrary<Bytes> {
  return fc
    .tuple(
      fc.array(metadataValue, { minLength: 1, maxLength: 2 }),
      fc.nat(5),
      unknownField,
      padding,
    )
    .map(([values, form, unknown, pad]) => {
      const fields = values.map((value) => bytesField(2, value, pad));
      const plain = bytesField(1, name, pad);
      if (form === 0) fields.push(plain);
      else if (form === 1) fields.unshift(bytesField(1, `${name}?`), plain);
      else if (form === 2) fields.unshift(plain, unknown);
      else fields.unshift(plain);
      return bytesField(7, join(...fields), pad);
    });
}

/** The embedding cut into packed chunks, empty ones included, and single values. */
function embeddingFields(values: readonly number[], cuts: readonly number[], pad: number): Bytes[] {
  const fields: Bytes[] = [];
  let from = 0;
  for (const cut of cuts) {
    if (from >= values.length) break;
    if (cut === 0) fields.push(fixedField(6, floats([values[from++]])));
    else {
      const to = Math.min(values.length, from + cut - 1);
      fields.push(bytesField(6, floats(values.slice(from, to)), pad));
      from = to;
    }
  }
  if (from < values.length) fields.push(bytesField(6, floats(values.slice(from)), pad));
  return fields;
}

/** Groups of fields mixed with each other; the order within a group stays. */
function interleave(groups: readonly Bytes[][], picks: readonly number[]): Bytes {
  const queues = groups.map((group) => [...group]).filter((queue) => queue.length > 0);
  const fields: Bytes[] = [];
  for (let i = 0; queues.length > 0; i++) {
    const at = picks[i % picks.length] % queues.length;
    fields.push(queues[at].shift() as Bytes);
    if (queues[at].length === 0) queues.splice(at, 1);
  }
  return join(...fields);
}

const instant = fc
  .tuple(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), fc.nat(999_999_999))
  .map(([seconds, nanos]) => timestamp(BigInt(seconds), nanos));

/** Fields that the server owns, as a client may send them. */
const serverFields = fc
  .tuple(
    fc.array(instant, { maxLength: 2 }),
    fc.array(instant, { maxLength: 2 }),
    fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 2 }),
  )
  .map(([created, updated, revisions]) => [
    created.map((value) => bytesField(8, value)),
    updated.map((value) => bytesField(9, value)),
    revisions.map((value) => varintField(10, value)),
  ]);

function texts(number: number, last: fc.Arbitrary<string>, minLength: number) {
  return fc
    .tuple(fc.array(text, { maxLength: 2 }), fc.array(last, { minLength, maxLength: 1 }), padding)
    .map(([earlier, values, pad]) =>
      [...(values.length > 0 ? earlier : []), ...values].map((v) => bytesField(number, v, pad)),
    );
}

const metadata = fc
  .uniqueArray(key, { maxLength: 4 })
  .chain((keys) =>
    fc.tuple(...keys.map((k) => fc.array(metadataEntry(k), { minLength: 1, maxLength: 2 }))),
  );

/** The plain form that most clients send: every field once, in order, one packed chunk. */
export const plainRecord = (dimension: number): fc.Arbitrary<Bytes> =>
  fc
    .tuple(key, text, fc.array(float, { minLength: dimension, maxLength: dimension }))
    .map(([id, content, embedding]) => encodeRecord({ id, content, embedding: away(embedding) }));

/** A valid record of `dimension` values in any legal encoding. */
export const anyRecord = (dimension: number): fc.Arbitrary<Bytes> =>
  fc
    .record({
      texts: fc.tuple(
        texts(1, key, 1),
        texts(2, text, 0),
        texts(3, text, 0),
        texts(4, text, 0),
        texts(5, text, 0),
      ),
      embedding: fc.array(float, { minLength: dimension, maxLength: dimension }),
      cuts: fc.array(fc.nat(5), { maxLength: 6 }),
      pad: padding,
      metadata,
      server: serverFields,
      unknown: fc.array(unknownField, { maxLength: 3 }),
      picks: fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
    })
    .map((r) => {
      const embedding = embeddingFields(away(r.embedding), r.cuts, r.pad);
      const groups = [...r.texts, embedding, ...r.metadata, ...r.server, r.unknown];
      return interleave(groups, r.picks);
    });

/** The same values with a norm that is not zero. */
function away(values: readonly number[]): number[] {
  return values.map((value, i) => (i === 0 && Math.abs(value) < 1e-3 ? 0.5 : value));
}
