/** Decodes and checks AggregateRecords. */
import { invalidArgument } from '../errors.js';
import type { FacetRequest } from '../gen/protovec/v1/aggregate.js';
import { AggregateRecordsRequest } from '../gen/protovec/v1/collection_service.js';
import { limits } from '../limits.js';
import { forEachField } from '../record/peek.js';
import { decodeRequest } from './decode.js';

/** Fields of AggregateRecordsRequest. */
const FILTER_FIELD = 2;
const FACETS_FIELD = 6;

/** Refuses, with INVALID_ARGUMENT on the field, what is no request. Limits of facets are set. */
export function decodeAggregateRequest(bytes: Uint8Array): AggregateRecordsRequest {
  // Counted before they are decoded: an object for every two bytes would take a gigabyte.
  let facets = 0;
  forEachField(bytes, 0, bytes.length, FACETS_FIELD, () => {
    facets += 1;
    if (facets <= limits.facetsMax) return;
    throw invalidArgument('facets', `a request has at most ${limits.facetsMax} facets`);
  });
  const request = decodeRequest(AggregateRecordsRequest, bytes, FILTER_FIELD);
  const keys = new Set<string>();
  for (const [i, facet] of request.facets.entries()) {
    checkFacet(facet, `facets[${i}]`, keys);
    facet.limit ||= limits.facetValuesDefault;
  }
  return request;
}

function checkFacet({ key, limit }: FacetRequest, field: string, keys: Set<string>): void {
  if (key === '') throw invalidArgument(`${field}.key`, 'the key must not be empty');
  if (keys.has(key)) {
    const message = `${JSON.stringify(key)} is asked for twice; ask for each key once`;
    throw invalidArgument(`${field}.key`, message);
  }
  keys.add(key);
  if (limit <= limits.facetValuesMax) return;
  const message = `a facet has at most ${limits.facetValuesMax} values, got limit ${limit}`;
  throw invalidArgument(`${field}.limit`, message);
}
