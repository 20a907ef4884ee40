/** Writes SearchStreamResponse around an answer that is encoded already, or an error. */
import type { ProtovecError } from '../errors.js';
import { SearchError } from '../gen/protovec/v1/search_service.js';
import { ByteWriter } from '../storage/bytes.js';
import { statusOf } from './status.js';

const REQUEST_ID_TAG = 0x08;
const RESPONSE_TAG = 0x12;
const ERROR_TAG = 0x1a;
/** Two tags, a length and a request_id. */
const HEAD_BYTES_MAX = 24;

/** The encoded message with a SearchResponse. `requestId`: a varint, or nothing for 0. */
export function encodeStreamAnswer(requestId: Uint8Array, response: Uint8Array): Uint8Array {
  return encode(requestId, RESPONSE_TAG, response);
}

/** The encoded message of a search that was refused. Paths are relative to the stream's request. */
export function encodeStreamError(requestId: Uint8Array, error: ProtovecError): Uint8Array {
  const { reason, message, field } = error;
  const fields = SearchError.encode({ code: statusOf(reason), reason, message, field }).finish();
  return encode(requestId, ERROR_TAG, fields);
}

function encode(requestId: Uint8Array, tag: number, outcome: Uint8Array): Uint8Array {
  const out = new ByteWriter(outcome.length + HEAD_BYTES_MAX);
  if (requestId.length > 0) {
    out.byte(REQUEST_ID_TAG);
    out.copy(requestId, 0, requestId.length);
  }
  out.byte(tag);
  out.varint(outcome.length);
  out.copy(outcome, 0, outcome.length);
  return out.finish();
}
