/** Messages of the sizes that Protovec's have, encoded before the clock starts. */

import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { BatchInsertRequest } from '../../src/gen/protovec/v1/record_service.js';
import {
  BatchSearchRequest,
  SearchRequest,
  SearchResponse,
  SearchStreamRequest,
} from '../../src/gen/protovec/v1/search_service.js';
import { ByteWriter } from '../../src/storage/bytes.js';
import type { RecordFiles } from '../drivers/record-files.js';

const MESSAGE_BYTES = 1 << 20;
const TEXT_BYTES = 300;
const COLLECTION = 'bench';

/** What a search asks for. `payload`: everything but the embeddings; else ids alone. */
export interface Wanted {
  readonly k: number;
  readonly ef: number;
  readonly payload: boolean;
}

export function searchRequest(vector: Float32Array, { k, ef, payload }: Wanted): Uint8Array {
  return SearchRequest.encode(
    SearchRequest.fromPartial({
      collection: COLLECTION,
      query: { $case: 'vector', value: { values: [...vector] } },
      limit: k,
      efSearch: ef,
      hitMask: payload ? undefined : ['id'],
    }),
  ).finish();
}

/** Searches that are encoded already, in one BatchSearchRequest. */
export function batchRequest(searches: readonly Uint8Array[]): Uint8Array {
  const head = BatchSearchRequest.encode(
    BatchSearchRequest.fromPartial({ collection: COLLECTION }),
  ).finish();
  const out = new ByteWriter(head.length + searches.length * (searches[0].length + 8));
  out.copy(head, 0, head.length);
  for (const search of searches) writeMessage(out, 0x12, search);
  return out.finish();
}

/** A search that is encoded already, as a message of a SearchStream. */
export function streamRequest(search: Uint8Array, requestId: number): Uint8Array {
  const head = SearchStreamRequest.encode(
    SearchStreamRequest.fromPartial({ collection: COLLECTION, requestId: BigInt(requestId) }),
  ).finish();
  const out = new ByteWriter(head.length + search.length + 8);
  out.copy(head, 0, head.length);
  writeMessage(out, 0x1a, search);
  return out.finish();
}

function writeMessage(out: ByteWriter, tag: number, message: Uint8Array): void {
  out.byte(tag);
  out.varint(message.length);
  out.copy(message, 0, message.length);
}

/**
 * An answer with `k` hits of about `bytes` bytes, to the nearest that equal texts allow. 0: with ids
 * alone, or with texts of 300 bytes.
 */
export function searchResponse(k: number, payload: boolean, bytes = 0): Uint8Array {
  let textBytes = payload ? TEXT_BYTES : 0;
  let response = responseOf(k, textBytes);
  // The lengths of lengths change with the texts: a few steps find the place.
  for (let step = 0; step < 4 && bytes > 0; step += 1) {
    textBytes = Math.max(0, textBytes + Math.round((bytes - response.length) / k));
    response = responseOf(k, textBytes);
  }
  return response;
}

function responseOf(k: number, textBytes: number): Uint8Array {
  const results = Array.from({ length: k }, (_, i) => ({
    record: { id: String(50_000 + i), content: 'x'.repeat(textBytes) },
    similarityScore: 0.9 - i / 1000,
    distance: 0.1 + i / 1000,
  }));
  const response = SearchResponse.fromPartial({ results, method: 2, candidateCount: 64n });
  return SearchResponse.encode(response).finish();
}

/** The records as BatchInsertRequest messages of about 1 MiB, as the client sends them. */
export function insertMessages(files: RecordFiles): Uint8Array[] {
  const header = BatchInsertRequest.encode(
    BatchInsertRequest.fromPartial({ collection: COLLECTION }),
  ).finish();
  const messages: Uint8Array[] = [];
  let out = new ByteWriter(MESSAGE_BYTES + 65_536);
  out.copy(header, 0, header.length);
  for (let i = files.from; i < files.from + files.count; i += 1) {
    writeRecord(out, files, i);
    if (out.length < MESSAGE_BYTES) continue;
    messages.push(out.finish());
    out = new ByteWriter(MESSAGE_BYTES + 65_536);
  }
  messages.push(out.finish());
  return messages;
}

/** The embedding is written by hand, because the generated encoder is slow. */
function writeRecord(out: ByteWriter, files: RecordFiles, ordinal: number): void {
  const bucket = BigInt(files.bucket(ordinal));
  const record = VectorRecord.fromPartial({
    id: String(ordinal),
    content: files.text(ordinal),
    metadata: new Map([['bucket', { kind: { $case: 'intValue', value: bucket } }]]),
  });
  const head = VectorRecord.encode(record).finish();
  const vector = files.vector(ordinal);
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const body = new ByteWriter(head.length + bytes.length + 16);
  body.copy(head, 0, head.length);
  body.byte(0x32);
  body.varint(bytes.length);
  body.copy(bytes, 0, bytes.length);
  out.byte(0x12);
  out.varint(body.length);
  out.copy(body.buffer, 0, body.length);
}
