/**
 * Finds the searches of a BatchSearchRequest in its bytes; each is decoded where it is run. The
 * bytes are a caller's: every offset is checked and whatever is wrong is a ProtovecError.
 */
import { invalidArgument } from '../errors.js';
import { limits } from '../limits.js';
import { BYTES, Cursor } from '../record/cursor.js';
import { readString } from '../record/utf8.js';

const COLLECTION = 1;
const SEARCHES = 2;

/** The outside of a BatchSearchRequest. */
export interface BatchSearchRequest {
  readonly collection: string;
  /** Encoded SearchRequests in order, 1 to 1,000: views of the request. */
  readonly searches: readonly Uint8Array[];
}

/** Decodes all but the searches; INVALID_ARGUMENT with the field at fault. */
export function decodeBatchSearchRequest(bytes: Uint8Array): BatchSearchRequest {
  const cursor = new Cursor();
  cursor.open(bytes, 0, bytes.length, limits.requestFieldsMax);
  const searches: Uint8Array[] = [];
  let collection = '';
  while (cursor.position < cursor.end) {
    const tag = cursor.tag();
    const number = tag >>> 3;
    if (number !== COLLECTION && number !== SEARCHES) {
      cursor.skip(tag);
    } else if ((tag & 7) !== BYTES) {
      throw cursor.wrongType(number === COLLECTION ? 'collection' : 'searches', tag, BYTES);
    } else if (number === COLLECTION) {
      const start = readString(cursor, 'collection');
      collection = Buffer.from(bytes.buffer, bytes.byteOffset).toString(
        'utf8',
        start,
        cursor.position,
      );
    } else {
      const end = cursor.valueEnd();
      searches.push(bytes.subarray(cursor.position, end));
      cursor.position = end;
      if (searches.length > limits.batchSearchesMax) throw wrongNumber('more than');
    }
  }
  if (searches.length === 0) throw wrongNumber('no searches, not');
  return { collection, searches };
}

function wrongNumber(got: string) {
  const message =
    `the request has ${got} ${limits.batchSearchesMax} searches; send 1 to ` +
    `${limits.batchSearchesMax} in one call`;
  return invalidArgument('searches', message);
}
