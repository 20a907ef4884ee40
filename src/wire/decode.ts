/** Decodes requests that are off the hot path with the generated code. */
import { invalidArgument, ProtovecError } from '../errors.js';
import { forEachField } from '../record/peek.js';
import { type Codec, decodeStrictly } from '../record/strict-decode.js';
import { checkFilterStructure } from '../search/filter-decode.js';

/**
 * Decodes a request; what is no message of that type is INVALID_ARGUMENT. `filterField`: number of
 * the request's field that holds a filter, whose structure is checked before it is decoded.
 */
export function decodeRequest<T>(codec: Codec<T>, bytes: Uint8Array, filterField?: number): T {
  if (filterField !== undefined) {
    // One count for all pieces of it.
    const seen = { fields: 0 };
    forEachField(bytes, 0, bytes.length, filterField, (start, end) => {
      checkFilterStructure(bytes, start, end, 'filter', seen);
    });
  }
  try {
    return decodeStrictly(codec, bytes, '');
  } catch (error) {
    if (error instanceof ProtovecError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw invalidArgument('', `the request is not a valid message: ${message}`);
  }
}
