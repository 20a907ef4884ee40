/** Search: from the request's bytes to the answer's, without an object per hit. */

import type { Registry } from '../../collection/registry.js';
import { BodyReader } from '../../collection/state/body-reader.js';
import { scanFilter } from '../../collection/state/filter-scan.js';
import type { CollectionState } from '../../collection/state/state.js';
import { noteTurn } from '../../collection/turns.js';
import { invalidArgument } from '../../errors.js';
import { SearchMethod } from '../../gen/protovec/v1/search_service.js';
import { RecordMask } from '../../record/project.js';
import { compileFilter } from '../../search/filter.js';
import { decodeFilter } from '../../search/filter-decode.js';
import { type SearchOptions, type SearchResult, search } from '../../search/search.js';
import { SearchResponseWriter } from '../../wire/responses.js';
import { checkQueryVector, decodeSearchRequest, type Query } from '../../wire/search-request.js';
import type { CallContext, Operations } from '../operation.js';
import { recordNotFound } from './read.js';

/** One for the thread: an answer is begun and finished without a turn of the event loop. */
const writer = new SearchResponseWriter();

export function searchOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SearchService/Search': {
      kind: 'unary',
      handle: (request, call) => answer(registry, request, call),
    },
  };
}

function answer(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Uint8Array | Promise<Uint8Array> {
  const request = decodeSearchRequest(bytes);
  const { state } = registry.get(request.collection);
  const mask = RecordMask.parse(request.hitMask, RecordMask.allButEmbedding, 'hit_mask');
  noteTurn();
  const run = (matches?: SearchOptions['matches']): Uint8Array => {
    const { query, exclude } = resolveQuery(state, request.query);
    const { limit, exact, threshold, efSearch } = request;
    const result = search(state.searchTarget, query, {
      limit,
      exact,
      ...(threshold !== undefined && { threshold }),
      ...(efSearch !== undefined && { efSearch }),
      ...(matches !== undefined && { matches }),
      ...(exclude !== undefined && { exclude }),
    });
    return respond(state, result, mask);
  };
  if (request.query.kind === 'vector') {
    const { dimension, metric } = state.config;
    checkQueryVector(request.query.values, dimension, metric);
  }
  if (request.filter === undefined) return run();
  const filter = compileFilter(decodeFilter(request.filter, 'filter'), 'filter');
  return scanFilter(state, filter, call.signal).then(run);
}

/** The vector to search for, and the slot to leave out. */
function resolveQuery(
  state: CollectionState,
  query: Query,
): { query: Float32Array; exclude?: number } {
  if (query.kind === 'vector') return { query: query.values };
  if (query.id === '') throw invalidArgument('record_id', 'record_id is empty');
  const slot = state.ids.findText(query.id);
  if (slot < 0) throw recordNotFound(query.id, 'record_id');
  return { query: state.arena.row(slot).slice(), exclude: slot };
}

function respond(state: CollectionState, result: SearchResult, mask: RecordMask): Uint8Array {
  const { rows } = state;
  const reader = new BodyReader(state.files);
  writer.begin();
  for (let i = 0; i < result.slots.length; i += 1) {
    const slot = result.slots[i];
    reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
    writer.add(
      reader.bytes,
      reader.start,
      reader.end,
      mask,
      rows.serverFields(slot),
      result.scores[i],
      result.distances[i],
    );
  }
  const method = result.method === 'index' ? SearchMethod.INDEX : SearchMethod.EXACT;
  return writer.finish(method, result.candidateCount);
}
