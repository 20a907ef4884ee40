import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeRecords, decodeSearch } from '../../src/codec/decode-responses.js';
import type { VectorRecord } from '../../src/index.js';
import {
  BatchGetRecordsResponse,
  VectorRecord as ProtoVectorRecord,
  SearchResponse,
} from '../../src/raw.js';
import { anyRecord, toProto } from '../support/records.js';

function decodeOne(body: Uint8Array) {
  const writer = new BinaryWriter();
  return decodeRecords(writer.tag(1, WireType.LengthDelimited).bytes(body).finish()).records[0];
}

/** What a record that was written looks like when it is read. */
function asRead(record: VectorRecord) {
  const { content = '', title = '', embedding, metadata = {}, ...rest } = record;
  return {
    ...rest,
    content,
    title,
    // Integers come back as numbers whenever that is exact.
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, value]) => [
        key,
        typeof value === 'bigint' &&
        BigInt(Number(value)) === value &&
        Number.isSafeInteger(Number(value))
          ? Number(value)
          : value,
      ]),
    ),
    ...(embedding?.length ? { embedding: Float32Array.from(embedding) } : {}),
  };
}

describe('reading records', () => {
  it('gives back what the generated code wrote', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 4 }), fc.array(fc.string()), (records, ids) => {
        const bytes = BatchGetRecordsResponse.encode({
          records: records.map(toProto),
          missingIds: ids,
        }).finish();
        const { records: read, texts } = decodeRecords(bytes);
        expect(read).to.deep.equal(records.map(asRead));
        expect(texts).to.deep.equal(ids);
      }),
    );
  });

  it('reads packed, unpacked and several chunks of floats in order', () => {
    const body = new BinaryWriter()
      .tag(6, WireType.Bit32)
      .float(1)
      .tag(6, WireType.LengthDelimited)
      .bytes(new Uint8Array(Float32Array.of(2, 3).buffer))
      .tag(1, WireType.LengthDelimited)
      .string('a')
      .tag(6, WireType.LengthDelimited)
      .bytes(new Uint8Array(Float32Array.of(4).buffer))
      .finish();
    expect(decodeOne(body).embedding).to.deep.equal(Float32Array.of(1, 2, 3, 4));
  });

  it('copies the embedding, wherever it lies in the message', () => {
    for (let shift = 0; shift < 4; shift++) {
      const id = 'i'.repeat(shift + 1);
      const bytes = ProtoVectorRecord.encode(toProto({ id, embedding: [1, 2] })).finish();
      const record = decodeOne(bytes);
      bytes.fill(0);
      expect(record.embedding).to.deep.equal(Float32Array.of(1, 2));
    }
  });

  it('takes the last of repeated fields and skips unknown ones', () => {
    const body = new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .string('first')
      .tag(900, WireType.LengthDelimited)
      .string('unknown')
      .tag(901, WireType.Varint)
      .uint64(2n ** 63n)
      .tag(902, WireType.Bit64)
      .fixed64(1)
      .tag(1, WireType.LengthDelimited)
      .string('last')
      .finish();
    expect(decodeOne(body)).to.deep.equal({ id: 'last', content: '', title: '', metadata: {} });
  });

  it('reads __proto__ as a key like any other', () => {
    const metadata = JSON.parse('{"__proto__": ["x"], "a": 1}');
    const record = decodeOne(ProtoVectorRecord.encode(toProto({ id: 'a', metadata })).finish());
    expect(Object.getPrototypeOf(record.metadata)).to.equal(Object.prototype);
    expect(Object.keys(record.metadata)).to.deep.equal(['__proto__', 'a']);
    expect(Object.getOwnPropertyDescriptor(record.metadata, '__proto__')?.value).to.deep.equal([
      'x',
    ]);
  });

  it('reads times before 1970 and cuts nanoseconds off', () => {
    const message = {
      ...toProto({ id: 'a' }),
      createTime: { seconds: -2n, nanos: 500_999_999 },
      revision: 12n,
    };
    const record = decodeOne(ProtoVectorRecord.encode(message).finish());
    expect(record.createTime?.getTime()).to.equal(-1500);
    expect(record.revision).to.equal(12);
  });

  it('reads the answer to a search', () => {
    const bytes = SearchResponse.encode({
      results: [
        { record: toProto({ id: 'a', content: 'x' }), similarityScore: 0.5, distance: 0.5 },
        { record: toProto({ id: 'b' }), similarityScore: -1, distance: 2 },
      ],
      method: 2,
      candidateCount: 300n,
    }).finish();
    const result = decodeSearch(bytes);
    expect(result.method).to.equal('index');
    expect(result.candidateCount).to.equal(300);
    expect(result.hits.map((hit) => [hit.id, hit.score, hit.distance])).to.deep.equal([
      ['a', 0.5, 0.5],
      ['b', -1, 2],
    ]);
    expect(result.hits[0].record.content).to.equal('x');
  });

  it('reads or refuses cut and flipped bytes, and nothing else happens', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(), fc.nat(), (record, cutAt, flipAt) => {
        const bytes = BatchGetRecordsResponse.encode({
          records: [toProto(record)],
          missingIds: [],
        }).finish();
        const flipped = Uint8Array.from(bytes);
        flipped[flipAt % bytes.length] ^= 1 << (flipAt % 8);
        for (const damaged of [bytes.subarray(0, cutAt % bytes.length), flipped]) {
          for (const read of [decodeRecords, decodeSearch]) {
            try {
              read(damaged);
            } catch (error) {
              expect(error).to.be.instanceOf(RangeError);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses every proper prefix of a record', () => {
    const body = ProtoVectorRecord.encode(toProto({ id: 'abc', embedding: [1, 2, 3] })).finish();
    const bytes = Buffer.concat([Buffer.of(0x0a, body.length), body]);
    for (let length = 1; length < bytes.length; length++) {
      expect(() => decodeRecords(bytes.subarray(0, length)), `${length} bytes`).to.throw(
        RangeError,
      );
    }
  });
});
