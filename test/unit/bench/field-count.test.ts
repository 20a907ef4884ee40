import { expect } from 'chai';
import fc from 'fast-check';
import { countField } from '../../../bench/support/field-count.js';
import { SearchResponse } from '../../../src/gen/protovec/v1/search_service.js';

function responseOf(hits: number): Buffer {
  const results = Array.from({ length: hits }, (_, i) => ({
    record: { id: `record-${i}`, content: 'x'.repeat(i * 40) },
    similarityScore: 0.5,
    distance: 0.5,
  }));
  const response = SearchResponse.fromPartial({ results, method: 2, candidateCount: 70_000n });
  return Buffer.from(SearchResponse.encode(response).finish());
}

describe('counting fields of a message', () => {
  it('finds as many as the generated code does', () => {
    for (const hits of [0, 1, 10, 100]) expect(countField(responseOf(hits), 1)).to.equal(hits);
  });

  it('counts within a range', () => {
    const [before, inside] = [responseOf(3), responseOf(5)];
    const both = Buffer.concat([before, inside]);
    expect(countField(both, 1, before.length, both.length)).to.equal(5);
    expect(countField(both, 1)).to.equal(8);
  });

  it('knows other fields apart', () => {
    expect(countField(responseOf(4), 2)).to.equal(0);
  });

  it('notices an answer that was cut', () => {
    const whole = responseOf(2);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        const cut = whole.subarray(0, length);
        let count = 0;
        try {
          count = countField(cut, 1);
        } catch {
          return;
        }
        // It ends between two fields.
        expect(SearchResponse.decode(cut).results).to.have.length(count);
      }),
    );
  });
});
