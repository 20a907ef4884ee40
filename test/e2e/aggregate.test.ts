/** Aggregations over a real server, through the SDK. */
import { expect } from 'chai';
import type { Collection, CollectionConfig, Metadata } from '../../clients/typescript/src/index.js';
import { where } from '../../clients/typescript/src/index.js';
import { failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';

const dimension = 4;
const langs = ['en', 'de', 'fr', 'en'];

const recordsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${String(i).padStart(4, '0')}`,
    content: 'ü'.repeat(i % 10),
    embedding: Float32Array.from(vectorOf(i, dimension)),
    metadata: {
      lang: langs[i % 4]!,
      n: i % 3 === 0 ? i % 5 : i % 5 === 0,
      tags: i % 2 === 0 ? ['even', 'all', 'all'] : ['all'],
      ...(i === 7 && { big: 2n ** 60n }),
    } as Metadata,
  }));

describe('an aggregation', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function create(config: CollectionConfig = {}): Promise<Collection> {
    const docs = served.client.collection(`aggregate-${next++}`);
    await served.client.createCollection(docs.name, { dimension, ...config });
    return docs;
  }

  for (const metric of ['cosine', 'dot', 'euclidean'] as const) {
    it(`scores as a search by its centroid does: ${metric}`, async () => {
      const docs = await create({ metric });
      await docs.upsertMany(recordsOf(300));
      await docs.deleteMany({ ids: ['r0003', 'r0250'] });
      const filter = where.eq('lang', 'en');
      const asked = { filter, centroid: true, centroidSimilarity: true };
      const { count, centroid, centroidSimilarity } = await docs.aggregate(asked);
      const { hits } = await docs.search({ vector: centroid!, filter, exact: true, limit: 300 });
      expect(hits).lengthOf(count);
      const scores = hits.map(({ score }) => score);
      const mean = scores.reduce((sum, score) => sum + score, 0) / count;
      // Scores of hits travel as 32-bit floats.
      const near = 1e-6 * Math.max(1, ...scores.map(Math.abs));
      expect(centroidSimilarity!.max).closeTo(scores[0]!, near);
      expect(centroidSimilarity!.min).closeTo(scores.at(-1)!, near);
      expect(centroidSimilarity!.mean).closeTo(mean, near);
    });
  }

  it('counts values of every kind, measures contents, and keeps to what it is asked', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(100));
    const told = await docs.aggregate({
      contentLengths: true,
      facets: ['lang', { key: 'n', limit: 3 }, 'tags', 'big', 'absent'],
    });
    expect(told).deep.equals({
      count: 100,
      contentLengths: { mean: 4.5, min: 0, max: 9, total: 450 },
      facets: [
        {
          key: 'lang',
          values: [
            { value: 'en', count: 50 },
            { value: 'de', count: 25 },
            { value: 'fr', count: 25 },
          ],
          recordCount: 100,
          distinctCount: 3,
        },
        {
          key: 'n',
          values: [
            { value: false, count: 53 },
            { value: true, count: 13 },
            { value: 0, count: 7 },
          ],
          recordCount: 100,
          distinctCount: 7,
        },
        {
          key: 'tags',
          values: [
            { value: 'all', count: 100 },
            { value: 'even', count: 50 },
          ],
          recordCount: 100,
          distinctCount: 2,
        },
        { key: 'big', values: [{ value: 2n ** 60n, count: 1 }], recordCount: 1, distinctCount: 1 },
        { key: 'absent', values: [], recordCount: 0, distinctCount: 0 },
      ],
    });
  });

  it('follows writes and restarts, and knows nothing of no records', async () => {
    const docs = await create();
    const query = { centroid: true, centroidSimilarity: true, contentLengths: true };
    expect(await docs.aggregate(query)).deep.equals({ count: 0, facets: [] });
    await docs.upsertMany(recordsOf(50));
    const none = await docs.aggregate({ ...query, filter: where.eq('lang', 'xx') });
    expect(none).deep.equals({ count: 0, facets: [] });
    await docs.upsert({ id: 'r0000', content: 'x'.repeat(99), embedding: vectorOf(1) });
    await docs.delete('r0001');
    const before = await docs.aggregate(query);
    expect(before.count).equals(49);
    expect(before.contentLengths?.max).equals(99);
    await served.restart();
    const after = await served.client.collection(docs.name).aggregate(query);
    const { centroid, centroidSimilarity, ...others } = after;
    expect(others).deep.equals({ count: 49, contentLengths: before.contentLengths, facets: [] });
    // Records have other places after a restart, and sums are rounded in the order of these.
    const moved = centroid!.map((value, i) => Math.abs(value - before.centroid![i]!));
    expect(Math.max(...moved)).most(1e-7);
    expect(centroidSimilarity!.mean).closeTo(before.centroidSimilarity!.mean, 1e-7);
  });

  it('refuses an answer that does not fit, and sends one that does', async () => {
    const docs = await create();
    const text = (i: number) => String(i).repeat(2_500_000);
    for (const i of [1, 2]) {
      await docs.upsert({ id: `${i}`, embedding: vectorOf(i), metadata: { text: text(i) } });
    }
    const failure = await failureOf(docs.aggregate({ facets: ['text'] }));
    expect(summary(failure)).equals('RESOURCE_EXHAUSTED RESPONSE_TOO_LARGE facets');
    const { facets } = await docs.aggregate({ facets: [{ key: 'text', limit: 1 }] });
    expect(facets[0]).deep.include({ recordCount: 2, distinctCount: 2 });
    expect(facets[0]!.values).deep.equals([{ value: text(1), count: 1 }]);
  });

  it('ends when its caller leaves', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(100));
    const signal = AbortSignal.abort();
    const left = await failureOf(docs.aggregate({ centroid: true }, { signal }));
    expect(left.code).equals('CANCELLED');
    expect((await docs.aggregate({})).count).equals(100);
  });
});
