/** Writes what a search found: stored bytes are spliced in, no hit becomes an object. */
import type { CollectionState } from '../collection/state/state.js';
import { SearchMethod } from '../gen/protovec/v1/search_service.js';
import type { RecordMask } from '../record/project.js';
import type { SearchResult } from '../search/search.js';
import { SearchResponseWriter } from '../wire/responses.js';

/** One for the thread: an answer is begun and finished without a turn of the event loop. */
const writer = new SearchResponseWriter();

/** The encoded SearchResponse. RESPONSE_TOO_LARGE when it exceeds its limit. */
export function encodeHits(
  state: CollectionState,
  { slots, scores, distances, method, candidateCount }: SearchResult,
  mask: RecordMask,
): Uint8Array {
  const { rows, bodies, ids } = state;
  bodies.reset();
  writer.begin();
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i];
    const fields = rows.serverFields(slot);
    if (mask.needsBody) {
      bodies.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
      writer.add(bodies.bytes, bodies.start, bodies.end, mask, fields, scores[i], distances[i]);
    } else {
      writer.addId(ids.bytes(slot), mask, fields, scores[i], distances[i]);
    }
  }
  const found = method === 'index' ? SearchMethod.INDEX : SearchMethod.EXACT;
  return writer.finish(found, candidateCount);
}
