import { expect } from 'chai';
import fc from 'fast-check';
import { readAnswer, UnusableAnswer } from '../../../src/embedding/embeddings-answer.js';

const bytesOf = (answer: unknown) => Buffer.from(JSON.stringify(answer));
const read = (answer: unknown, count = 2, dimension = 2) =>
  readAnswer(bytesOf(answer), count, dimension);
const item = (index: number, ...embedding: unknown[]) => ({ index, embedding });

describe('readAnswer', () => {
  it('puts the vectors in the order of the texts', () => {
    const data = [item(1, 3, 4), item(0, 1, 2)];
    expect([...read({ object: 'list', data, usage: {} })]).to.deep.equal([1, 2, 3, 4]);
  });

  it('goes by position when the service leaves the index out', () => {
    const data = [{ embedding: [1, 2] }, { embedding: [3, 4] }];
    expect([...read({ data })]).to.deep.equal([1, 2, 3, 4]);
  });

  const unusable: [string, unknown, RegExp][] = [
    ['no object', [1], /without a list of embeddings/],
    ['no data', { error: 'x' }, /without a list of embeddings/],
    ['too few', { data: [item(0, 1, 2)] }, /1 embeddings for 2 texts/],
    ['too many', { data: [item(0, 1, 2), item(1, 1, 2), item(2, 1, 2)] }, /3 embeddings for 2/],
    ['an item that is none', { data: [item(0, 1, 2), null] }, /data\[1\]/],
    ['an index beyond', { data: [item(0, 1, 2), item(2, 1, 2)] }, /index that is none/],
    ['an index of another type', { data: [item(0, 1, 2), { index: '1' }] }, /index that is none/],
    ['an index twice', { data: [item(0, 1, 2), item(0, 1, 2)] }, /two embeddings with the index 0/],
    ['base64', { data: [item(0, 1, 2), { index: 1, embedding: 'AAAA' }] }, /no list of numbers/],
    ['a wrong dimension', { data: [item(0, 1, 2), item(1, 1, 2, 3)] }, /3 values .*dimension is 2/],
    ['a text as a value', { data: [item(0, 1, 2), item(1, 1, '2')] }, /value 1 is no number/],
    ['null as a value', { data: [item(0, 1, 2), item(1, null, 2)] }, /value 0 is no number/],
    ['a value beyond 32 bits', { data: [item(0, 1, 2), item(1, 1, 1e39)] }, /squared norm/],
    ['a zero vector', { data: [item(0, 1, 2), item(1, 0, -0)] }, /squared norm/],
  ];
  for (const [what, answer, message] of unusable) {
    it(`refuses ${what}`, () => {
      expect(() => read(answer)).to.throw(UnusableAnswer, message);
    });
  }

  it('never throws anything else, nor gives less than whole vectors, on damaged answers', () => {
    const data = [item(0, 0.5, -1), item(1, 2, 1e-3)];
    const whole = bytesOf({ object: 'list', data, model: 'm' });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, flip, cut) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= flip;
        try {
          const matrix = readAnswer(cut ? bytes.subarray(0, at) : bytes, 2, 2);
          expect(matrix).to.have.length(4);
          expect(matrix.every(Number.isFinite)).to.equal(true);
        } catch (error) {
          expect(error).to.be.instanceOf(UnusableAnswer);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
