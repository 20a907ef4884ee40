import { createHash } from 'node:crypto';
import { crc32, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Codec, Fragment, StorageSnapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import { limits } from '../../../src/limits.js';
import { CompressedSnapshotWriter } from '../../../src/snapshot/binary/compressed-writer.js';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { bytesField, join, varintField } from '../../support/records.js';
import {
  bodyOf,
  encoded,
  encodings,
  expectRefused,
  headerOf,
  readAll,
  sourceOf,
  written,
} from './support.js';

const recordsOf = (...ids: string[]) => join(...ids.map((id) => bytesField(3, bodyOf(id))));

/** A fragment of `content` that is whole and true, but for `lies`. */
function fragmentOf(content: Uint8Array, records: number, lies: Partial<Fragment> = {}): Buffer {
  const data = lies.data ?? gzipSync(content);
  const fragment: Fragment = {
    codec: Codec.GZIP,
    data: Buffer.from(data),
    recordCount: BigInt(records),
    inflatedSize: BigInt(content.length),
    crc: crc32(data),
    ...lies,
  };
  return Buffer.from(bytesField(11, Fragment.encode(fragment).finish()));
}

/** A part of these fields with true checksum, counts and digest. */
function sealedOf(records: number | bigint, ...fields: Uint8Array[]): Buffer {
  const covered = join(bytesField(1, '1.0.0'), varintField(2, 3), ...fields);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(covered));
  const checksum = join(
    varintField(2, covered.length),
    varintField(3, records),
    Uint8Array.of(0x25),
    crc,
  );
  const part = join(covered, bytesField(10, checksum));
  const sha256 = createHash('sha256').update(part).digest();
  const footer = join(varintField(1, records), varintField(2, part.length), bytesField(3, sha256));
  return Buffer.from(join(part, bytesField(12, footer)));
}

describe('compressed fragments', () => {
  it('are read between records in the order of the file, as blocks that are not in place', async () => {
    const bytes = sealedOf(
      6,
      recordsOf('a'),
      fragmentOf(recordsOf('b', 'c'), 2),
      fragmentOf(recordsOf('d'), 1),
      recordsOf('e', 'f'),
    );
    const blocks: [number, boolean][] = [];
    for await (const { count, inPlace } of readSnapshot(sourceOf(bytes))) {
      blocks.push([count, inPlace]);
    }
    expect(blocks).to.deep.equal([
      [1, true],
      [2, false],
      [1, false],
      [2, true],
    ]);
    const { bodies, error } = await readAll(bytes);
    expect(error).to.equal(undefined);
    expect(bodies).to.deep.equal(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => bodyOf(id)));
  });

  it('may hold no records, and fields of a newer version', async () => {
    const newer = join(recordsOf('a'), varintField(13, 1));
    const bytes = sealedOf(1, fragmentOf(new Uint8Array(0), 0), fragmentOf(newer, 1));
    expect((await readAll(bytes)).bodies).to.deep.equal([bodyOf('a')]);
    const empty = await readAll(sealedOf(0, fragmentOf(new Uint8Array(0), 0)));
    expect(empty).to.deep.include({ bodies: [], sealed: [true], error: undefined });
  });

  it('are read from an unsealed file when asked', async () => {
    const fields = [varintField(2, 3), fragmentOf(recordsOf('a', 'b'), 2)];
    const bytes = join(bytesField(1, '1.0.0'), ...fields);
    await expectRefused(bytes, 'allow_unsealed');
    const { bodies } = await readAll(bytes, { allowUnsealed: true });
    expect(bodies).to.deep.equal([bodyOf('a'), bodyOf('b')]);
  });

  const content = recordsOf('a', 'b');
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const damagedData = gzipSync(content);
  damagedData[12] ^= 1;
  for (const [what, fragment, message] of [
    ['of an unset codec', fragmentOf(content, 2, { codec: Codec.UNSPECIFIED }), 'codec 0'],
    ['of an unknown codec', fragmentOf(content, 2, { codec: 9 as Codec }), 'codec 9'],
    ['with another CRC', fragmentOf(content, 2, { crc: 1 }), 'do not match their CRC'],
    [
      'that count too few',
      fragmentOf(content, 2, { recordCount: 1n }),
      'count 1 records, there are 2',
    ],
    [
      'that count too many',
      fragmentOf(content, 2, { recordCount: 3n }),
      'count 3 records, there are 2',
    ],
    [
      'that inflate to more',
      fragmentOf(content, 2, { inflatedSize: 10n }),
      'more than the 10 bytes',
    ],
    [
      'that inflate to less',
      fragmentOf(content, 2, { inflatedSize: 4_000_000n }),
      'instead of 4000000',
    ],
    [
      'that say too much',
      fragmentOf(content, 2, { inflatedSize: BigInt(limits.fragmentBytesMax) + 1n }),
      'the most is 4194304',
    ],
    [
      'that say the most possible',
      fragmentOf(content, 2, { inflatedSize: 2n ** 64n - 1n }),
      'the most is 4194304',
    ],
    ['that are a bomb', fragmentOf(content, 2, { data: bomb }), 'more than the'],
    [
      'that are a bomb of the size allowed',
      fragmentOf(Buffer.alloc(limits.fragmentBytesMax), 2),
      'field with number 0',
    ],
    [
      'that are no gzip',
      fragmentOf(content, 2, { data: Buffer.from('text') }),
      'cannot be inflated',
    ],
    ['that are damaged', fragmentOf(content, 2, { data: damagedData }), 'compressed records that'],
    [
      'that are cut',
      fragmentOf(content, 2, { data: gzipSync(content).subarray(0, -9) }),
      'cannot be inflated',
    ],
    ['with a header', fragmentOf(join(varintField(2, 3), content), 2), 'field 2 among'],
    ['with a checksum', fragmentOf(join(content, bytesField(10, '')), 2), 'field 10 among'],
    ['with a fragment', fragmentOf(fragmentOf(content, 2), 2), 'field 11 among'],
    ['with a record of the wrong type', fragmentOf(varintField(3, 1), 0), 'field 3 among'],
    ['that end within a field', fragmentOf(content.subarray(0, -1), 2), 'end within a field'],
  ] as const) {
    it(`are refused when checksums are right but they are records ${what}`, async () => {
      const [{ recordCount: count }] = StorageSnapshot.decode(fragment).fragments;
      const error = await expectRefused(sealedOf(count, fragment), message);
      expect(Number(error.metadata.offset)).to.be.greaterThan(8);
      await expectRefused(join(bytesField(1, '1.0.0'), varintField(2, 3), fragment), message, {
        allowUnsealed: true,
      });
    });
  }

  it('are not even decoded when the checksum does not match', async () => {
    const bytes = sealedOf(2, fragmentOf(content, 2, { codec: 9 as Codec }));
    bytes[20] ^= 1;
    await expectRefused(bytes, 'do not match');
  });

  it('count for the checksum and the footer', async () => {
    await expectRefused(sealedOf(3, fragmentOf(content, 2)), 'counts 3 records, there are 2');
  });
});

describe('CompressedSnapshotWriter', () => {
  it('writes fragments of about 1 MiB that the generated codec and gzip read', async () => {
    const bodies = Array.from({ length: 40 }, (_, i) =>
      bodyOf(`${i}`, { content: `${i} `.repeat(i === 7 ? 900_000 : 40_000) }),
    );
    const bytes = await encoded(encodings.compressed, bodies);
    const snapshot = StorageSnapshot.decode(bytes);
    expect(snapshot.records).to.deep.equal([]);
    expect(snapshot.footers[0].recordCount).to.equal(40n);
    const inflated = snapshot.fragments.map(({ data }) => gunzipSync(data));
    const records = StorageSnapshot.decode(Buffer.concat(inflated)).records;
    expect(records.map(({ id }) => id)).to.deep.equal(bodies.map((_, i) => `${i}`));
    for (const [i, { inflatedSize, recordCount }] of snapshot.fragments.entries()) {
      expect(Number(inflatedSize)).to.equal(inflated[i].length);
      if (recordCount > 1n) expect(inflatedSize <= BigInt(limits.fragmentBytes)).to.equal(true);
    }
    expect(snapshot.fragments.length).to.be.within(5, 8);
    expect((await readAll(bytes)).bodies).to.deep.equal(bodies);
  });

  it('refuses a body that no reader would take', async () => {
    await written(async (file) => {
      const writer = new CompressedSnapshotWriter(file, headerOf());
      const body = Buffer.alloc(limits.fragmentBytesMax);
      expect(() => writer.record(body, 0, body.length)).to.throw(RangeError);
    });
  });

  it('tells of a write that fails, and leaves none under way', async () => {
    const file = { write: async () => Promise.reject(new Error('EIO')) };
    const writer = new CompressedSnapshotWriter(file as never, headerOf());
    const body = bodyOf('a', { content: 'x'.repeat(900_000) });
    await writer.record(body, 0, body.length);
    await writer.record(body, 0, body.length);
    let message = '';
    await writer.finish().catch((error: Error) => {
      message = error.message;
    });
    expect(message).to.equal('EIO');
  });
});
