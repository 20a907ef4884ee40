/**
 * Searches through the graph: they find what they should by the bound below, and whatever they find
 * is right. Records are clustered as embeddings are; many of them are replaced and deleted, before
 * and after they are in the graph.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import type { Filter } from '../../src/gen/protovec/v1/filter.js';
import { IndexKind, Quantization } from '../../src/gen/protovec/v1/index.js';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { SearchMethod } from '../../src/gen/protovec/v1/search_service.js';
import { configOf } from '../support/collection.js';
import { Random } from '../support/random.js';
import { clustered, metrics } from '../unit/index/vectors.js';
import { expectSound, expectTiesInOrder, recallOf } from './search-answers.js';
import type { Asked } from './search-model.js';
import { type Call, inEngine, SearchStore } from './search-store.js';

const dimension = 24;
const recordCount = 1_200;
const queryCount = 30;
const limit = 10;
const efSearch = 64;
/** Recall@10 at that ef, with and without a filter: mostly 1, and lowest under the dot product. */
const leastRecall = 0.95;
/** Records that match, of a thousand. */
const shares = [1, 10, 100, 500, 990];

const precisions: [string, Quantization][] = [
  ['f32', Quantization.F32],
  ['f16', Quantization.F16],
  ['bf16', Quantization.BF16],
  ['i8', Quantization.I8],
];

/** Records `from` to `from + count`; `bucket` is from 0 to 999 and follows from the id. */
function recordsOf(from: number, count: number, seed: number): VectorRecord[] {
  return clustered(count, dimension, seed).map((vector, i) =>
    VectorRecord.fromPartial({
      id: `record-${from + i}`,
      content: `content of ${from + i}, seed ${seed}`,
      title: i % 3 === 0 ? '' : `title ${i}`,
      embedding: [...vector],
      metadata: new Map([
        ['bucket', { kind: { $case: 'intValue', value: BigInt(((from + i) * 617) % 1000) } }],
      ]),
    }),
  );
}

function bucketBelow(share: number): Filter {
  const range = { gt: undefined, gte: undefined, lt: share, lte: undefined };
  const test = { $case: 'range' as const, value: range };
  return { condition: { $case: 'metadata', value: { key: 'bucket', test } } };
}

/** Loads, lets the graph take everything in, then replaces, deletes and adds. */
async function filled(
  call: Call,
  name: string,
  metric: Metric,
  quantization: Quantization,
  random: Random,
): Promise<SearchStore> {
  const kind = IndexKind.HNSW;
  const index = { kind, connectivity: 16, expansionAdd: 96, efSearch, quantization };
  const store = await SearchStore.create(call, name, configOf({ dimension, metric, index }));
  await store.put(recordsOf(0, recordCount, random.below(1e9)));
  await store.indexed();
  const ids = [...store.model.records.keys()];
  await store.delete(random.some(ids, recordCount / 10));
  for (let i = 0; i < 5; i++) {
    const from = random.below(recordCount);
    await store.put(recordsOf(from, 60, random.below(1e9)));
    await store.deleteMatching(bucketBelowAnd(random.below(1000)));
  }
  return store;
}

/** About three records. */
function bucketBelowAnd(share: number): Filter {
  const filters = [
    bucketBelow(share + 2),
    { condition: { $case: 'noneOf' as const, value: { filters: [bucketBelow(share)] } } },
  ];
  return { condition: { $case: 'allOf', value: { filters } } };
}

/** Mean recall of searches for `queries`; every answer has to be sound. */
async function recallOfMany(
  store: SearchStore,
  queries: readonly (readonly number[])[],
  filter?: Filter,
): Promise<number> {
  let sum = 0;
  for (const query of queries) {
    const asked: Asked = { query, limit, filter };
    const answer = await store.search(asked, { efSearch });
    const ranking = store.model.ranking(asked);
    expectSound(answer, store.model, asked, ranking);
    expectTiesInOrder(answer);
    sum += recallOf(answer, ranking, limit);
  }
  return sum / queries.length;
}

/** Whatever else may be asked: thresholds, records, masks, limits. */
async function searchVariously(store: SearchStore, random: Random): Promise<void> {
  const ids = [...store.model.records.keys()];
  const masks = [undefined, ['id'], ['content'], ['title', 'embedding'], ['*']];
  for (let i = 0; i < 30; i++) {
    const query = random.pick(ids);
    const share = random.chance(0.5) ? random.pick(shares) : undefined;
    const filter = share === undefined ? undefined : bucketBelow(share);
    const plain: Asked = { query, limit: random.between(1, 40), filter };
    const ranking = store.model.ranking(plain);
    const threshold = random.chance(0.5) ? ranking[random.below(20)]?.score : undefined;
    const asked = { ...plain, threshold };
    const hitMask = random.pick(masks);
    const answer = await store.search(asked, { hitMask });
    expectSound(answer, store.model, asked, ranking, hitMask);
    expect(answer.results.every(({ record }) => record!.id !== query)).to.equal(true);
  }
}

describe('a search through the graph', () => {
  for (const [name, metric] of metrics) {
    for (const [precision, quantization] of precisions) {
      // Integers of 8 bits are for the cosine alone.
      if (quantization === Quantization.I8 && metric !== Metric.COSINE) continue;
      it(`has recall ${leastRecall}, filtered or not, and is sound: ${name}, ${precision}`, () =>
        inEngine((call) => {
          let next = 0;
          const property = fc.asyncProperty(fc.integer(), async (seed) => {
            const random = new Random(seed);
            const store = await filled(call, `graph-${next++}`, metric, quantization, random);
            const queries = clustered(queryCount, dimension, random.below(1e9)).map((row) => [
              ...row,
            ]);
            // Some records wait for the graph still, and some are in it.
            expect(await recallOfMany(store, queries)).to.be.at.least(leastRecall);
            await store.indexed();
            const { method } = await store.search({ query: queries[0], limit });
            expect(method).to.equal(SearchMethod.INDEX);
            expect(await recallOfMany(store, queries)).to.be.at.least(leastRecall);
            for (const share of shares) {
              const recall = await recallOfMany(store, queries.slice(0, 15), bucketBelow(share));
              expect(recall, `${share} of 1,000 match`).to.be.at.least(leastRecall);
            }
            await searchVariously(store, random);
          });
          return fc.assert(property, { numRuns: 1, endOnFailure: true });
        }));
    }
  }

  it('finds a record as soon as its write is acknowledged', () =>
    inEngine(async (call) => {
      const config = configOf({ dimension, metric: Metric.COSINE });
      const store = await SearchStore.create(call, 'fresh', config);
      const random = new Random(7);
      for (let i = 0; i < 60; i++) {
        const records = recordsOf(random.below(500), 20, random.below(1e9));
        await store.put(records);
        const { id, embedding } = random.pick(records);
        const answer = await store.search({ query: embedding, limit: 1 });
        expect(answer.results[0].record!.id).to.equal(id);
        expect(answer.results[0].similarityScore).to.be.closeTo(1, 1e-6);
      }
    }));
});
