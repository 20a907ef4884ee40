import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../../src/errors.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { BatchGetRecordsResponse } from '../../../src/gen/protovec/v1/record_service.js';
import { SearchMethod, SearchResponse } from '../../../src/gen/protovec/v1/search_service.js';
import { limits } from '../../../src/limits.js';
import { RecordMask } from '../../../src/record/project.js';
import { RecordsResponseWriter, SearchResponseWriter } from '../../../src/wire/responses.js';

const fields = {
  createSeconds: 1,
  createNanos: 2,
  updateSeconds: 3,
  updateNanos: 4,
  revision: 5,
};
const bodyOf = (record: Partial<VectorRecord>) =>
  VectorRecord.encode(VectorRecord.create(record)).finish();
const big = bodyOf({ id: 'big', content: 'x'.repeat(1_500_000) });

function refusal(make: () => unknown): ProtovecError {
  try {
    make();
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('SearchResponseWriter', () => {
  const writer = new SearchResponseWriter();

  it('writes what the generated codec reads', () => {
    const float = fc.float({ noNaN: true });
    const hit = fc.record({
      content: fc.string({ maxLength: 300 }),
      score: float,
      distance: float,
    });
    fc.assert(
      fc.property(fc.array(hit), fc.maxSafeNat(), (hits, candidateCount) => {
        writer.begin();
        hits.forEach(({ content, score, distance }, i) => {
          const body = bodyOf({ id: `${i}`, content, embedding: [i] });
          const within = Buffer.concat([Buffer.from([0xff]), body, Buffer.from([0xff])]);
          const end = within.length - 1;
          writer.add(within, 1, end, RecordMask.allButEmbedding, fields, score, distance);
        });
        const bytes = writer.finish(SearchMethod.INDEX, candidateCount);
        const answer = SearchResponse.decode(bytes);
        expect(answer.method).to.equal(SearchMethod.INDEX);
        expect(answer.candidateCount).to.equal(BigInt(candidateCount));
        expect(answer.results.length).to.equal(hits.length);
        hits.forEach(({ content, score, distance }, i) => {
          const { record, similarityScore, distance: gotDistance } = answer.results[i];
          expect([similarityScore, gotDistance]).to.deep.equal([score, distance]);
          expect([record?.id, record?.content]).to.deep.equal([`${i}`, content]);
          expect(record?.embedding).to.deep.equal([]);
          expect(record?.revision).to.equal(5n);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('returns bytes that own their buffer', () => {
    writer.begin();
    const bytes = writer.finish(SearchMethod.EXACT, 0);
    expect(bytes.byteLength).to.equal(bytes.buffer.byteLength);
    writer.begin();
    writer.add(big, 0, big.length, RecordMask.all, fields, 1, 1);
    expect(SearchResponse.decode(bytes).results).to.deep.equal([]);
  });

  it('refuses an answer over the limit and is good for the next one', () => {
    writer.begin();
    const add = () => writer.add(big, 0, big.length, RecordMask.all, fields, 1, 1);
    add();
    add();
    const error = refusal(add);
    expect(error.reason).to.equal('RESPONSE_TOO_LARGE');
    expect(error.message).to.contain(`${limits.responseBytesMax}`).and.contain('hit_mask');
    writer.begin();
    expect(SearchResponse.decode(writer.finish(SearchMethod.EXACT, 7)).results).to.deep.equal([]);
  });
});

describe('RecordsResponseWriter', () => {
  const writer = new RecordsResponseWriter();
  const add = (body: Uint8Array) => writer.add(body, 0, body.length, RecordMask.all, fields);
  const tryAdd = (body: Uint8Array) => writer.tryAdd(body, 0, body.length, RecordMask.all, fields);

  it('writes records and texts', () => {
    writer.begin();
    add(bodyOf({ id: 'a', embedding: [1, 2] }));
    add(bodyOf({ id: 'b' }));
    writer.addText(2, 'ü');
    writer.addText(2, '');
    const { records, missingIds } = BatchGetRecordsResponse.decode(writer.finish());
    expect(records.map((record) => [record.id, record.embedding])).to.deep.equal([
      ['a', [1, 2]],
      ['b', []],
    ]);
    expect(missingIds).to.deep.equal(['ü', '']);
  });

  it('says no to a record beyond the asked size, but never to the first', () => {
    writer.begin(1000);
    expect(tryAdd(big)).to.equal(true);
    const { length } = writer.finish();
    expect(tryAdd(bodyOf({ id: 'a' }))).to.equal(false);
    expect([writer.count, writer.finish().length]).to.deep.equal([1, length]);
  });

  it('refuses records and texts over the limit of an answer', () => {
    writer.begin();
    add(big);
    add(big);
    const error = refusal(() => add(big));
    expect(error.reason).to.equal('RESPONSE_TOO_LARGE');
    expect(error.message).to.contain('record_mask').and.contain('ExportRecords');
    const text = () => writer.addText(2, 'x'.repeat(1_500_000));
    expect(refusal(text).reason).to.equal('RESPONSE_TOO_LARGE');
    expect(writer.count).to.equal(2);
  });

  it('fits the largest record into an empty answer', () => {
    writer.begin();
    add(bodyOf({ id: 'a', content: 'x'.repeat(limits.recordBytesMax - 100) }));
    expect(writer.finish().length).to.be.below(limits.responseBytesMax);
  });
});
