import { expect } from 'chai';
import { crc32 } from '../../../src/storage/checksum.js';

describe('crc32', () => {
  it('is the CRC-32 of zlib', () => {
    expect(crc32(Buffer.from('123456789'))).to.equal(0xcbf43926);
    expect(crc32(new Uint8Array(0))).to.equal(0);
  });

  it('goes on from a seed', () => {
    const seed = crc32(Buffer.from('1234'));
    expect(crc32(Buffer.from('56789'), seed)).to.equal(0xcbf43926);
  });
});
