import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { StorageSnapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import { encodeHeader } from '../../../src/snapshot/snapshot-header.js';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { bytesField, join, varint, varintField } from '../../support/records.js';
import { bodyOf, expectRefused, headerOf, readAll, sealed, sourceOf } from './support.js';

const indexConfig = {
  kind: IndexKind.FLAT,
  connectivity: 0,
  expansionAdd: 0,
  efSearch: 0,
  quantization: Quantization.UNSPECIFIED,
};
const version = bytesField(1, '1.0.0');
const dimension = varintField(2, 3);

/** Fields after a version and a dimension: an unsealed part. */
function unsealed(...fields: Uint8Array[]): Uint8Array {
  return join(version, dimension, ...fields);
}

describe('readSnapshot', () => {
  it('gives back header and records', async () => {
    const bodies = [bodyOf('a'), bodyOf('b', { content: 'text' }), bodyOf('')];
    const header = headerOf({ indexConfig, metric: Metric.DOT, logSequence: 2 ** 53 - 1 });
    const {
      bodies: read,
      headers,
      sealed: seals,
    } = await readAll((await sealed(bodies, header)).bytes);
    expect(read).to.deep.equal(bodies);
    expect(seals).to.deep.equal([true]);
    expect(StorageSnapshot.decode(encodeHeader(headers[0]))).to.deep.equal(
      StorageSnapshot.decode(encodeHeader(header)),
    );
  });

  it('reads the parts of a concatenation one by one', async () => {
    const a = await sealed([bodyOf('a'), bodyOf('b')], headerOf({ embeddingModel: '' }));
    const b = await sealed([], headerOf({ collection: 'other' }));
    const c = await sealed([bodyOf('c')], headerOf({ metric: Metric.UNSPECIFIED, logSequence: 0 }));
    const { bodies, headers, offsets, error } = await readAll(join(a.bytes, b.bytes, c.bytes));
    expect(error).to.equal(undefined);
    expect(bodies).to.deep.equal([bodyOf('a'), bodyOf('b'), bodyOf('c')]);
    expect(headers.map((header) => header.collection)).to.deep.equal(['docs', 'other', 'docs']);
    expect(headers.map((header) => header.metric)).to.deep.equal(Array(3).fill(Metric.COSINE));
    expect(offsets[2]).to.equal(a.bytes.length + b.bytes.length + c.offsets[0]);
  });

  for (const [name, second, message] of [
    ['dimension', { dimension: 4 }, 'part 2 has dimension 4 instead of 3'],
    ['metric', { metric: Metric.DOT }, 'part 2 has metric DOT instead of COSINE'],
    ['model', { embeddingModel: 'b' }, 'part 2 has embedding model "b" instead of "model-a"'],
  ] as const) {
    it(`refuses parts that disagree on the ${name}`, async () => {
      const a = await sealed([bodyOf('a')]);
      const b = await sealed([bodyOf('b')], headerOf(second));
      const { bodies, error } = await readAll(join(a.bytes, b.bytes));
      expect(error?.reason).to.equal('SERIALIZATION_ERROR');
      expect(error?.message).to.include(message);
      expect(bodies).to.deep.equal([bodyOf('a')]);
    });
  }

  it('refuses a third part of another model when the first names none', async () => {
    const parts = await Promise.all(
      ['', 'x', 'y'].map((embeddingModel) => sealed([], headerOf({ embeddingModel }))),
    );
    await expectRefused(join(...parts.map((part) => part.bytes)), 'part 3 has embedding model "y"');
  });

  it('refuses a part without footer before another part', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    const footer = bytes.lastIndexOf(0x62, -36);
    const message = 'part that starts at offset 0 ends here without a footer';
    const error = await expectRefused(join(bytes.subarray(0, footer), bytes), message);
    expect(error.metadata).to.deep.equal({ file: 'snapshot', offset: String(footer) });
  });

  it('skips fields of a newer minor version, which the checksum covers', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    // A writer of 1.7.0: the header has a field more.
    const newer = await resealed(
      join(bytesField(1, '1.7.0'), dimension, bytesField(900, 'new'), bytesField(3, bodyOf('a'))),
    );
    expect((await readAll(newer)).bodies).to.deep.equal((await readAll(bytes)).bodies);
    newer[newer.indexOf('new')] ^= 1;
    await expectRefused(newer, 'do not match');
  });

  it('checks the digest of a part only when asked to', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    bytes[bytes.length - 1] ^= 1;
    await expectRefused(bytes, 'SHA-256 of the part');
    const { bodies, error } = await readAll(bytes, { verifyDigest: false });
    expect(error).to.equal(undefined);
    expect(bodies).to.deep.equal([bodyOf('a')]);
  });

  it('holds the whole file to a digest on record', async () => {
    const { bytes, result } = await sealed([bodyOf('a')]);
    const other = await sealed([bodyOf('b')]);
    expect((await readAll(bytes, { sha256: result.sha256 })).error).to.equal(undefined);
    await expectRefused(other.bytes, 'not the one on record', { sha256: result.sha256 });
    await expectRefused(join(bytes, bytes), 'not the one on record', { sha256: result.sha256 });
  });

  it('names the file and the offset', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    const error = await expectRefused(bytes.subarray(0, 90), /^x\.pb, offset \d+: /, {
      name: 'x.pb',
    });
    expect(error.metadata.file).to.equal('x.pb');
    expect(Number(error.metadata.offset)).to.be.within(1, 90);
  });

  it('waits for its reads when it is left early', async () => {
    const { bytes } = await sealed(
      Array.from({ length: 8 }, (_, i) => bodyOf(`${i}`, { content: 'x'.repeat(700_000) })),
    );
    let reading = 0;
    const source = sourceOf(bytes);
    const slow = {
      ...source,
      async read(target: Uint8Array, position: number) {
        reading++;
        await new Promise((done) => setTimeout(done, 5));
        reading--;
        return source.read(target, position);
      },
    };
    for await (const block of readSnapshot(slow)) {
      expect(block.count).to.equal(1);
      break;
    }
    expect(reading).to.equal(0);
  });

  it('passes errors of the disk on', async () => {
    const broken = { size: async () => 10, read: () => Promise.reject(new Error('EIO')) };
    const read = async () => {
      for await (const _ of readSnapshot(broken));
    };
    let message = '';
    await read().catch((error: Error) => {
      message = error.message;
    });
    expect(message).to.equal('EIO');
  });

  for (const [what, bytes, message] of [
    ['nothing', join(), 'the file is empty'],
    ['another file', Buffer.from('PK\x03\x04 something else'), 'cut or damaged'],
    ['another message', bytesField(1, 'hello'), 'does not start with the version'],
    ['a newer major', join(bytesField(1, '2.0.0'), dimension), 'written in format 2.0.0'],
    ['a group', unsealed(varint(3 * 8 + 3)), 'wire type 3'],
    ['field number 0', unsealed(Uint8Array.of(0x02, 0)), 'number 0'],
    ['a record of the wrong type', unsealed(varintField(3, 1)), 'field 3 has wire type 0'],
    ['a header field of the wrong type', unsealed(varintField(6, 1)), 'field 6 has wire type 0'],
    ['a checksum of the wrong type', unsealed(varintField(10, 1)), 'field 10 has wire type 0'],
    ['what is no fragment', unsealed(bytesField(11, 'x')), 'compressed records that cannot be'],
    ['a fragment of the wrong type', unsealed(varintField(11, 1)), 'field 11 has wire type 0'],
    ['an overlong length', unsealed(Uint8Array.of(0x1a, 255, 255, 255, 255, 127)), '32 bits'],
    ['an overlong varint', unsealed(Uint8Array.of(0x38, ...Array(10).fill(255), 1)), '10 bytes'],
    ['a length beyond the file', unsealed(Uint8Array.of(0x1a, 9, 1)), 'after the file does'],
    ['a huge length', unsealed(Uint8Array.of(0x1a, 255, 255, 255, 255, 15)), 'after the file'],
    ['a header field twice', unsealed(varintField(2, 3)), 'field 2 occurs twice'],
    ['a text that is no UTF-8', unsealed(bytesField(6, Uint8Array.of(0xff))), 'not valid UTF-8'],
    ['no dimension', join(version, bytesField(3, bodyOf('a'))), 'no dimension'],
    ['too large a dimension', join(version, varintField(2, 65_537)), 'dimension 65537'],
    ['an unknown metric', unsealed(varintField(7, 9)), 'unknown metric 9'],
    ['a sequence beyond 2^53', unsealed(varintField(9, 2n ** 53n)), 'not below 2\\^53'],
    ['a footer alone', unsealed(bytesField(12, '')), 'no checksum covers'],
    ['garbage after the version', unsealed(varint(3 * 8 + 2)), 'within a field'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await expectRefused(bytes, message, { allowUnsealed: true });
    });
  }

  it('refuses header fields after the first checksum', async () => {
    const first = checksummed(unsealed(), 0);
    const rest = varintField(7, 2);
    await expectRefused(join(first, rest), 'field 7 comes after the first checksum');
  });

  it('refuses header fields without end', async () => {
    const long = bytesField(6, 'x'.repeat(70_000));
    await expectRefused(unsealed(long), 'more than 65536 bytes', { allowUnsealed: true });
  });
});

/** Bytes of a part's start with a checksum over them. */
function checksummed(covered: Uint8Array, records: number): Uint8Array {
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(covered));
  const fields = [varintField(2, covered.length), varintField(3, records)];
  return join(covered, bytesField(10, join(...fields, Uint8Array.of(0x25), crc)));
}

/** A sealed part of these bytes, written without the writer. */
async function resealed(covered: Uint8Array): Promise<Buffer> {
  const part = checksummed(covered, 1);
  const sha256 = createHash('sha256').update(part).digest();
  const fields = [varintField(1, 1), varintField(2, part.length), bytesField(3, sha256)];
  return Buffer.from(join(part, bytesField(12, join(...fields))));
}
