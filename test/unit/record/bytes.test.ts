import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { ByteWriter, varintLength } from '../../../src/storage/bytes.js';

describe('ByteWriter', () => {
  it('writes varints up to 2^53 as another library reads them, in the length foretold', () => {
    const edges = Array.from({ length: 54 }, (_, bit) => 2 ** bit);
    const values = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, ...edges.map((edge) => edge - 1)));
    fc.assert(
      fc.property(values, (value) => {
        const out = new ByteWriter(1);
        out.varint(value);
        expect(out.length).to.equal(varintLength(value));
        expect(Number(protobuf.Reader.create(out.finish()).uint64())).to.equal(value);
      }),
    );
  });

  it('writes negative integers in the ten bytes of an int64', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const out = new ByteWriter(1);
        out.int64(value);
        if (value < 0) expect(out.length).to.equal(10);
        expect(Number(protobuf.Reader.create(out.finish()).int64())).to.equal(value);
      }),
    );
  });

  it('writes fixed-width numbers little-endian', () => {
    const out = new ByteWriter(1);
    out.fixed32(0xfedcba98);
    out.fixed64(2 ** 53 - 1);
    out.float(1.5);
    out.double(-2.25);
    const bytes = Buffer.from(out.finish());
    expect(bytes.readUInt32LE(0)).to.equal(0xfedcba98);
    expect(bytes.readBigUInt64LE(4)).to.equal(2n ** 53n - 1n);
    expect(bytes.readFloatLE(12)).to.equal(1.5);
    expect(bytes.readDoubleLE(16)).to.equal(-2.25);
    expect(bytes.length).to.equal(24);
  });

  it('grows and keeps what it holds, whatever the pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        const out = new ByteWriter(1);
        for (const piece of pieces) {
          out.byte(7);
          out.copy(Buffer.concat([Buffer.of(1, 2), piece, Buffer.of(3)]), 2, piece.length + 2);
        }
        const expected = Buffer.concat(pieces.flatMap((piece) => [Buffer.of(7), piece]));
        expect(Buffer.compare(out.finish(), expected)).to.equal(0);
      }),
    );
  });

  it('puts a length before what was written, whether it takes one byte or several', () => {
    for (const size of [0, 1, 127, 128, 16_383, 16_384, 2_097_152]) {
      const out = new ByteWriter(4);
      out.byte(0x0a);
      const from = out.length;
      const at = out.reserve(size);
      out.buffer.fill(0x55, at, at + size);
      out.prefixLength(from);
      const reader = protobuf.Reader.create(out.finish());
      expect(reader.uint32()).to.equal(0x0a);
      const content = reader.bytes();
      expect(content.length).to.equal(size);
      expect(content.every((byte) => byte === 0x55)).to.equal(true);
      expect(reader.pos).to.equal(reader.len);
    }
  });

  it('starts over after reset, and owns its memory', () => {
    const out = new ByteWriter(8);
    out.varint(300);
    out.reset();
    out.byte(5);
    expect([...out.finish()]).to.deep.equal([5]);
    expect(out.buffer.byteOffset).to.equal(0);
    expect(out.buffer.buffer.byteLength).to.equal(out.buffer.length);
  });
});
