/** Records for ingest benchmarks, encoded once as BatchInsertRequest messages of about 1 MiB. */
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { ByteWriter } from '../../src/storage/bytes.js';
import { VectorSource } from './random.js';

const MESSAGE_BYTES = 1 << 20;
const WORDS = 'vector store protobuf snapshot stream merge search filter index record'.split(' ');

export interface RecordsOptions {
  readonly collection: string;
  readonly count: number;
  readonly dimension: number;
  readonly contentBytes: number;
  readonly seed: number;
}

function contentOf(length: number, seed: number): string {
  let text = '';
  for (let i = seed; text.length < length; i += 7) text += `${WORDS[i % WORDS.length]} `;
  return text.slice(0, length);
}

/** Yields messages; the embedding is written by hand, because the generated encoder is slow. */
export function* insertMessages(options: RecordsOptions): Generator<Uint8Array> {
  const { collection, count, dimension, contentBytes, seed } = options;
  const source = new VectorSource(dimension, seed);
  const vector = new Float32Array(dimension);
  const vectorBytes = Buffer.from(vector.buffer);
  let out = new ByteWriter(MESSAGE_BYTES + 65_536);
  const begin = (): void => {
    out.byte(0x0a);
    out.varint(collection.length);
    const name = Buffer.from(collection);
    out.copy(name, 0, name.length);
  };
  begin();
  for (let i = 0; i < count; i += 1) {
    source.next(vector, 0);
    const record = VectorRecord.fromPartial({
      id: `record-${i}`,
      content: contentOf(contentBytes, i),
      metadata: new Map([['group', { kind: { $case: 'intValue', value: BigInt(i % 100) } }]]),
    });
    const head = VectorRecord.encode(record).finish();
    const body = new ByteWriter(head.length + vectorBytes.length + 16);
    body.copy(head, 0, head.length);
    body.byte(0x32);
    body.varint(vectorBytes.length);
    body.copy(vectorBytes, 0, vectorBytes.length);
    out.byte(0x12);
    out.varint(body.length);
    out.copy(body.buffer, 0, body.length);
    if (out.length < MESSAGE_BYTES) continue;
    yield out.finish();
    out = new ByteWriter(MESSAGE_BYTES + 65_536);
    begin();
  }
  yield out.finish();
}
