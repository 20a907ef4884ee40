/** The vector of a text that is searched for. */
import type { Collection } from '../collection/collection.js';
import { checkNotBlank } from '../embedding/embedder.js';
import { ProtovecError } from '../errors.js';
import type { CallContext } from './operation.js';

const FIELD = 'content';

/**
 * At once when the embedder is the builtin one and the text is short. Refuses with EMBEDDER_MISSING
 * when the collection has none, with INVALID_EMBEDDING when there is no text.
 */
export function embedQuery(
  { embedder, name }: Collection,
  text: string,
  call: CallContext,
): Float32Array | Promise<Float32Array> {
  if (embedder === undefined) {
    const message =
      `collection ${JSON.stringify(name)} has no embedder, so it cannot be searched by content; ` +
      'search by vector, or create a collection with an embedder';
    throw new ProtovecError('EMBEDDER_MISSING', message, { field: FIELD });
  }
  checkNotBlank(text, FIELD);
  return embedder.embed([text], call.signal);
}
