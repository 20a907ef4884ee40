/**
 * Writes SearchRequest: the generated code writes everything but the vector, which is added at the
 * end with one copy, for protobuf reads fields in any order.
 */
import { toFieldMask } from '../field-mask.js';
import { SearchRequest } from '../gen/protovec/v1/search_service.js';
import type { SearchQuery } from '../search.js';
import { ByteWriter } from './byte-writer.js';

/** Field 2 of SearchRequest, length-delimited. */
const VECTOR_TAG = 0x12;
/** Field 1 of Vector, packed. */
const VALUES_TAG = 0x0a;

/** The encoded SearchRequest. Throws what the generated code throws for numbers out of range. */
export function encodeSearch(collection: string, query: SearchQuery): Buffer {
  const { vector, filter } = query;
  const rest = SearchRequest.encode({
    collection,
    query: textQuery(query),
    limit: query.limit,
    threshold: query.threshold,
    filter,
    hitMask: toFieldMask(query.fields),
    exact: query.exact ?? false,
    efSearch: query.efSearch,
    embeddingModel: query.embeddingModel ?? '',
  }).finish();
  const writer = new ByteWriter(rest.length + (vector?.length ?? 0) * 4 + 16);
  writer.raw(rest);
  if (vector !== undefined) {
    const start = writer.beginMessage(VECTOR_TAG, 2);
    if (vector.length > 0) writer.floats(VALUES_TAG, vector, 'vector.values');
    writer.endMessage(start, 2);
  }
  return writer.finish();
}

/** What is searched for when it is no vector. */
function textQuery({ recordId, content }: SearchQuery): SearchRequest['query'] {
  if (recordId !== undefined) return { $case: 'recordId', value: recordId };
  return content === undefined ? undefined : { $case: 'content', value: content };
}
