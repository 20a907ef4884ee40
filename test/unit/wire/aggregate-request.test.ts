import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../../src/errors.js';
import { AggregateRecordsRequest } from '../../../src/gen/protovec/v1/collection_service.js';
import { decodeAggregateRequest } from '../../../src/wire/aggregate-request.js';
import { filter } from '../../property/filter-arbitraries.js';

const encode = (fields: Parameters<typeof AggregateRecordsRequest.fromPartial>[0]) =>
  AggregateRecordsRequest.encode(AggregateRecordsRequest.fromPartial(fields)).finish();
const decode = (facets: { key: string; limit?: number }[]) =>
  decodeAggregateRequest(encode({ collection: 'docs', facets }));

function refusal(facets: { key: string; limit?: number }[]): string {
  try {
    decode(facets);
  } catch (error) {
    return (error as ProtovecError).field;
  }
  throw new Error('it was accepted');
}

describe('decodeAggregateRequest', () => {
  it('has 10 values where a facet has no limit', () => {
    const { facets } = decode([{ key: 'a' }, { key: 'b', limit: 1_000 }]);
    expect(facets.map(({ limit }) => limit)).to.deep.equal([10, 1_000]);
  });

  it('refuses too many facets before they are decoded, and keys that mean nothing', () => {
    const many = Array.from({ length: 33 }, (_, i) => ({ key: `k${i}` }));
    expect(decode(many.slice(1)).facets).to.have.length(32);
    expect(refusal(many)).to.equal('facets');
    expect(refusal([{ key: 'a' }, { key: '' }])).to.equal('facets[1].key');
    expect(refusal([{ key: 'a' }, { key: 'b' }, { key: 'a' }])).to.equal('facets[2].key');
    expect(refusal([{ key: 'a', limit: 1_001 }])).to.equal('facets[0].limit');
    const empty = Buffer.alloc(2 * 1024 * 1024);
    for (let at = 0; at < empty.length; at += 2) empty[at] = 0x32;
    expect(() => decodeAggregateRequest(empty)).to.throw(/at most 32 facets/);
  });

  it('refuses damaged requests with nothing but INVALID_ARGUMENT', () => {
    const request = fc.record({ tree: filter, key: fc.string({ unit: 'grapheme', minLength: 1 }) });
    fc.assert(
      fc.property(request, fc.nat(), fc.nat(255), fc.boolean(), ({ tree, key }, at, flip, cut) => {
        const message = { collection: 'docs', filter: tree, centroid: true, facets: [{ key }] };
        const bytes = Buffer.from(encode(message));
        const position = at % bytes.length;
        bytes[position] ^= flip;
        try {
          decodeAggregateRequest(cut ? bytes.subarray(0, position) : bytes);
        } catch (error) {
          expect(error).to.be.instanceOf(ProtovecError);
          expect((error as ProtovecError).reason).to.equal('INVALID_ARGUMENT');
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
