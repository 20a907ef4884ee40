import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import {
  EntryHead,
  entryHeadBytesMax,
  readEntryHead,
  readEntryHeader,
  writeEntryHead,
} from '../../../src/log/entry.js';
import { crc32 } from '../../../src/storage/checksum.js';

const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
const saltCrc = crc32(salt);

function encode(payload: Buffer, sequence = 7, durableSequence = 5): Buffer {
  const head = Buffer.alloc(entryHeadBytesMax);
  const payloadCrc = crc32(payload, saltCrc);
  const entry = { sequence, durableSequence, payloadCrc, payloadLength: payload.length };
  return Buffer.concat([head.subarray(0, writeEntryHead(head, 0, saltCrc, entry)), payload]);
}

describe('the entry codec', () => {
  it('writes exactly the bytes of the format', () => {
    const payload = Buffer.from('hello');
    const u32 = (v: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(v);
      return bytes;
    };
    const u64 = (v: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(v);
      return bytes;
    };
    const payloadCrc = u32(crc32(Buffer.concat([salt, payload])));
    const covered = Buffer.concat([salt, u32(35), u64(2n ** 40n + 7n), u64(2n ** 40n), payloadCrc]);
    const expected = Buffer.concat([
      Buffer.from([0x12, 35, 0x0d]),
      u32(crc32(covered)),
      Buffer.from([0x11]),
      u64(2n ** 40n + 7n),
      Buffer.from([0x19]),
      u64(2n ** 40n),
      Buffer.from([0x25]),
      payloadCrc,
      Buffer.from([0x2a, 5]),
      payload,
    ]);
    expect(encode(payload, 2 ** 40 + 7, 2 ** 40).toString('hex')).to.equal(
      expected.toString('hex'),
    );
  });

  for (const length of [0, 1, 96, 97, 98, 127, 128, 16_352, 16_353, 16_384, 2_097_152]) {
    it(`reads back an entry with a payload of ${length} bytes`, () => {
      const bytes = Buffer.concat([Buffer.from('before'), encode(Buffer.alloc(length, 0x12))]);
      const head = new EntryHead();
      expect(readEntryHead(bytes, 6, bytes.length, saltCrc, head)).to.equal(true);
      expect(head.sequence).to.equal(7);
      expect(head.durableSequence).to.equal(5);
      expect(head.payloadLength).to.equal(length);
      expect(head.payloadAt + length).to.equal(head.bytes);
      expect(head.bytes).to.equal(bytes.length - 6);
      expect(head.payloadCrc).to.equal(crc32(Buffer.alloc(length, 0x12), saltCrc));
    });
  }

  it('takes no head in which a bit is flipped or that is cut', () => {
    const whole = encode(Buffer.alloc(200));
    const headBytes = whole.length - 200;
    const head = new EntryHead();
    for (let bit = 0; bit < headBytes * 8; bit++) {
      const bytes = Buffer.from(whole);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      expect(readEntryHead(bytes, 0, bytes.length, saltCrc, head), `bit ${bit}`).to.equal(false);
    }
    for (let end = 0; end < headBytes; end++) {
      expect(readEntryHead(whole, 0, end, saltCrc, head), `end ${end}`).to.equal(false);
    }
  });

  it('takes no entry of another file, whose salt differs', () => {
    const bytes = encode(Buffer.from('hello'));
    expect(
      readEntryHeader(bytes, 0, bytes.length, crc32(Buffer.alloc(16)), new EntryHead()),
    ).to.equal(false);
  });

  it('takes only minimal varints', () => {
    const bytes = encode(Buffer.from('hello'));
    const long = Buffer.concat([
      bytes.subarray(0, 1),
      Buffer.from([35 | 0x80, 0]),
      bytes.subarray(2),
    ]);
    expect(readEntryHead(long, 0, long.length, saltCrc, new EntryHead())).to.equal(false);
    // The payload's length is not under the checksum, but its encoding is fixed by the entry's.
    const padded = encode(Buffer.from('hello'));
    padded[31] = 0x84;
    padded[32] = 0;
    expect(readEntryHead(padded, 0, padded.length, saltCrc, new EntryHead())).to.equal(false);
  });

  it('takes no entry that claims to be durable before it was written', () => {
    const bytes = encode(Buffer.from('hello'), 7, 7);
    expect(readEntryHead(bytes, 0, bytes.length, saltCrc, new EntryHead())).to.equal(false);
  });

  it('takes no entry over the limit', () => {
    const head = Buffer.alloc(entryHeadBytesMax);
    const payloadLength = limits.logEntryBytesMax;
    const entry = { sequence: 7, durableSequence: 5, payloadCrc: 0, payloadLength };
    const end = writeEntryHead(head, 0, saltCrc, entry);
    expect(readEntryHeader(head, 0, end, saltCrc, new EntryHead())).to.equal(false);
  });
});
