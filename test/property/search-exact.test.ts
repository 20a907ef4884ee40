/**
 * An exact search is a search that compares with every record: after any history of writes, deletes
 * and deletes by filter, with any filter, threshold, limit and mask.
 */
import fc from 'fast-check';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import { IndexKind } from '../../src/gen/protovec/v1/index.js';
import { configOf } from '../support/collection.js';
import { metrics } from '../unit/index/vectors.js';
import { dimension, latticeHistory, realHistory, type Step } from './search-arbitraries.js';
import { type Judge, judgeExactly, judgeNearly, runHistory } from './search-history.js';
import { inEngine, SearchStore } from './search-store.js';

function holds(
  metric: Metric,
  kind: IndexKind,
  histories: fc.Arbitrary<Step[]>,
  judge: Judge,
): Promise<void> {
  const index = { kind, connectivity: 8, expansionAdd: 32, efSearch: 16, quantization: 0 };
  let next = 0;
  return inEngine((call) =>
    fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const config = configOf({ dimension, metric, index });
        const store = await SearchStore.create(call, `search-${next++}`, config);
        await runHistory(store, history, judge);
      }),
      { numRuns: 20 },
    ),
  );
}

describe('an exact search over a collection', () => {
  for (const [name, metric] of metrics) {
    it(`is the brute-force search, ties by id: ${name}`, () =>
      holds(metric, IndexKind.HNSW, latticeHistory(40), judgeExactly));

    it(`is the brute-force search of any numbers: ${name}`, () =>
      holds(metric, IndexKind.HNSW, realHistory(40), judgeNearly));
  }

  it('is the brute-force search without a graph, too', () =>
    holds(Metric.EUCLIDEAN, IndexKind.FLAT, latticeHistory(40), judgeExactly));
});
