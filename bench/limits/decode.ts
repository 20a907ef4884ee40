/** How fast the generated code decodes what crosses the wire. */
import { BatchInsertRequest } from '../../src/gen/protovec/v1/record_service.js';
import { SearchRequest, SearchResponse } from '../../src/gen/protovec/v1/search_service.js';
import { VectorSource } from '../support/random.js';
import { insertMessages, searchRequest, searchResponse } from './echo-messages.js';

const RECORDS = 5_000;
const SEARCHES = 5_000;
const TEXT = 'x'.repeat(300);

export interface DecodeRates {
  /** Records of BatchInsertRequest per second. */
  readonly records: number;
  /** SearchRequest and SearchResponse with 10 hits, both, per second. */
  readonly searches: number;
}

export function decodeRates(dimension: number): DecodeRates {
  const vector = new Float32Array(dimension);
  new VectorSource(dimension, 1).next(vector, 0);
  const messages = insertMessages({
    from: 0,
    count: RECORDS,
    rows: vector,
    vector: () => vector,
    text: () => TEXT,
    bucket: () => 7,
  });
  const request = searchRequest(vector, { k: 10, ef: 64, payload: false });
  const response = searchResponse(10, false);
  return {
    records: perSecond(RECORDS, () => {
      for (const message of messages) BatchInsertRequest.decode(message);
    }),
    searches: perSecond(SEARCHES, () => {
      for (let i = 0; i < SEARCHES; i += 1) {
        SearchRequest.decode(request);
        SearchResponse.decode(response);
      }
    }),
  };
}

function perSecond(count: number, work: () => void): number {
  const start = performance.now();
  work();
  return (count * 1000) / (performance.now() - start);
}
