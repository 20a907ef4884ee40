/** Writes BatchSearchRequest and reads BatchSearchResponse. */
import type { Metadata } from '../metadata.js';
import type { SearchQuery, SearchResult } from '../search.js';
import { ByteReader } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { decodeSearch } from './decode-responses.js';
import { encodeSearch } from './encode-search.js';

const COLLECTION_TAG = 0x0a;
const SEARCHES_TAG = 0x12;
const RESPONSES_TAG = 0x0a;

/** Begins a BatchSearchRequest. */
export function beginSearchBatch(writer: ByteWriter, collection: string): void {
  writer.reset();
  writer.text(COLLECTION_TAG, collection);
}

/** Adds a search. Throws what the generated code throws for numbers out of range. */
export function addSearch(writer: ByteWriter, query: SearchQuery): void {
  writer.bytes(SEARCHES_TAG, encodeSearch('', query));
}

/** Reads a BatchSearchResponse. Throws RangeError on bytes that are none. */
export function decodeSearchBatch<M extends Metadata>(bytes: Uint8Array): SearchResult<M>[] {
  const reader = new ByteReader(bytes);
  const results: SearchResult<M>[] = [];
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag === RESPONSES_TAG) results.push(decodeSearch<M>(reader.view()));
    else reader.skip(tag);
  }
  return results;
}
