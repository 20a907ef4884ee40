import { createHash } from 'node:crypto';
import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import { expect } from 'chai';
import { IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { StorageSnapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import type { WrittenSnapshot } from '../../../src/snapshot/binary/snapshot-writer.js';
import { JsonSnapshotWriter } from '../../../src/snapshot/json/json-writer.js';
import type { SnapshotHeader } from '../../../src/snapshot/snapshot-header.js';
import { snapshotSchema } from '../../../src/snapshot/snapshot-schema.js';
import { bodyOf, headerOf, sealed, written } from './support.js';

async function json(
  bodies: readonly Uint8Array[],
  header: SnapshotHeader = headerOf(),
): Promise<{ text: string; result: WrittenSnapshot }> {
  const { bytes, result } = await written(async (file) => {
    const writer = new JsonSnapshotWriter(file, header);
    for (const body of bodies) await writer.record(body, 0, body.length);
    return writer.finish();
  });
  return { text: bytes.toString('utf8'), result };
}

/** The message that canonical JSON stands for. */
function parsed(text: string): StorageSnapshot {
  const { snapshot } = snapshotSchema();
  const value = JSON.parse(text) as JsonValue;
  return StorageSnapshot.decode(toBinary(snapshot, fromJson(snapshot, value)));
}

describe('JsonSnapshotWriter', () => {
  it('writes pretty canonical JSON with each embedding on one line', async () => {
    const body = bodyOf('a', {
      content: 'two\nlines',
      embedding: [0.1, -0, 1e-45],
      metadata: new Map([['n', { kind: { $case: 'intValue', value: 2n ** 63n - 1n } }]]),
      createTime: { seconds: 0n, nanos: 1 },
      revision: 2n ** 60n,
    });
    const { text } = await json([body, bodyOf('b')]);
    expect(text).to.equal(`{
  "version": "1.0.0",
  "dimension": 3,
  "createdAt": "2023-11-14T22:13:20.123456789Z",
  "collection": "docs",
  "metric": "METRIC_COSINE",
  "embeddingModel": "model-a",
  "logSequence": "42",
  "records": [
    {
      "id": "a",
      "content": "two\\nlines",
      "metadata": {
        "n": {
          "intValue": "9223372036854775807"
        }
      },
      "createTime": "1970-01-01T00:00:00.000000001Z",
      "revision": "1152921504606846976",
      "embedding": [0.1, -0, 1e-45]
    },
    {
      "id": "b",
      "embedding": [1, -0.5, 0.25]
    }
  ],
  "footers": [
    {
      "recordCount": "2"
    }
  ]
}
`);
  });

  it('holds the message of the binary form, bit for bit', async () => {
    const header = headerOf({
      indexConfig: {
        kind: IndexKind.HNSW,
        connectivity: 24,
        expansionAdd: 160,
        efSearch: 128,
        quantization: Quantization.I8,
      },
    });
    const bodies = [
      bodyOf('"quoted" \u2028 \u{1f600} \u0000', {
        embedding: [-0, 3.4028234663852886e38, 1.1754944e-38],
      }),
      bodyOf('x'.repeat(255), { filePath: '', extension: '', title: '\\' }),
      bodyOf('m', {
        metadata: new Map([
          ['__proto__', { kind: { $case: 'stringValue', value: 'kept' } }],
          ['zero', { kind: { $case: 'doubleValue', value: -0 } }],
          ['small', { kind: { $case: 'doubleValue', value: 5e-324 } }],
          ['false', { kind: { $case: 'boolValue', value: false } }],
          ['1', { kind: { $case: 'intValue', value: -(2n ** 63n) } }],
          ['none', { kind: { $case: 'listValue', value: { values: [] } } }],
          ['', { kind: { $case: 'listValue', value: { values: ['', 'b'] } } }],
        ]),
      }),
    ];
    const { text } = await json(bodies, header);
    const read = parsed(text);
    const truth = StorageSnapshot.decode((await sealed(bodies, header)).bytes);
    expect({ ...read, footers: [] }).to.deep.equal({ ...truth, checksums: [], footers: [] });
    const bits = (records: VectorRecord[]) =>
      records.map((record) => [...new Uint32Array(Float32Array.from(record.embedding).buffer)]);
    expect(bits(read.records)).to.deep.equal(bits(truth.records));
    const zero = read.records[2].metadata.get('zero')?.kind;
    expect(Object.is(zero?.$case === 'doubleValue' && zero.value, -0)).to.equal(true);
    expect(read.footers.map((footer) => footer.recordCount)).to.deep.equal([3n]);
  });

  it('reads embeddings in every legal encoding', async () => {
    const single = Buffer.from([0x35, 0, 0, 0x80, 0x3f, 0x0a, 1, 0x61, 0x32, 4, 0, 0, 0, 0x40]);
    const [record] = parsed((await json([single])).text).records;
    expect(record).to.deep.include({ id: 'a', embedding: [1, 2] });
  });

  it('writes an empty snapshot with a count of 0', async () => {
    const { text, result } = await json([]);
    expect(JSON.parse(text)).to.deep.include({ records: [], footers: [{ recordCount: '0' }] });
    expect(parsed(text).records).to.deep.equal([]);
    expect(result.recordCount).to.equal(0);
  });

  it('tells size and digest of a text of many blocks', async () => {
    const bodies = Array.from({ length: 10 }, (_, i) =>
      bodyOf(`${i}`, { content: 'é'.repeat(300_000) }),
    );
    const { text, result } = await json(bodies);
    expect(result.size).to.equal(Buffer.byteLength(text));
    expect(result.sha256).to.deep.equal(createHash('sha256').update(text).digest());
    expect(parsed(text).records).to.have.length(10);
  });
});
