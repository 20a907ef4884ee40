import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { projectRecord, RecordMask } from '../../../src/record/project.js';
import { ByteWriter } from '../../../src/storage/bytes.js';
import { bytesField, encodeRecord, join, timestamp, varintField } from '../../support/records.js';

const fields = {
  createSeconds: 1_700_000_000,
  createNanos: 123_456_789,
  updateSeconds: -1,
  updateNanos: 999_999_999,
  revision: 2 ** 53 - 1,
};
const body = join(
  encodeRecord({ id: 'a', content: 'text', filePath: '' }),
  bytesField(77, 'from a newer schema'),
);

function project(bytes: Uint8Array, mask: RecordMask): VectorRecord {
  const out = new ByteWriter();
  out.byte(0xee);
  projectRecord(join(Uint8Array.of(1), bytes), 1, bytes.length + 1, mask, fields, out);
  return VectorRecord.decode(out.finish().subarray(1));
}

function parse(...paths: string[]): RecordMask {
  return RecordMask.parse(paths, RecordMask.all, 'hit_mask');
}

describe('projectRecord', () => {
  it('returns everything for the full mask, times to the nanosecond', () => {
    const record = project(body, RecordMask.all);
    expect(record.content).to.equal('text');
    expect(record.filePath).to.equal('');
    expect(record.embedding).to.deep.equal([1, 2, 3, 4]);
    expect(record.createTime).to.deep.include({ seconds: 1_700_000_000n, nanos: 123_456_789 });
    expect(record.updateTime).to.deep.include({ seconds: -1n, nanos: 999_999_999 });
    expect(record.revision).to.equal(2n ** 53n - 1n);
    expect(Object.keys(record._unknownFields ?? {})).to.deep.equal([`${77 * 8 + 2}`]);
  });

  it('leaves the embedding out and keeps what a newer schema added', () => {
    const record = project(body, RecordMask.allButEmbedding);
    expect(record.embedding).to.deep.equal([]);
    expect(record.content).to.equal('text');
    expect(record._unknownFields).to.have.property(`${77 * 8 + 2}`);
  });

  it('returns the id alone when nothing else is asked for', () => {
    expect(project(body, parse('id'))).to.deep.equal(VectorRecord.create({ id: 'a' }));
  });

  it('returns fields of the server when they are asked for, never those in the body', () => {
    const old = [bytesField(8, timestamp(5n, 5)), varintField(10, 3), bytesField(9, '')];
    const record = project(join(...old, body), parse('create_time'));
    expect(record.createTime).to.deep.include({ seconds: 1_700_000_000n, nanos: 123_456_789 });
    expect(record.updateTime).to.equal(undefined);
    expect(record.revision).to.equal(0n);
    expect(project(join(...old, body), RecordMask.all)).to.deep.equal(
      project(body, RecordMask.all),
    );
  });
});

describe('RecordMask', () => {
  it('takes the proto names of all fields, and * for all', () => {
    const descriptor = ['id', 'content', 'title', 'file_path', 'extension', 'embedding'];
    const names = [...descriptor, 'metadata', 'create_time', 'update_time', 'revision'];
    names.forEach((name, i) => {
      const mask = parse(name);
      expect(mask.has(i + 1)).to.equal(true);
      expect(mask.has(1)).to.equal(true);
      for (let field = 2; field <= 10; field++) expect(mask.has(field)).to.equal(field === i + 1);
      expect(mask.has(11)).to.equal(false);
    });
    for (let field = 1; field < 50; field++) expect(parse('title', '*').has(field)).to.equal(true);
  });

  it('is the given one when the caller sent none', () => {
    const absent = RecordMask.allButEmbedding;
    expect(RecordMask.parse(undefined, absent, 'hit_mask')).to.equal(absent);
    expect(RecordMask.parse([], absent, 'hit_mask')).to.equal(absent);
  });

  it('refuses unknown paths with the paths that there are', () => {
    for (const path of ['', 'filePath', 'metadata.key', 'Title', 'id ', 'similarity_score']) {
      expect(() => parse('id', path))
        .to.throw(ProtovecError, /hit_mask has the unknown path ".*"; paths are \*, id, content,/)
        .that.includes({ reason: 'INVALID_ARGUMENT', field: 'hit_mask' });
    }
  });
});
