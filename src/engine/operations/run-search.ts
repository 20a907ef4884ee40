/**
 * One search, from its decoded request to its encoded answer: what is wrong with it is refused at
 * once, a filter is matched, then it joins the searches that are answered together.
 */
import type { Collection } from '../../collection/collection.js';
import { matchEncoded } from '../../collection/state/filter-match.js';
import type { CollectionState } from '../../collection/state/state.js';
import { noteTurn } from '../../collection/turns.js';
import { invalidArgument } from '../../errors.js';
import { RecordMask } from '../../record/project.js';
import { SlotSet } from '../../search/slot-set.js';
import {
  checkEmbeddingModel,
  checkQueryVector,
  type Query,
  type SearchRequest,
} from '../../wire/search-request.js';
import { embedQuery } from '../embed-query.js';
import type { CallContext } from '../operation.js';
import { answerNow, SearchQueue } from '../search-queue.js';
import { recordNotFound } from './read.js';

/**
 * The searches of the thread: those of calls of their own, whose clients mostly wait for the answer
 * before they ask again, and those of streams and lists, where wider batches cost nobody a wait.
 */
const queues = { alone: new SearchQueue(2), among: new SearchQueue(16) };

/**
 * The encoded SearchResponse. Refusals name fields relative to the request. Searches by vector that
 * are begun within one turn of the event loop are answered together. `queue`: whether it is a call of
 * its own or one among the searches of a stream or a list.
 */
export function runSearch(
  collection: Collection,
  request: SearchRequest,
  call: CallContext,
  queue: keyof typeof queues,
): Uint8Array | Promise<Uint8Array> {
  const { state } = collection;
  const mask = RecordMask.parse(request.hitMask, RecordMask.allButEmbedding, 'hit_mask');
  noteTurn();
  checkEmbeddingModel(request.embeddingModel, state.config);
  const { query, filter: encodedFilter } = request;
  if (query.kind === 'content') {
    const search = (values: Float32Array) =>
      runSearch(collection, { ...request, query: { kind: 'vector', values } }, call, queue);
    const embedded = embedQuery(collection, query.text, call);
    return embedded instanceof Promise ? embedded.then(search) : search(embedded);
  }
  if (query.kind === 'vector') {
    const { dimension, metric } = state.config;
    checkQueryVector(query.values, dimension, metric);
    if (encodedFilter === undefined) {
      return queues[queue].add(state, { vector: query.values, options: request }, mask, call);
    }
  }
  const run = (matches?: SlotSet): Uint8Array => {
    const { vector, exclude } = resolveQuery(state, query);
    return answerNow(state, { vector, options: { ...request, matches, exclude } }, mask);
  };
  if (encodedFilter === undefined) return run();
  const matches = matchEncoded(state, encodedFilter, call.signal);
  if (matches instanceof SlotSet) return run(matches);
  return matches.then((found) => {
    // Finding them took turns of the event loop, in which the caller may have left.
    call.signal.throwIfAborted();
    return run(found);
  });
}

/** The vector to search for, and the slot to leave out. */
function resolveQuery(
  state: CollectionState,
  query: Exclude<Query, { kind: 'content' }>,
): { vector: Float32Array; exclude: number | undefined } {
  if (query.kind === 'vector') return { vector: query.values, exclude: undefined };
  if (query.id === '') throw invalidArgument('record_id', 'record_id is empty');
  const slot = state.ids.findText(query.id);
  if (slot < 0) throw recordNotFound(query.id, 'record_id');
  return { vector: state.arena.row(slot).slice(), exclude: slot };
}
