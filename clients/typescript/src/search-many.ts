/**
 * BatchSearch over any number of searches: as many calls as bytes and counts require, one after the
 * other. A call whose answer would be too large is divided.
 */
import { status } from '@grpc/grpc-js';
import { ByteWriter } from './codec/byte-writer.js';
import { addSearch, beginSearchBatch, decodeSearchBatch } from './codec/search-batch.js';
import { ProtovecError } from './errors.js';
import { SearchServiceService } from './gen/protovec/v1/search_service.js';
import type { Metadata } from './metadata.js';
import type { CallOptions } from './options.js';
import type { SearchQuery, SearchResult } from './search.js';
import { encodeRequest, type Method, passBytes } from './transport/method.js';
import type { Transport } from './transport/transport.js';

/** Many enough to share a round trip; with so many, answers of 1 KiB a hit fit as a rule. */
const CALL_SEARCHES = 250;
const CALL_BYTES = 4 * 1024 * 1024;
const SEARCH_PATH = /^searches\[(\d+)\]/;

/** Searches and returns a result for each, in order. The deadline is that of each call. */
export async function searchMany<M extends Metadata>(
  transport: Transport,
  collection: string,
  queries: readonly SearchQuery[],
  call: CallOptions | undefined,
): Promise<SearchResult<M>[]> {
  const method: Method<Buffer, SearchResult<M>[]> = {
    path: SearchServiceService.batchSearch.path,
    requestSerialize: passBytes,
    responseDeserialize: decodeSearchBatch<M>,
  };
  const writer = new ByteWriter(64 * 1024);
  const results: SearchResult<M>[] = [];
  let most = CALL_SEARCHES;
  while (results.length < queries.length) {
    const start = results.length;
    const end = pack(writer, collection, queries, start, start + most);
    try {
      const found = await transport.unary(method, writer.finish(), call);
      checkCount(found.length, end - start);
      for (const result of found) results.push(result);
    } catch (error) {
      if (end - start === 1 || !isTooLarge(error)) throw moved(error, start);
      most = Math.ceil((end - start) / 2);
    }
  }
  return results;
}

/** Writes searches from `start` on until the request is full; returns where the next one starts. */
function pack(
  writer: ByteWriter,
  collection: string,
  queries: readonly SearchQuery[],
  start: number,
  endMax: number,
): number {
  beginSearchBatch(writer, collection);
  const end = Math.min(queries.length, endMax);
  for (let index = start; index < end; index++) {
    if (writer.length >= CALL_BYTES) return index;
    try {
      const requestSerialize = () => {
        addSearch(writer, queries[index] as SearchQuery);
        return writer.finish();
      };
      encodeRequest({ requestSerialize }, undefined);
    } catch (error) {
      throw within(error, index);
    }
  }
  return end;
}

function isTooLarge(error: unknown): boolean {
  return error instanceof ProtovecError && error.reason === 'RESPONSE_TOO_LARGE';
}

function checkCount(results: number, searches: number): void {
  if (results === searches) return;
  const message = `The server sent ${results} results for ${searches} searches`;
  throw new ProtovecError(status.INTERNAL, message);
}

/** The error of one search with its place among all of them before the field's path. */
function within(error: unknown, index: number): unknown {
  if (!(error instanceof ProtovecError)) return error;
  const field = error.fieldViolations[0]?.field ?? '';
  const path = field === '' ? `searches[${index}]` : `searches[${index}].${field}`;
  return ProtovecError.invalid(path, `searches[${index}]: ${error.message}`, error);
}

/** The error of a call that began with the search `start`, its paths counted from the first of all. */
function moved(error: unknown, start: number): unknown {
  if (!(error instanceof ProtovecError) || start === 0) return error;
  const fieldViolations = error.fieldViolations.map(({ field, description }) => ({
    field: field.replace(SEARCH_PATH, (_, index) => `searches[${start + Number(index)}]`),
    description,
  }));
  const { reason, retryAfterMs, metadata } = error;
  const details = {
    reason,
    fieldViolations,
    retryAfterMs,
    metadata: { ...metadata },
    cause: error,
  };
  return new ProtovecError(error.code, error.message, details);
}
