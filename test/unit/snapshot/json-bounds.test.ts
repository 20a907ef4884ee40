import { expect } from 'chai';
import fc from 'fast-check';
import { JsonBounds } from '../../../src/snapshot/json/json-bounds.js';

/** Length found when the bytes come in steps of `step`, or -1. */
function boundsOf(bytes: Buffer, step: number): number {
  const bounds = new JsonBounds();
  bounds.begin();
  for (let end = Math.min(step, bytes.length); ; end = Math.min(end + step, bytes.length)) {
    const length = bounds.scan(bytes, 0, end);
    if (length >= 0 || end === bytes.length) return length;
  }
}

const value = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: fc.constantFrom('\\', '"', '{', ']', ',', 'é', '\n'), maxLength: 12 }),
);

describe('JsonBounds', () => {
  it('finds the end of any value, however its bytes come', () =>
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 7 }), fc.boolean(), (data, step, pretty) => {
        const text = Buffer.from(JSON.stringify(data, null, pretty ? 1 : 0));
        const followed = Buffer.concat([text, Buffer.from(', "more": []}')]);
        expect(boundsOf(followed, step)).to.equal(text.length);
        for (let length = 0; length < text.length; length++) {
          expect(boundsOf(text.subarray(0, length), step)).to.equal(-1);
        }
      }),
      { numRuns: 1_000 },
    ));

  for (const text of [',', ' 1', ']', '}']) {
    it(`finds no value in ${JSON.stringify(text)}`, () => {
      expect(boundsOf(Buffer.from(text), 1)).to.equal(0);
    });
  }

  it('refuses nesting without end', () => {
    expect(boundsOf(Buffer.from(`${'['.repeat(100)}${']'.repeat(100)}`), 3)).to.equal(200);
    expect(() => boundsOf(Buffer.from('['.repeat(101)), 3)).to.throw('nested more than 100');
  });
});
