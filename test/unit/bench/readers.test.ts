import { expect } from 'chai';
import fc from 'fast-check';
import { parseFvecs } from '../../../bench/data/fvecs.js';
import { parseJsonl } from '../../../bench/data/jsonl.js';
import { parseNpy } from '../../../bench/data/npy.js';

const ROWS = [
  [1, 2, 3],
  [-4, 5.5, 6],
];

function npy(header: string, body: Uint8Array, version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  const magic = Buffer.from('\x93NUMPY', 'latin1');
  return Buffer.concat([magic, Buffer.of(version, 0), length, Buffer.from(header), body]);
}

function header(type: string, shape: string, order = 'False'): string {
  return `{'descr': '${type}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
}

const floats = Buffer.from(Float32Array.from(ROWS.flat()).buffer);
const wholeNpy = npy(header('<f4', '(2, 3)'), floats);

function fvecs(rows: readonly number[][]): Buffer {
  return Buffer.concat(
    rows.map((row) => {
      const length = Buffer.alloc(4);
      length.writeInt32LE(row.length);
      return Buffer.concat([length, Buffer.from(Float32Array.from(row).buffer)]);
    }),
  );
}

describe('reading .npy', () => {
  it('takes a matrix of 32-bit floats', () => {
    const { dimension, rows } = parseNpy(wholeNpy);
    expect(dimension).to.equal(3);
    expect([...rows]).to.deep.equal(ROWS.flat());
  });

  it('takes 64-bit floats and the longer header of version 2', () => {
    const doubles = new Uint8Array(Float64Array.from(ROWS.flat()).buffer);
    const { rows } = parseNpy(npy(header('<f8', '(2, 3)'), doubles, 2));
    expect([...rows]).to.deep.equal(ROWS.flat());
  });

  it('does not mind where in memory the bytes lie', () => {
    const shifted = Buffer.concat([Buffer.of(0), wholeNpy]).subarray(1);
    expect([...parseNpy(shifted).rows]).to.deep.equal(ROWS.flat());
  });

  it('refuses every truncation, and bytes too many', () => {
    for (let length = 0; length < wholeNpy.length; length += 1) {
      expect(() => parseNpy(wholeNpy.subarray(0, length)), `${length} bytes`).to.throw(
        /\.npy file/,
      );
    }
    expect(() => parseNpy(Buffer.concat([wholeNpy, Buffer.of(0)]))).to.throw('instead of 24');
  });

  it('refuses other types, orders and shapes with the reason', () => {
    const cases = [
      [header('<i8', '(2, 3)'), 'type <i8'],
      [header('>f4', '(2, 3)'), 'type >f4'],
      [header('<f4', '(2, 3)', 'True'), 'Fortran order'],
      [header('<f4', '(6,)'), 'no matrix'],
      [header('<f4', '(0, 3)'), 'no matrix'],
    ];
    for (const [bad, why] of cases) expect(() => parseNpy(npy(bad, floats))).to.throw(why);
  });

  it('reads or refuses a file with a flipped byte, and does nothing else', () => {
    const flip = fc.tuple(fc.nat(wholeNpy.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(flip, ([at, bits]) => {
        const damaged = Buffer.from(wholeNpy);
        damaged[at] ^= bits;
        try {
          const { rows, dimension } = parseNpy(damaged);
          expect(rows.length % dimension).to.equal(0);
        } catch (error) {
          expect((error as Error).message).to.match(/\.npy file/);
        }
      }),
    );
  });
});

describe('reading .fvecs', () => {
  const whole = fvecs(ROWS);

  it('takes rows of one length', () => {
    const { dimension, rows } = parseFvecs(whole);
    expect(dimension).to.equal(3);
    expect([...rows]).to.deep.equal(ROWS.flat());
  });

  it('refuses every truncation but one at the end of a row', () => {
    for (let length = 0; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length);
      if (length === whole.length / 2) expect([...parseFvecs(cut).rows]).to.deep.equal(ROWS[0]);
      else expect(() => parseFvecs(cut), `${length} bytes`).to.throw('.fvecs file ends');
    }
  });

  it('refuses rows of other lengths, and lengths that are none', () => {
    expect(() => parseFvecs(fvecs([[1, 2, 3, 4], [1, 2], [3]]))).to.throw('row 1');
    expect(() => parseFvecs(Buffer.alloc(8))).to.throw('length 0');
    expect(() => parseFvecs(Buffer.alloc(8, 0xff))).to.throw('length -1');
  });
});

describe('reading .jsonl', () => {
  it('takes arrays and objects, with and without texts', () => {
    const lines = ['[1, 2]', '', '{"embedding": [3, 4], "content": "a\\nb"}', '{"vector": [5, 6]}'];
    const { dimension, rows, texts } = parseJsonl(lines);
    expect(dimension).to.equal(2);
    expect([...rows]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(texts).to.deep.equal(['', 'a b', '']);
  });

  it('has no texts when no line has one', () => {
    expect(parseJsonl(['[1]']).texts).to.equal(null);
  });

  it('refuses what is no vector, with the line', () => {
    for (const bad of ['{', 'null', '7', '[]', '["1"]', '{"embedding": "x"}', '[1, 2, 3]']) {
      expect(() => parseJsonl(['[1, 2]', bad]), bad).to.throw('line 2');
    }
    expect(() => parseJsonl([])).to.throw('no vector');
  });
});
