/**
 * Which worker a request belongs to. A collection is pinned to one worker by its name, so the main
 * thread reads just that name from the request's bytes. Whether the name is a good one, and whether
 * the collection exists, is for the engine to say.
 */

import { limits } from '../limits.js';
import { peekText } from '../record/peek.js';
import { crc32 } from '../storage/checksum.js';

/** Every request that is about a collection names it in this field. */
const collectionField = 1;

/** Methods whose work is done where another field says, when it is set. */
const targetFields: Readonly<Record<string, number>> = {
  '/protovec.v1.SnapshotService/RestoreSnapshot': 3,
};

/** The worker that owns the collection, from 0. */
export function workerOf(name: string, workers: number): number {
  return workers === 1 ? 0 : crc32(Buffer.from(name)) % workers;
}

/**
 * The collection whose worker answers the request; empty when it names none. For a stream of
 * requests `request` is the first. Throws INVALID_ARGUMENT when the bytes are not a message.
 */
export function routeName(method: string, request: Uint8Array): string {
  const targetField = targetFields[method];
  const target = targetField === undefined ? '' : peekName(request, targetField);
  return target === '' ? peekName(request, collectionField) : target;
}

/** Of what is too long for a name only the beginning: megabytes of it would hold up this thread. */
function peekName(request: Uint8Array, field: number): string {
  return peekText(request, field).toString('utf8', 0, limits.collectionNameBytesMax);
}
