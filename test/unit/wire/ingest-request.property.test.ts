import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { ProtovecError } from '../../../src/errors.js';
import { decodeIngestRequest } from '../../../src/wire/ingest-request.js';

const image = readFileSync(new URL('../../../src/gen/protovec.binpb', import.meta.url));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
const schema = registry.getMessage('protovec.v1.IngestRecordsRequest')!;
const recordSchema = registry.getMessage('protovec.v1.VectorRecord')!;

const field = (number: number, value: Uint8Array): Uint8Array =>
  protobuf.Writer.create()
    .uint32((number << 3) | 2)
    .bytes(value)
    .finish();
const varint = (number: number, value: number): Uint8Array =>
  protobuf.Writer.create()
    .uint32(number << 3)
    .uint64(value)
    .finish();
const text = fc.string({ unit: 'grapheme', maxLength: 5 }).map((value) => Buffer.from(value));
const number = fc.oneof(fc.nat(3), fc.maxSafeNat());
const many = (piece: fc.Arbitrary<Uint8Array>) =>
  fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces));

const record = many(
  fc.oneof(
    text.map((value) => field(1, value)),
    text.map((value) => field(2, value)),
    text.map((value) => field(99, value)),
  ),
);
const opening = many(
  fc.oneof(
    text.map((value) => field(1, value)),
    number.map((value) => varint(2, value)),
    fc.nat(3).map((value) => varint(3, value)),
    fc.nat(2).map((value) => varint(4, value)),
    fc.nat(1).map((value) => varint(5, value)),
    text.map((value) => field(99, value)),
  ),
);
const batch = many(
  fc.oneof(
    number.map((value) => varint(1, value)),
    record.map((value) => field(2, value)),
    record.map((value) => field(2, value)),
    text.map((value) => field(99, value)),
  ),
);
/** Any legal encoding: fields in any order and number, unknown ones between. */
const request = many(
  fc.oneof(
    text.map((value) => field(1, value)),
    opening.map((value) => field(2, value)),
    batch.map((value) => field(3, value)),
    batch.map((value) => field(3, value)),
    text.map((value) => field(99, value)),
  ),
);

interface Decoded {
  collection: string;
  message:
    | { case: undefined }
    | {
        case: 'open';
        value: {
          idempotencyKey: string;
          acknowledgedNumber: bigint;
          writeMode: number;
          ackLevel: number;
          stopOnRefusal: boolean;
        };
      }
    | { case: 'batch'; value: { number: bigint; records: Parameters<typeof toBinary>[1][] } };
}

describe('decodeIngestRequest', () => {
  it('equals another protobuf implementation over every legal encoding', () => {
    fc.assert(
      fc.property(request, (bytes) => {
        const expected = fromBinary(schema, bytes) as unknown as Decoded;
        const { collection, open, batch: ranges } = decodeIngestRequest(bytes);
        const { message } = expected;
        expect(collection).to.equal(expected.collection);
        expect(open !== undefined).to.equal(message.case === 'open');
        expect(ranges !== undefined).to.equal(message.case === 'batch');
        if (open !== undefined && message.case === 'open') {
          const { idempotencyKey, acknowledgedNumber, writeMode, ackLevel } = message.value;
          expect(open).to.deep.equal({
            key: idempotencyKey,
            acknowledgedNumber: Number(acknowledgedNumber),
            mode: writeMode,
            ackLevel,
            stopOnRefusal: message.value.stopOnRefusal,
          });
        }
        if (ranges !== undefined && message.case === 'batch') {
          expect(ranges.number).to.equal(Number(message.value.number));
          const records: Uint8Array[] = [];
          for (let i = 0; i < ranges.records.length; i += 2) {
            const range = bytes.subarray(ranges.records[i], ranges.records[i + 1]);
            records.push(toBinary(recordSchema, fromBinary(recordSchema, range)));
          }
          const wanted = message.value.records.map((one) => toBinary(recordSchema, one));
          expect(records).to.deep.equal(wanted);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('throws nothing but ProtovecError, and never crashes, on damaged requests', () => {
    fc.assert(
      fc.property(request, fc.nat(), fc.nat(255), fc.boolean(), (bytes, at, flip, truncate) => {
        if (bytes.length === 0) return;
        const position = at % bytes.length;
        bytes[position]! ^= flip;
        try {
          const { batch: ranges } = decodeIngestRequest(
            truncate ? bytes.subarray(0, position) : bytes,
          );
          for (const end of ranges?.records ?? []) expect(end).to.be.within(0, bytes.length);
        } catch (error) {
          expect(error).to.be.instanceOf(ProtovecError);
          expect((error as ProtovecError).reason).to.equal('INVALID_ARGUMENT');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
