/** What the reader refuses: what is no snapshot, not for it, or made to harm it. */
import { crc32, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Codec, Fragment, StorageSnapshot } from '../../src/raw.js';
import { bodyOf, expectDamage, golden, readAll } from './support.js';

const file = golden('snapshot-v1.pb');
const MiB = 1024 * 1024;
const allowUnsealed = { allowUnsealed: true };

/** An unsealed file of dimension 3 with any other fields, as a protobuf library writes it. */
const unsealed = (fields: Partial<StorageSnapshot> = {}): Uint8Array =>
  StorageSnapshot.encode(
    StorageSnapshot.fromPartial({ version: '1.0.0', dimension: 3, ...fields }),
  ).finish();

/** A field of bytes, and one that only claims to have so many. */
const field = (number: number, value: Uint8Array, length = value.length): Uint8Array => {
  const head = [(number << 3) | 2];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.concat([Uint8Array.from([...head, rest]), value]);
    head.push((rest % 128) | 128);
  }
};

/** A file with one compressed fragment; what it says of itself may be wrong. */
const compressed = (inflated: Uint8Array, fields: Partial<Fragment> = {}): Uint8Array => {
  const data = fields.data ?? gzipSync(inflated);
  const fragment = Fragment.fromPartial({
    codec: Codec.GZIP,
    data,
    recordCount: 1n,
    inflatedSize: BigInt(inflated.length),
    crc: crc32(data),
    ...fields,
  });
  return Buffer.concat([unsealed(), field(11, Fragment.encode(fragment).finish())]);
};

const record = field(3, bodyOf('a'));

describe('snapshot files that are refused', () => {
  const cases: [string, Uint8Array, string | RegExp][] = [
    ['an empty file', Buffer.alloc(0), 'the file is empty'],
    ['JSON', golden('snapshot-v1.json'), 'the file is JSON'],
    ['another file', Buffer.from('#!/bin/sh\n'), 'does not begin as a snapshot does'],
    ['a newer major version', replaced(file, '1.0.0', '2.0.0'), 'written in format 2.0.0'],
    ['a strange version', replaced(file, '1.0.0', '1.0.x'), 'not of the form'],
    ['a cut file', file.subarray(0, -1), 'truncated'],
    ['a file without its footer', file.subarray(0, file.lastIndexOf(0x62)), 'truncated'],
    ['parts of two dimensions', Buffer.concat([file, unsealed()]), 'no snapshot together'],
    [
      'parts of two models',
      Buffer.concat([unsealed({ embeddingModel: 'a' }), unsealed({ embeddingModel: 'b' })]),
      'embedding model "b" instead of "a"',
    ],
    [
      'parts of two metrics',
      Buffer.concat([unsealed({ metric: 2 }), unsealed({ metric: 3 })]),
      'metric',
    ],
    ['no dimension', unsealed({ dimension: 0 }), 'no dimension'],
    ['too large a dimension', unsealed({ dimension: 65_537 }), 'dimension 65537'],
    ['an unknown metric', unsealed({ metric: 9 as never }), 'unknown metric 9'],
    ['a header field twice', Buffer.concat([unsealed(), Buffer.from([0x10, 3])]), 'occurs twice'],
    ['a name that is no text', Buffer.concat([unsealed(), field(6, Buffer.from([255]))]), 'UTF-8'],
    [
      'a huge header',
      Buffer.concat([unsealed(), field(6, Buffer.alloc(70_000, 'x'))]),
      'the header takes more than',
    ],
    [
      'a length beyond every field',
      Buffer.concat([unsealed(), field(3, Buffer.alloc(0), 2 ** 31)]),
      'the most is 16777216',
    ],
    [
      'a record of another dimension',
      unsealed({ records: [{ id: 'a', embedding: [1] } as never] }),
      'record "a" has an embedding of 1 values, the snapshot says 3',
    ],
    ['a record that is none', Buffer.concat([unsealed(), field(3, Buffer.from([7]))]), 'decoded'],
    [
      'a record whose text is no UTF-8',
      Buffer.concat([
        unsealed(),
        field(3, Buffer.concat([bodyOf('a'), field(2, Buffer.from([0xc0]))])),
      ]),
      'not UTF-8',
    ],
    ['a group', Buffer.concat([unsealed(), Buffer.from([0x1b])]), 'wire type 3'],
    [
      'a field of another type',
      Buffer.concat([unsealed(), Buffer.from([0x18, 1])]),
      'not its type',
    ],
    ['field 0', Buffer.concat([unsealed(), Buffer.from([0x02, 0])]), 'number 0'],
    [
      'a checksum at the end',
      reencoded(Buffer.concat([file, file])),
      'moves the checksums to the end',
    ],
  ];
  for (const [name, bytes, message] of cases) {
    it(`${name}`, async () => {
      const error = await expectDamage(bytes, message, { ...allowUnsealed, name: 'one.pb' });
      expect(error.metadata.file).to.equal('one.pb');
      expect(error.message).to.contain(`one.pb, offset ${error.metadata.offset}: `);
    });
  }

  it('unsealed files, unless they are allowed', async () => {
    await expectDamage(golden('snapshot-v1.unsealed.pb'), 'allowUnsealed');
    const { error, records } = await readAll(golden('snapshot-v1.unsealed.pb'), allowUnsealed);
    expect(error).to.equal(undefined);
    expect(records).to.have.length(10);
  });

  it('but reads a newer minor version with fields that it does not know', async () => {
    const minor = Buffer.concat([unsealed({ version: '1.7.0' }), field(77, record), record]);
    const { error, records, file } = await readAll(minor, allowUnsealed);
    expect(error).to.equal(undefined);
    expect(records.map(({ id }) => id)).to.deep.equal(['a']);
    expect(file?.header.version).to.equal('1.7.0');
  });

  it('says which record is bad, and gives those before it', async () => {
    const bad = field(3, Buffer.from([0x0a, 9]));
    const start = Buffer.concat([unsealed(), record, record]);
    const error = await expectDamage(Buffer.concat([start, bad]), 'decoded', allowUnsealed);
    expect(error.metadata).to.deep.include({ offset: String(start.length + 2), records_read: '2' });
  });
});

describe('compressed fragments that are refused', () => {
  const cases: [string, Uint8Array, string][] = [
    [
      'a claim beyond the limit',
      compressed(record, { inflatedSize: 2n ** 40n }),
      'the most is 4194304',
    ],
    ['more than it says', compressed(record, { inflatedSize: 5n }), 'more than the 5 bytes'],
    ['nothing, but some bytes', compressed(record, { inflatedSize: 0n }), 'more than the 0 bytes'],
    ['less than it says', compressed(record, { inflatedSize: 1000n }), 'instead of 1000'],
    ['another count', compressed(record, { recordCount: 2n }), 'count 2 records, there are 1'],
    ['a wrong CRC', compressed(record, { crc: 1 }), 'do not match their CRC'],
    [
      'no gzip',
      compressed(record, { data: Buffer.from('plain'), crc: crc32('plain') }),
      'cannot be inflated',
    ],
    ['an unknown codec', compressed(record, { codec: 7 as never }), 'codec 7'],
    ['no codec', compressed(record, { codec: 0 as never }), 'codec 0'],
    ['a header', compressed(unsealed(), { recordCount: 0n }), 'where only records may be'],
    ['a cut record', compressed(record.subarray(0, -1)), 'end within a field'],
    ['a bad record', compressed(field(3, bodyOf('a', { embedding: [1] }))), 'the snapshot says 3'],
  ];
  for (const [name, bytes, message] of cases) {
    it(`${name}`, async () => {
      await expectDamage(bytes, message, allowUnsealed);
    });
  }

  it('a bomb, of which no more is inflated than it says', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * MiB));
    const file = compressed(bomb, { data: bomb, crc: crc32(bomb), inflatedSize: BigInt(4 * MiB) });
    const before = process.memoryUsage().rss;
    await expectDamage(file, 'more than the 4194304 bytes', allowUnsealed);
    expect(process.memoryUsage().rss - before).to.be.below(64 * MiB);
  });

  it('but not one that is right', async () => {
    const { error, records } = await readAll(compressed(record), allowUnsealed);
    expect(error).to.equal(undefined);
    expect(records).to.have.length(1);
  });
});

function replaced(bytes: Buffer, text: string, by: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(by, copy.indexOf(text));
  return copy;
}

/** Decoded and encoded again, as a program does that knows nothing of checksums. */
function reencoded(bytes: Uint8Array): Uint8Array {
  return StorageSnapshot.encode(StorageSnapshot.decode(bytes)).finish();
}
