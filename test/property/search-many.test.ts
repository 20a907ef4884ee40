/**
 * Searches that travel together find what each finds alone: BatchSearch answers in order, and
 * SearchStream answers each search by its number, refused ones included.
 */
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import fc from 'fast-check';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import {
  type BatchSearchRequest,
  type SearchRequest,
  SearchResponse,
  SearchServiceService,
  type SearchStreamRequest,
  type SearchStreamResponse,
} from '../../src/gen/protovec/v1/search_service.js';
import { type Failure, type Served, serve } from '../support/client.js';
import { configOf } from '../support/collection.js';
import { filter } from './filter-arbitraries.js';
import { dimension, id, latticeHistory, type Step } from './search-arbitraries.js';
import { callTo, requestOf, SearchStore } from './search-store.js';

/** Any search, some of which are refused: a wrong dimension, a limit of 0, a record that is not there. */
const search: fc.Arbitrary<SearchRequest> = fc
  .record({
    query: fc.oneof(
      { weight: 6, arbitrary: vectorOf(dimension) },
      { weight: 1, arbitrary: vectorOf(dimension - 1) },
      { weight: 2, arbitrary: id },
    ),
    limit: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 30 }) }, fc.constant(0)),
    threshold: fc.option(fc.constantFrom(-1, 0, 0.5), { nil: undefined }),
    filter: fc.option(filter, { nil: undefined }),
    exact: fc.boolean(),
    hitMask: fc.constantFrom<string[] | undefined>(
      undefined,
      ['id'],
      ['*'],
      ['content', 'nothing'],
    ),
  })
  .map(({ exact, hitMask, ...asked }) => requestOf('', asked, { exact, hitMask }));

function vectorOf(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.constantFrom(1, -1, 0.5, 2), { minLength: length, maxLength: length });
}

/** What came of one search: the answer as its bytes, or how it was refused. */
type Result = string;

function resultOf(response: SearchResponse): Result {
  return Buffer.from(SearchResponse.encode(response).finish()).toString('base64');
}

describe('searches that travel together', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function storeOf(history: readonly Step[]): Promise<SearchStore> {
    const config = configOf({ dimension, metric: Metric.COSINE });
    const call = callTo(() => served.raw);
    const store = await SearchStore.create(call, `many-${next++}`, config);
    for (const step of history) if ('put' in step) await store.put(step.put);
    // What a graph finds may depend on how much of it is built.
    await store.indexed();
    return store;
  }

  async function alone(store: SearchStore, request: SearchRequest): Promise<Result> {
    const method = SearchServiceService.search;
    const bytes = method.requestSerialize({ ...request, collection: store.name });
    const { answers, failure } = await served.raw.call(method, bytes);
    return failure === undefined ? resultOf(answers[0]) : refusal(failure);
  }

  function refusal({ code, reason, fields }: Failure): Result {
    return `${code} ${reason} ${fields[0]}`;
  }

  /** The results by place in `requests`. */
  function streamed(store: SearchStore, requests: readonly SearchRequest[]): Promise<Result[]> {
    const { path, requestSerialize, responseDeserialize } = SearchServiceService.searchStream;
    return new Promise((resolve, reject) => {
      const results: Result[] = [];
      const call = served.raw.grpc.makeBidiStreamRequest<SearchStreamRequest, SearchStreamResponse>(
        path,
        requestSerialize,
        responseDeserialize,
      );
      call.on('data', ({ requestId, outcome }: SearchStreamResponse) => {
        const place = Number(requestId) - 1000;
        expect(results[place], 'one answer a search').to.equal(undefined);
        if (outcome?.$case === 'response') results[place] = resultOf(outcome.value);
        else if (outcome?.$case === 'error') {
          const { code, reason, field } = outcome.value;
          results[place] = `${status[code]} ${reason} ${field.replace(/^search\./, '')}`;
        }
      });
      call.on('error', reject).on('end', () => resolve(results));
      requests.forEach((search, i) => {
        const collection = i === 0 ? store.name : '';
        call.write({ collection, requestId: BigInt(1000 + i), search });
      });
      call.end();
    });
  }

  it('find what each finds alone', () => {
    const searches = fc.array(search, { minLength: 1, maxLength: 40 });
    const property = fc.asyncProperty(latticeHistory(12), searches, async (history, requests) => {
      const store = await storeOf(history);
      const expected: Result[] = [];
      for (const request of requests) expected.push(await alone(store, request));
      expect(await streamed(store, requests), 'SearchStream').to.deep.equal(expected);
      const good = requests.filter((_, i) => !/^[A-Z_]+ /.test(expected[i]));
      if (good.length === 0) return;
      const batch: BatchSearchRequest = { collection: store.name, searches: good };
      const { responses } = await store.ask(SearchServiceService.batchSearch, batch);
      const answered = expected.filter((result) => !/^[A-Z_]+ /.test(result));
      expect(responses.map(resultOf), 'BatchSearch').to.deep.equal(answered);
    });
    return fc.assert(property, { numRuns: 15 });
  });

  it('are refused together when one of them is', async () => {
    const store = await storeOf([]);
    const good = requestOf('', { query: Array(dimension).fill(1), limit: 3 }, {});
    const bad = requestOf('', { query: [1], limit: 3 }, {});
    const request = { collection: store.name, searches: [good, good, bad] };
    const bytes = SearchServiceService.batchSearch.requestSerialize(request);
    const { failure } = await served.raw.call(SearchServiceService.batchSearch, bytes);
    expect(failure).to.deep.include({ code: 'INVALID_ARGUMENT', reason: 'INVALID_EMBEDDING' });
    expect(failure?.fields[0]).to.match(/^searches\[2\]\.vector/);
  });
});
