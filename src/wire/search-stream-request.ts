/** Reads SearchStreamRequest without touching the search, which is handed on as it is encoded. */
import { limits } from '../limits.js';
import { BYTES, Cursor, VARINT } from '../record/cursor.js';
import { readString } from '../record/utf8.js';
import { ByteWriter } from '../storage/bytes.js';

const COLLECTION = 1;
const REQUEST_ID = 2;
const SEARCH = 3;
const NAMES = ['', 'collection', 'request_id', 'search'];

const nothing: Uint8Array = new Uint8Array(0);

export interface SearchStreamRequest {
  /** Empty when the message names none. */
  readonly collection: string;
  /** The varint of the request_id, for the answer to repeat. Empty: it is 0. */
  readonly requestId: Uint8Array;
  /** The encoded SearchRequest; a view of the message when it came in one piece. */
  readonly search: Uint8Array | undefined;
}

/** Decodes; malformed bytes are INVALID_ARGUMENT. */
export function decodeSearchStreamRequest(bytes: Uint8Array): SearchStreamRequest {
  const cursor = new Cursor();
  cursor.open(bytes, 0, bytes.length, limits.searchFieldsMax);
  let collection = '';
  let requestId = nothing;
  let search: Uint8Array<ArrayBufferLike> | undefined;
  let pieces: ByteWriter | undefined;
  while (cursor.position < cursor.end) {
    const tag = cursor.tag();
    const field = tag >>> 3;
    if (field > SEARCH) {
      cursor.skip(tag);
      continue;
    }
    const type = field === REQUEST_ID ? VARINT : BYTES;
    if ((tag & 7) !== type) throw cursor.wrongType(NAMES[field], tag, type);
    if (field === COLLECTION) {
      const start = readString(cursor, 'collection');
      collection = Buffer.from(bytes.subarray(start, cursor.position)).toString('utf8');
    } else if (field === REQUEST_ID) {
      const start = cursor.position;
      cursor.varint64();
      requestId = bytes.subarray(start, cursor.position);
    } else {
      const end = cursor.valueEnd();
      if (search === undefined) search = bytes.subarray(cursor.position, end);
      else {
        // Pieces of one message are merged, which is what their encodings are one after another.
        if (pieces === undefined) {
          pieces = new ByteWriter(bytes.length);
          pieces.copy(search, 0, search.length);
        }
        pieces.copy(bytes, cursor.position, end);
      }
      cursor.position = end;
    }
  }
  return { collection, requestId, search: pieces?.finish() ?? search };
}
