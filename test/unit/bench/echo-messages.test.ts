import { expect } from 'chai';
import {
  batchRequest,
  searchRequest,
  searchResponse,
  streamRequest,
} from '../../../bench/limits/echo-messages.js';
import {
  BatchSearchRequest,
  SearchRequest,
  SearchResponse,
  SearchStreamRequest,
} from '../../../src/gen/protovec/v1/search_service.js';

const wanted = { k: 10, ef: 64, payload: true };
const searches = [1, 2, 3].map((value) => searchRequest(Float32Array.of(value, 0.5), wanted));

describe('messages that are encoded before the clock starts', () => {
  it('hold the searches of a batch in order', () => {
    const { collection, searches: decoded } = BatchSearchRequest.decode(batchRequest(searches));
    expect(collection).to.equal('bench');
    expect(decoded).to.deep.equal(searches.map((search) => SearchRequest.decode(search)));
  });

  it('hold a search of a stream with its number', () => {
    for (const number of [0, 1, 200, 70_000]) {
      const decoded = SearchStreamRequest.decode(streamRequest(searches[1], number));
      expect(decoded.requestId).to.equal(BigInt(number));
      expect(decoded.search).to.deep.equal(SearchRequest.decode(searches[1]));
    }
  });

  it('ask for all but the embeddings, or for ids alone', () => {
    expect(SearchRequest.decode(searches[0]).hitMask).to.equal(undefined);
    const ids = searchRequest(Float32Array.of(1), { ...wanted, payload: false });
    expect(SearchRequest.decode(ids).hitMask).to.deep.equal(['id']);
  });

  it('answer with as many hits and about as many bytes as asked for', () => {
    for (const k of [1, 10, 100]) {
      for (const each of [20, 100, 400, 5_000]) {
        const answer = searchResponse(k, true, k * each);
        expect(SearchResponse.decode(answer).results).to.have.length(k);
        if (each > 50) expect(answer.length).to.be.closeTo(k * each, k);
      }
    }
  });
});
