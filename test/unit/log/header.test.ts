import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { decodeHeader, encodeHeader, headerBytes } from '../../../src/log/header.js';
import { crc32 } from '../../../src/storage/checksum.js';
import { collectionId } from './log-fixture.js';

const salt = Buffer.from('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff', 'hex');
const identity = {
  collectionId,
  fileNumber: 3,
  firstSequence: 2 ** 33 + 1,
  previousSequence: 2 ** 33,
};

/** A header with this version and these bytes before its CRC, which is right. */
function variant(version: string, added: Buffer): Buffer {
  const plain = encodeHeader(identity, salt);
  const body = Buffer.concat([
    Buffer.from([0x0a, version.length]),
    Buffer.from(version),
    plain.subarray(9, -5),
    added,
  ]);
  const crc = Buffer.alloc(5, 0x3d);
  crc.writeUInt32LE(crc32(body), 1);
  return Buffer.concat([Buffer.from([0x0a, body.length + 5]), body, crc]);
}

function failure(bytes: Buffer): ProtovecError {
  try {
    decodeHeader(bytes, '/data/log-1.pb');
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error('the header was accepted');
}

describe('the log header', () => {
  it('has exactly the bytes of the format', () => {
    const bytes = encodeHeader(identity, salt);
    expect(bytes.length).to.equal(headerBytes);
    const hex =
      '0a4b0a05312e302e301210' +
      '00112233445566778899aabbccddeeff' +
      '1a10f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff' +
      '210300000000000000' +
      '290100000002000000' +
      '310000000002000000' +
      '3d';
    expect(bytes.toString('hex', 0, headerBytes - 4)).to.equal(hex);
    expect(bytes.readUInt32LE(headerBytes - 4)).to.equal(crc32(bytes.subarray(2, -5)));
  });

  it('is read back', () => {
    const bytes = Buffer.concat([encodeHeader(identity, salt), Buffer.alloc(40, 0xff)]);
    const header = decodeHeader(bytes, 'x');
    expect(header.identity).to.deep.equal(identity);
    expect(Buffer.from(header.salt).equals(salt)).to.equal(true);
    expect(header.length).to.equal(headerBytes);
  });

  it('is refused with file and offset when any bit is flipped', () => {
    for (let bit = 0; bit < headerBytes * 8; bit++) {
      const bytes = encodeHeader(identity, salt);
      bytes[bit >> 3] ^= 1 << (bit & 7);
      const error = failure(bytes);
      expect(error.reason, `bit ${bit}`).to.equal('STORAGE_CORRUPTED');
      expect(error.metadata).to.deep.equal({ file: '/data/log-1.pb', offset: '0' });
    }
  });

  it('of a newer minor version is read, fields that it adds included', () => {
    const header = decodeHeader(variant('1.12.0', Buffer.from([0x40, 0x01])), 'x');
    expect(header.identity).to.deep.equal(identity);
  });

  it('of another major version is refused by name', () => {
    const error = failure(variant('2.0.0', Buffer.alloc(0)));
    expect(error.reason).to.equal('STORAGE_CORRUPTED');
    expect(error.message).to.include('format version 2.0.0 and this program reads 1.x.x');
    expect(error.metadata).to.have.property('version', '2.0.0');
  });

  it('without a version or a field is refused', () => {
    expect(failure(variant('first', Buffer.alloc(0))).message).to.include('no format version');
    const bytes = variant('1.0.0', Buffer.alloc(0));
    bytes[9] = 0x22;
    bytes.writeUInt32LE(crc32(bytes.subarray(2, -5)), bytes.length - 4);
    expect(failure(bytes).message).to.include('lacks a field');
  });

  it('is not made for sequences with a gap', () => {
    expect(() => encodeHeader({ ...identity, previousSequence: 1 }, salt)).to.throw(
      'cannot follow 1',
    );
    expect(() => encodeHeader(identity, Buffer.alloc(8))).to.throw('16 bytes');
  });
});
