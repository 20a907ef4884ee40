/** Several searches in one call: the same answers as one by one, all of them or none. */
import { expect } from 'chai';
import {
  type Collection,
  ProtovecError,
  type SearchQuery,
  where,
} from '../../clients/typescript/src/index.js';
import {
  BatchSearchRequest,
  SearchServiceService as service,
} from '../../src/gen/protovec/v1/search_service.js';
import { limits } from '../../src/limits.js';
import { encode, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';

const dimension = 8;
const count = 2_000;

/** Queries of every kind, another one for every number. */
function queryOf(i: number): SearchQuery {
  if (i % 7 === 3) return { recordId: `r${i}`, limit: 3 };
  const vector = vectorOf(10_000 + i, dimension);
  if (i % 7 === 4) return { vector, filter: where.eq('even', i % 2 === 0), limit: 4 };
  if (i % 7 === 5) return { vector, exact: true, threshold: 0.2 };
  return { vector, limit: 1 + (i % 12), fields: i % 2 === 0 ? ['metadata'] : undefined };
}

describe('several searches in one call', () => {
  let served: Served;
  let docs: Collection;
  before(async () => {
    served = await serve();
    docs = served.client.collection('docs');
    await served.client.createCollection('docs', { dimension });
    const records = Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      embedding: vectorOf(i, dimension),
      content: `text ${i}`,
      metadata: { even: i % 2 === 0 },
    }));
    expect(await docs.insertMany(records))
      .property('created')
      .equals(count);
    while ((await docs.index.stats()).pending > 0)
      await new Promise((done) => setTimeout(done, 10));
  });
  after(() => served.close());

  it('are answered in order, as each would be alone', async function () {
    this.timeout(30_000);
    const queries = Array.from({ length: 700 }, (_, i) => queryOf(i));
    const results = await docs.searchMany(queries);
    expect(results).lengthOf(queries.length);
    for (const [i, query] of queries.entries()) {
      expect(results[i], `query ${i}`).deep.equals(await docs.search(query));
    }
    expect(await docs.searchMany([])).deep.equals([]);
  });

  it('are refused together, with the path of the bad one', async () => {
    const good = { vector: vectorOf(1, dimension) };
    const mistakes: [SearchQuery, string][] = [
      [{ vector: [1] }, 'INVALID_ARGUMENT INVALID_EMBEDDING searches[600].vector'],
      [{ ...good, limit: 10_001 }, 'INVALID_ARGUMENT INVALID_ARGUMENT searches[600].limit'],
      [{ ...good, limit: -1 }, 'INVALID_ARGUMENT INVALID_ARGUMENT searches[600]'],
      [
        { ...good, fields: ['nothing'] },
        'INVALID_ARGUMENT INVALID_ARGUMENT searches[600].hit_mask',
      ],
      [{ recordId: 'gone' }, 'NOT_FOUND RECORD_NOT_FOUND searches[600].record_id'],
      [{} as SearchQuery, 'INVALID_ARGUMENT INVALID_ARGUMENT searches[600].query'],
    ];
    for (const [bad, failure] of mistakes) {
      const queries = Array.from({ length: 800 }, (_, i) => (i === 600 ? bad : good));
      expect(summary(await failureOf(docs.searchMany(queries)))).equals(failure);
    }
    const missing = served.client.collection('missing').searchMany([good]);
    expect(summary(await failureOf(missing))).equals('NOT_FOUND COLLECTION_NOT_FOUND collection');
  });

  it('are refused when there are none or too many, or they name another collection', async () => {
    const search = { query: { $case: 'recordId' as const, value: 'r1' } };
    const many = (length: number) => Array.from({ length }, () => search);
    const call = (partial: Parameters<typeof BatchSearchRequest.fromPartial>[0]) =>
      served.raw.call(service.batchSearch, encode(BatchSearchRequest, partial));
    const max = limits.batchSearchesMax;
    const collection = 'docs';
    const all = await call({ collection, searches: many(max) });
    expect(all.answers[0]!.responses).lengthOf(max);
    const field = async (outcome: ReturnType<typeof call>) => (await outcome).failure!.fields;
    expect(await field(call({ collection, searches: many(max + 1) }))).deep.equals(['searches']);
    expect(await field(call({ collection, searches: [] }))).deep.equals(['searches']);
    const other = [search, { ...search, collection: 'other' }];
    expect(await field(call({ collection, searches: other }))).deep.equals([
      'searches[1].collection',
    ]);
    const same = await call({ collection, searches: [{ ...search, collection }] });
    expect(same.failure).equals(undefined);
  });

  it('are divided by the client when their answers exceed what one answer holds', async function () {
    this.timeout(30_000);
    await served.client.createCollection('large', { dimension });
    const large = served.client.collection('large');
    const content = 'x'.repeat(limits.responseBytesMax / 64);
    const records = Array.from({ length: 40 }, (_, i) => ({
      id: `l${i}`,
      embedding: vectorOf(i, dimension),
      content,
    }));
    await large.insertMany(records);
    const queries = records.map(({ embedding: vector }) => ({ vector, limit: 40, exact: true }));
    const searches = queries.map(({ vector }) => ({
      query: { $case: 'vector' as const, value: { values: vector } },
      limit: 40,
      exact: true,
    }));
    const request = encode(BatchSearchRequest, { collection: 'large', searches });
    const { failure } = await served.raw.call(service.batchSearch, request);
    expect(failure!.reason).equals('RESPONSE_TOO_LARGE');
    const results = await large.searchMany(queries);
    expect(results.map(({ hits }) => [hits.length, hits[0]!.id])).deep.equals(
      records.map(({ id }) => [40, id]),
    );
  });

  it('are given up with their call', async () => {
    const queries = Array.from({ length: 1_000 }, (_, i) => queryOf(i));
    const controller = new AbortController();
    const call = docs.searchMany(queries, { signal: controller.signal });
    controller.abort(new Error('enough'));
    const error = await call.catch((reason: unknown) => reason);
    expect(error).instanceOf(ProtovecError).property('codeName').equals('CANCELLED');
    expect((await docs.search(queries[0]!)).hits).lengthOf(1);
  });
});
