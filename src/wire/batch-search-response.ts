/** Writes BatchSearchResponse around answers that are encoded already. */
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { ByteWriter, varintLength } from '../storage/bytes.js';

/** BatchSearchResponse.responses. */
const RESPONSES_TAG = 0x0a;

/** Bytes that an encoded SearchResponse of `length` bytes takes in the answer. */
export function batchedLength(length: number): number {
  return 1 + varintLength(length) + length;
}

/** The encoded answer; `length` is the sum of what the responses take. */
export function encodeBatchSearchResponse(
  responses: readonly Uint8Array[],
  length: number,
): Uint8Array {
  const out = new ByteWriter(length);
  for (const response of responses) {
    out.byte(RESPONSES_TAG);
    out.varint(response.length);
    out.copy(response, 0, response.length);
  }
  return out.finish();
}

/** The refusal of an answer that grew over its limit with the answer to search `index`. */
export function batchTooLarge(index: number, searches: number): ProtovecError {
  const message =
    `the answer exceeds ${limits.responseBytesMax} bytes with that to search ${index} of ` +
    `${searches}; name the fields you need in hit_mask, ask for less, or use SearchStream`;
  return new ProtovecError('RESPONSE_TOO_LARGE', message, { field: 'searches' });
}
