/** Writes SearchStreamRequest and reads SearchStreamResponse. */
import { ProtovecError } from '../errors.js';
import { SearchError } from '../gen/protovec/v1/search_service.js';
import type { SearchQuery } from '../search.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { encodeSearch } from './encode-search.js';

const COLLECTION_TAG = 0x0a;
const REQUEST_ID_TAG = 0x10;
const SEARCH_TAG = 0x1a;
const ANSWER_ID_TAG = 0x08;
const RESPONSE_TAG = 0x12;
const ERROR_TAG = 0x1a;
/** Three tags, two lengths, a request id. */
const HEAD_BYTES_MAX = 24;
/** Paths of the server begin at its message, those of the client at the query. */
const PATH_PREFIX = 'search.';

/** The answer to one search of a stream. */
export interface StreamedAnswer {
  requestId: number;
  /** The encoded SearchResponse, or why there is none. */
  outcome: Uint8Array | ProtovecError;
}

/** The encoded message. Throws what the generated code throws for numbers out of range. */
export function encodeStreamedSearch(
  collection: string,
  requestId: number,
  query: SearchQuery,
): Buffer {
  const search = encodeSearch('', query);
  const writer = new ByteWriter(search.length + collection.length * 3 + HEAD_BYTES_MAX);
  if (collection !== '') writer.text(COLLECTION_TAG, collection);
  writer.byte(REQUEST_ID_TAG);
  writer.varint(requestId);
  writer.bytes(SEARCH_TAG, search);
  return writer.finish();
}

/** Reads a message. Throws RangeError on bytes that are none. */
export function decodeStreamedAnswer(bytes: Uint8Array): StreamedAnswer {
  const reader = new ByteReader(bytes);
  let requestId = 0;
  let outcome: StreamedAnswer['outcome'] = new Uint8Array(0);
  while (reader.position < reader.end) {
    const tag = reader.varint();
    if (tag === ANSWER_ID_TAG) requestId = reader.varint();
    else if (tag === RESPONSE_TAG) outcome = reader.view();
    else if (tag === ERROR_TAG) outcome = toError(SearchError.decode(reader.view()));
    else reader.skip(tag);
  }
  return { requestId, outcome };
}

function toError({ code, reason, message, field }: SearchError): ProtovecError {
  const path = field.startsWith(PATH_PREFIX) ? field.slice(PATH_PREFIX.length) : field;
  const fieldViolations = path === '' ? [] : [{ field: path, description: message }];
  return new ProtovecError(code, message, { reason, fieldViolations });
}
