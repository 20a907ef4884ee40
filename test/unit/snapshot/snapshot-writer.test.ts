import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import protobuf from 'protobufjs';
import { IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { StorageSnapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import { limits } from '../../../src/limits.js';
import { crc32 } from '../../../src/storage/checksum.js';
import { bodyOf, headerOf, readAll, sealed } from './support.js';

const indexConfig = {
  kind: IndexKind.HNSW,
  connectivity: 24,
  expansionAdd: 160,
  efSearch: 128,
  quantization: Quantization.BF16,
};

describe('SnapshotWriter', () => {
  it('writes the header in its fixed order, the records, a checksum and the footer', async () => {
    const body = bodyOf('a');
    const { bytes } = await sealed([body], headerOf({ dimension: 3, logSequence: 7 }));
    const header =
      `0a05312e302e30` + // version
      `1003` + // dimension
      `2a0b0880e2cfaa061095 9aef3a`.replace(' ', '') + // created_at
      `3204646f6373` + // collection
      `3801` + // metric
      `42076d6f64656c2d61` + // embedding_model
      `4807`; // log_sequence
    expect(bytes.toString('hex').startsWith(header)).to.equal(true);
    const covered = header.length / 2 + 2 + body.length;
    expect(bytes.subarray(header.length / 2, covered)).to.deep.equal(
      Buffer.concat([Buffer.from([0x1a, body.length]), body]),
    );
    const message = StorageSnapshot.decode(bytes);
    expect(message.checksums).to.have.length(1);
    expect(message.checksums[0]).to.include({
      start: 0n,
      length: BigInt(covered),
      records: 1n,
      crc: crc32(bytes.subarray(0, covered)),
    });
    const footerStart = bytes.length - 2 - bytes[bytes.lastIndexOf(0x62, -36) + 1];
    expect(message.footers[0]).to.include({ recordCount: 1n, partLength: BigInt(footerStart) });
    expect(message.footers[0].sha256).to.deep.equal(
      createHash('sha256').update(bytes.subarray(0, footerStart)).digest(),
    );
  });

  it('tells size, count and digest of the file', async () => {
    const { bytes, result } = await sealed([bodyOf('a'), bodyOf('b')]);
    expect(result).to.deep.equal({
      recordCount: 2,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest(),
    });
  });

  it('gives the offset of every body, also of those that start a block', async () => {
    const bodies = Array.from({ length: 40 }, (_, i) =>
      bodyOf(`id-${i}`, { content: 'x'.repeat(i * 4_001) }),
    );
    const { bytes, offsets } = await sealed(bodies);
    expect(bytes.length).to.be.greaterThan(2 * limits.checksumIntervalBytes);
    bodies.forEach((body, i) => {
      expect(bytes.subarray(offsets[i], offsets[i] + body.length).equals(body)).to.equal(true);
    });
    expect((await readAll(bytes)).offsets).to.deep.equal(offsets);
  });

  it('puts a checksum after at most 1 MiB or one larger record', async () => {
    const large = bodyOf('large', { content: 'y'.repeat(2 * 1024 * 1024) });
    const small = bodyOf('small', { content: 'z'.repeat(300_000) });
    const bodies = [small, small, small, small, large, small, large, small];
    const { bytes } = await sealed(bodies);
    const { checksums } = StorageSnapshot.decode(bytes);
    expect(checksums.map((checksum) => checksum.records)).to.deep.equal([3n, 1n, 1n, 1n, 1n, 1n]);
    const { bodies: read, error } = await readAll(bytes);
    expect(error).to.equal(undefined);
    expect(read.every((body, i) => body.equals(bodies[i]))).to.equal(true);
  });

  it('refuses a body that no reader would take', async () => {
    const { error } = await sealed([Buffer.alloc(limits.checksumIntervalBytesMax)]).then(
      () => ({ error: undefined }),
      (caught: unknown) => ({ error: caught }),
    );
    expect(error).to.be.instanceOf(RangeError);
  });

  it('writes an empty snapshot that reads as one block without records', async () => {
    const { bytes } = await sealed([], headerOf({ indexConfig }));
    const { bodies, headers, error } = await readAll(bytes);
    expect(error).to.equal(undefined);
    expect(bodies).to.have.length(0);
    expect(headers[0].dimension).to.equal(3);
    expect(headers[0].indexConfig).to.include(indexConfig);
  });

  it('is read whole by protobufjs from the .proto files alone and by the generated codec', async () => {
    const records = [
      { id: 'a', content: 'naïve 東京', embedding: [1, 2, 3], revision: 2n ** 63n },
      { id: 'b', filePath: '', embedding: [-0, 1e-45, 3.4028234663852886e38] },
    ].map((fields) => VectorRecord.fromPartial(fields));
    const header = headerOf({ indexConfig });
    const bodies = records.map((record) => VectorRecord.encode(record).finish());
    const { bytes } = await sealed(bodies, header);

    const root = new protobuf.Root();
    const folder = join(import.meta.dirname, '../../../proto');
    root.resolvePath = (_, target) => join(folder, target);
    await root.load('protovec/v1/snapshot.proto');
    const type = root.lookupType('protovec.v1.StorageSnapshot');
    const read = type.toObject(type.decode(bytes), { longs: String, enums: String });
    expect(read).to.deep.include({
      version: '1.0.0',
      dimension: 3,
      collection: 'docs',
      metric: 'METRIC_COSINE',
      embeddingModel: 'model-a',
      logSequence: '42',
      createdAt: { seconds: '1700000000', nanos: 123_456_789 },
    });
    expect(read.records).to.deep.equal([
      { id: 'a', content: 'naïve 東京', embedding: [1, 2, 3], revision: '9223372036854775808' },
      {
        id: 'b',
        filePath: '',
        embedding: [-0, Math.fround(1e-45), 3.4028234663852886e38],
      },
    ]);
    expect(StorageSnapshot.decode(bytes).records).to.deep.equal(
      bodies.map((body) => VectorRecord.decode(body)),
    );
  });
});
