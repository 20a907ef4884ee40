import { expect } from 'chai';
import fc from 'fast-check';
import { ByteWriter } from '../../src/codec/byte-writer.js';
import { writeRecord } from '../../src/codec/encode-record.js';
import { type Metadata, ProtovecError, type VectorRecord } from '../../src/index.js';
import { BatchInsertRequest, VectorRecord as ProtoVectorRecord } from '../../src/raw.js';
import { anyRecord, toProto } from '../support/records.js';

function encode(...records: VectorRecord[]): Buffer {
  const writer = new ByteWriter(16);
  for (const record of records) writeRecord(writer, 0x12, record, record.id ?? '');
  return writer.finish();
}

function refusal(record: VectorRecord): ProtovecError {
  try {
    encode(record);
  } catch (error) {
    expect(error).to.be.instanceOf(ProtovecError);
    return error as ProtovecError;
  }
  throw new Error('was not refused');
}

describe('writing records', () => {
  it('gives the bytes of the generated code', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
        const generated = BatchInsertRequest.encode({
          collection: '',
          records: records.map(toProto),
          writeMode: 0,
        }).finish();
        expect(encode(...records).equals(generated)).to.equal(true);
      }),
    );
  });

  it('gives the bytes of the generated code across every length of a length', () => {
    for (const size of [0, 1, 60, 126, 127, 128, 129, 16_250, 16_383, 16_384, 16_400, 300_000]) {
      const record = { id: 'a', content: 'é'.repeat(size / 2), metadata: { k: 'x'.repeat(size) } };
      const generated = ProtoVectorRecord.encode(toProto(record)).finish();
      const written = encode(record);
      expect(written.subarray(written.length - generated.length).equals(generated)).to.equal(true);
      expect(BatchInsertRequest.decode(written).records[0].content).to.equal(record.content);
    }
  });

  it('replaces half a surrogate pair as the generated code does', () => {
    const record = { id: 'a\ud800b', content: `${'long '.repeat(20)}\udc00` };
    const { records } = BatchInsertRequest.decode(encode(record));
    expect(records[0].id).to.equal('a\ufffdb');
    expect(records[0].content).to.equal(`${'long '.repeat(20)}\ufffd`);
  });

  it('takes floats from an array, a Float32Array and a view at any offset', () => {
    const values = [1.5, -0, 3e38, 1e-45];
    const whole = Float32Array.of(9, ...values, 9);
    const forms = [values, Float32Array.from(values), whole.subarray(1, 5)];
    for (const embedding of forms) {
      const { records } = BatchInsertRequest.decode(encode({ id: 'a', embedding }));
      expect(records[0].embedding).to.deep.equal(Array.from(Float32Array.from(values)));
    }
  });

  it('never sends the revision', () => {
    const { records } = BatchInsertRequest.decode(encode({ id: 'a', revision: 7 }));
    expect(records[0].revision).to.equal(0n);
  });

  it('leaves out metadata keys without a value', () => {
    const metadata = { a: 1, b: undefined } as unknown as Metadata;
    const { records } = BatchInsertRequest.decode(encode({ id: 'x', metadata }));
    expect([...records[0].metadata.keys()]).to.deep.equal(['a']);
  });

  const bad: [string, unknown, string][] = [
    ['a null value', { metadata: { k: null } }, 'metadata["k"]'],
    ['an object as a value', { metadata: { k: {} } }, 'metadata["k"]'],
    ['a number within a list', { metadata: { k: ['a', 1] } }, 'metadata["k"][1]'],
    ['an integer of 65 bits', { metadata: { k: 2n ** 63n } }, 'metadata["k"]'],
    ['a number as content', { content: 5 }, 'content'],
    ['null as a file path', { filePath: null }, 'file_path'],
    ['a text as embedding', { embedding: 'abc' }, 'embedding'],
    ['an invalid date', { createTime: new Date(Number.NaN) }, 'create_time'],
  ];
  for (const [what, fields, path] of bad) {
    it(`refuses ${what} with its path`, () => {
      const error = refusal({ id: 'a', ...(fields as VectorRecord) });
      expect(error.codeName).to.equal('INVALID_ARGUMENT');
      expect(error.fieldViolations[0].field).to.equal(path);
    });
  }
});
