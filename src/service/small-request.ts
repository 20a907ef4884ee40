/** Requests of the standard services: names and little else, and nobody needs a key to send them. */

import { invalidArgument } from '../errors.js';
import { limits } from '../limits.js';
import type { Codec } from '../record/strict-decode.js';
import { decodeRequest } from '../wire/decode.js';

/** Decodes a request; INVALID_ARGUMENT when it is longer than any name, or no such message. */
export function decodeSmall<T>(codec: Codec<T>, request: Buffer): T {
  const most = limits.standardRequestBytesMax;
  if (request.length > most) {
    const message = `the request has ${request.length} bytes; ${most} are the most here`;
    throw invalidArgument('', message);
  }
  return decodeRequest(codec, request);
}
