/** Search: one query, one answer. */

import type { Registry } from '../../collection/registry.js';
import { decodeSearchRequest } from '../../wire/search-request.js';
import type { Operations } from '../operation.js';
import { runSearch } from './run-search.js';

export function searchOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SearchService/Search': {
      kind: 'unary',
      handle: (bytes, call) => {
        const request = decodeSearchRequest(bytes);
        return runSearch(registry.get(request.collection), request, call, 'alone');
      },
    },
  };
}
