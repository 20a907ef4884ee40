import { expect } from 'chai';
import { formatBytes, jsonValue, plural, printable, shorten } from '../../../src/cli/output.js';

describe('output', () => {
  it('formats sizes for people', () => {
    const sizes = [0, 1, 1023, 1024, 1_572_864, 5 * 1024 ** 4].map(formatBytes);
    expect(sizes).to.deep.equal([
      '0 bytes',
      '1 byte',
      '1023 bytes',
      '1.0 KiB',
      '1.5 MiB',
      '5.0 TiB',
    ]);
  });

  it('puts nouns into the plural', () => {
    expect([0, 1, 117678, 1n].map((count) => plural(count, 'record'))).to.deep.equal([
      '0 records',
      '1 record',
      '117,678 records',
      '1 record',
    ]);
  });

  it('shortens by characters, not by halves of them, and to one line', () => {
    expect(shorten('  a\n b\tc ', 10)).to.equal('a b c');
    expect(shorten('😀😀😀😀', 3)).to.equal('😀😀…');
    expect(shorten('abc', 3)).to.equal('abc');
  });

  it('lets no stored text command the terminal', () => {
    expect(printable('a\u001b[2Jb\u009bc\u0007')).to.equal('a [2Jb c ');
  });

  it('has a JSON form for integers of 64 bits, vectors and digests', () => {
    const value = { n: 2n ** 60n, v: new Float32Array([0.5]), d: new Uint8Array([255, 0]) };
    expect(JSON.stringify(value, jsonValue)).to.equal(
      '{"n":"1152921504606846976","v":[0.5],"d":"ff00"}',
    );
  });
});
