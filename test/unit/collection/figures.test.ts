import { expect } from 'chai';
import { type CollectionFigures, joined } from '../../../src/collection/figures.js';
import { limits } from '../../../src/limits.js';

function figures(records: number): CollectionFigures {
  const none = { indexPending: 0, indexTombstones: 0, vectorBytes: 0, indexBytes: 0 };
  const rest = { filterBytes: 0, baseBytes: 0, logBytes: 0, operationsSinceSave: 0, latched: 1 };
  return { records, ...none, ...rest };
}

describe('the figures of collections', () => {
  it('name the first by name of all workers, and add up the others', () => {
    const most = limits.metricsCollectionsMax;
    const name = (i: number) => `c${String(i).padStart(4, '0')}`;
    const all = Array.from({ length: most + 5 }, (_, i) => [name(i), figures(i)] as const);
    const odd = all.filter((_, i) => i % 2 === 1).reverse();
    const even = all.filter((_, i) => i % 2 === 0);
    const found = joined([
      { named: odd, others: figures(1_000) },
      { named: even, others: undefined },
    ]);
    expect(found.named).deep.equals(all.slice(0, most));
    expect(found.others?.records).equals(1_000 + 5 * most + 10);
    expect(found.others?.latched).equals(6);
  });

  it('has no others when there is room for all', () => {
    const named = [['a', figures(1)] as const];
    expect(joined([{ named, others: undefined }])).deep.equals({ named, others: undefined });
  });
});
