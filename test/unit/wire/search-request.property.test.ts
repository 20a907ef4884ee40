import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { ProtovecError } from '../../../src/errors.js';
import { decodeSearchRequest } from '../../../src/wire/search-request.js';

const image = readFileSync(new URL('../../../src/gen/protovec.binpb', import.meta.url));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
const schema = registry.getMessage('protovec.v1.SearchRequest')!;
const filterSchema = registry.getMessage('protovec.v1.Filter')!;

const field = (number: number, value: Uint8Array): Uint8Array =>
  protobuf.Writer.create()
    .uint32((number << 3) | 2)
    .bytes(value)
    .finish();
const varint = (number: number, value: number): Uint8Array =>
  protobuf.Writer.create()
    .uint32(number << 3)
    .uint32(value)
    .finish();
const float = fc.float({ noNaN: true });
const floatBytes = (values: number[]) => Buffer.from(Float32Array.from(values).buffer);
const text = fc.string({ unit: 'grapheme', maxLength: 5 }).map((value) => Buffer.from(value));

/** Any legal encoding of a Vector: packed chunks and single values, with unknown fields between. */
const vector = fc
  .array(
    fc.oneof(
      fc.array(float, { maxLength: 5 }).map((values) => field(1, floatBytes(values))),
      float.map((value) => Buffer.concat([Buffer.from([0x0d]), floatBytes([value])])),
      fc.nat().map((value) => varint(7, value)),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => Buffer.concat(pieces));
const filter = text.map((value) => field(5, value));
const mask = fc.array(text, { maxLength: 3 }).map((paths) => {
  return Buffer.concat(paths.map((path) => field(1, path)));
});

const piece: fc.Arbitrary<Uint8Array> = fc.oneof(
  text.map((value) => field(1, value)),
  vector.map((value) => field(2, value)),
  vector.map((value) => field(2, value)),
  text.map((value) => field(3, value)),
  text.map((value) => field(4, value)),
  fc.integer({ min: 1, max: 10_000 }).map((value) => varint(5, value)),
  float.map((value) => Buffer.concat([Buffer.from([0x35]), floatBytes([value])])),
  filter.map((value) => field(7, value)),
  mask.map((value) => field(8, value)),
  fc.boolean().map((value) => varint(9, value ? 1 : 0)),
  fc.integer({ min: 1, max: 10_000 }).map((value) => varint(10, value)),
  text.map((value) => field(11, value)),
  text.map((value) => field(99, value)),
);
/** Fields in any order and number; the last one sets the query, if it was not set before. */
const request = fc
  .tuple(fc.array(piece, { maxLength: 8 }), piece, vector)
  .map(([pieces, last, value]) => Buffer.concat([field(2, value), ...pieces, last]));

interface Decoded {
  collection: string;
  query:
    | { case: 'vector'; value: { values: number[] } }
    | { case: 'recordId' | 'content'; value: string };
  limit?: number;
  threshold?: number;
  filter?: Parameters<typeof toBinary>[1];
  hitMask?: { paths: string[] };
  exact: boolean;
  efSearch?: number;
  embeddingModel: string;
}

describe('decodeSearchRequest', () => {
  it('equals another protobuf implementation over every legal encoding', () => {
    fc.assert(
      fc.property(request, (bytes) => {
        const expected = fromBinary(schema, bytes) as unknown as Decoded;
        const decoded = decodeSearchRequest(bytes);
        const { query } = expected;
        expect(decoded.collection).to.equal(expected.collection);
        if (decoded.query.kind === 'vector') {
          expect(query.case).to.equal('vector');
          expect(decoded.query.values).to.deep.equal(
            Float32Array.from(query.case === 'vector' ? query.value.values : []),
          );
        } else {
          const asked = decoded.query.kind === 'recordId' ? decoded.query.id : decoded.query.text;
          expect([query.case, query.value]).to.deep.equal([decoded.query.kind, asked]);
        }
        expect(decoded.embeddingModel ?? '').to.equal(expected.embeddingModel);
        expect(decoded.limit).to.equal(expected.limit ?? 10);
        expect(decoded.threshold).to.equal(expected.threshold);
        expect(decoded.hitMask).to.deep.equal(expected.hitMask?.paths);
        expect([decoded.exact, decoded.efSearch]).to.deep.equal([
          expected.exact,
          expected.efSearch,
        ]);
        expect(decoded.filter === undefined).to.equal(expected.filter === undefined);
        if (decoded.filter !== undefined) {
          const merged = fromBinary(filterSchema, decoded.filter);
          expect(toBinary(filterSchema, merged)).to.deep.equal(
            toBinary(filterSchema, expected.filter!),
          );
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('throws nothing but ProtovecError, and never crashes, on damaged requests', () => {
    fc.assert(
      fc.property(request, fc.nat(), fc.nat(255), fc.boolean(), (bytes, at, flip, truncate) => {
        const position = at % bytes.length;
        bytes[position] ^= flip;
        try {
          decodeSearchRequest(truncate ? bytes.subarray(0, position) : bytes);
        } catch (error) {
          expect(error).to.be.instanceOf(ProtovecError);
          expect((error as ProtovecError).reason).to.be.oneOf([
            'INVALID_ARGUMENT',
            'INVALID_EMBEDDING',
          ]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
