import { expect } from 'chai';
import fc from 'fast-check';
import { floatBytesMax, writeFloat } from '../../../src/snapshot/json/float-text.js';

const buffer = Buffer.alloc(64);

function text(value: number): string {
  return buffer.toString('latin1', 1, writeFloat(buffer, 1, value));
}

/** The shortest text by trying every number of digits. */
function shortestLength(value: number): number {
  for (let digits = 1; ; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return significant(String(candidate));
  }
}

function significant(decimal: string): number {
  const digits = decimal.replace(/e.*$/, '').replace(/[-.]/g, '');
  return digits.replace(/^0+/, '').replace(/0+$/, '').length;
}

describe('writeFloat', () => {
  for (const [value, expected] of [
    [0, '0'],
    [-0, '-0'],
    [1, '1'],
    [-0.5, '-0.5'],
    [100, '100'],
    [1e6, '1000000'],
    [0.1, '0.1'],
    [0.05, '0.05'],
    [1 / 3, '0.33333334'],
    [1e-6, '0.000001'],
    [1.5e-7, '1.5e-7'],
    [16_777_216, '16777216'],
    [9_999_999, '9999999'],
    [1e-45, '1e-45'],
    [3.4028234663852886e38, '3.4028235e+38'],
    [1.17549435e-38, '1.1754944e-38'],
  ] as const) {
    it(`writes ${Object.is(value, -0) ? '-0' : value} as ${expected}`, () => {
      expect(text(Math.fround(value))).to.equal(expected);
    });
  }

  it('reads back to the same bits, as short as can be', () => {
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    const check = (pattern: number) => {
      bits[0] = pattern;
      const value = float[0];
      if (!Number.isFinite(value)) return;
      const written = text(value);
      float[0] = JSON.parse(written) as number;
      expect(bits[0]).to.equal(pattern);
      expect(written.length).to.be.at.most(floatBytesMax);
      if (value !== 0) expect(significant(written), written).to.equal(shortestLength(value));
    };
    fc.assert(fc.property(fc.nat(0xffffffff), check), { numRuns: 2_000 });
    // Most patterns are far from 1; embeddings are not.
    const near = fc.integer({ min: 0x33000000, max: 0x4b800000 });
    fc.assert(
      fc.property(near, fc.boolean(), (n, sign) => check(sign ? n + 0x80000000 : n)),
      {
        numRuns: 2_000,
      },
    );
  });
});
