/** Decodes one of several searches of a collection, which the call around them names. */
import { invalidArgument, ProtovecError } from '../errors.js';
import { decodeSearchRequest, type SearchRequest } from './search-request.js';

/**
 * Decodes one of several searches of `collection`. What is wrong is refused with paths below `path`;
 * INVALID_ARGUMENT when it names another collection.
 */
export function decodeSearchOf(collection: string, bytes: Uint8Array, path: string): SearchRequest {
  try {
    const request = decodeSearchRequest(bytes);
    if (request.collection === '' || request.collection === collection) return request;
    const message =
      `the search names the collection ${JSON.stringify(request.collection)}, the call is about ` +
      `${JSON.stringify(collection)}; leave it out, or search there in another call`;
    throw invalidArgument('collection', message);
  } catch (error) {
    throw error instanceof ProtovecError ? error.within(path) : error;
  }
}
