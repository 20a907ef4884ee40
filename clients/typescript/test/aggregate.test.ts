import { expect } from 'chai';
import { fromAggregateResponse, toAggregateRequest } from '../src/aggregate.js';
import { where } from '../src/filter.js';
import { AggregateRecordsResponse } from '../src/gen/protovec/v1/collection_service.js';
import { MetadataValue } from '../src/gen/protovec/v1/record.js';

type Kind = NonNullable<MetadataValue['kind']>;

/** The values of a response, as it would come from a server. */
function valuesOf(...kinds: (Kind | undefined)[]) {
  const values = kinds.map((kind) => ({
    value: MetadataValue.fromPartial({ kind: kind! }),
    count: 2n,
  }));
  const response = AggregateRecordsResponse.fromPartial({ facets: [{ key: 'k', values }] });
  const decoded = AggregateRecordsResponse.decode(
    AggregateRecordsResponse.encode(response).finish(),
  );
  return fromAggregateResponse(decoded).facets[0]!.values.map(({ value }) => value);
}

describe('an aggregation', () => {
  it('asks for nothing that was left out', () => {
    expect(toAggregateRequest('docs', {})).to.deep.equal({
      collection: 'docs',
      filter: undefined,
      centroid: false,
      centroidSimilarity: false,
      contentLengths: false,
      facets: [],
    });
    const filter = where.exists('k');
    const facets = ['a', { key: 'b', limit: 5 }, { key: 'c' }];
    const asked = toAggregateRequest('docs', { filter, centroid: true, facets });
    expect(asked).to.deep.include({ filter, centroid: true });
    expect(asked.facets).to.deep.equal([
      { key: 'a', limit: 0 },
      { key: 'b', limit: 5 },
      { key: 'c', limit: 0 },
    ]);
  });

  it('gives values of every kind as they were written, integers exact', () => {
    const values = valuesOf(
      { $case: 'stringValue', value: '7' },
      { $case: 'intValue', value: 7n },
      { $case: 'intValue', value: 2n ** 53n },
      { $case: 'doubleValue', value: 7.5 },
      { $case: 'boolValue', value: false },
    );
    expect(values).to.deep.equal(['7', 7, 2n ** 53n, 7.5, false]);
  });

  it('refuses a kind of value that it does not know', () => {
    expect(() => valuesOf(undefined)).to.throw(/upgrade @protovec\/client/);
  });

  it('leaves out what the server left out', () => {
    const none = AggregateRecordsResponse.fromPartial({ count: 0n });
    expect(fromAggregateResponse(none)).to.deep.equal({ count: 0, facets: [] });
    const some = AggregateRecordsResponse.fromPartial({
      count: 2n,
      centroid: [0.5, -0.5],
      centroidSimilarity: { mean: 0.5, min: 0, max: 1 },
      contentLengths: { mean: 1.5, min: 1n, max: 2n, total: 3n },
    });
    expect(fromAggregateResponse(some)).to.deep.equal({
      count: 2,
      centroid: Float32Array.of(0.5, -0.5),
      centroidSimilarity: { mean: 0.5, min: 0, max: 1 },
      contentLengths: { mean: 1.5, min: 1, max: 2, total: 3 },
      facets: [],
    });
  });
});
