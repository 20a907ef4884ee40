import { expect } from 'chai';
import fc from 'fast-check';
import { scanNumber } from '../../../src/snapshot/json/json-number.js';

/** The number at the start of `text` and the text after it. */
function scanned(text: string): [number, string] {
  const bytes = Buffer.from(text);
  const source = { bytes, position: 0, end: bytes.length };
  return [scanNumber(source), text.slice(source.position)];
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 20 });
const numeral = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      digits.filter((text) => text[0] !== '0'),
    ),
    fc.oneof(
      fc.constant(''),
      digits.map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc
        .tuple(fc.constantFrom('e', 'E', 'e+', 'e-'), fc.integer({ min: 0, max: 60 }))
        .map(([e, exponent]) => `${e}${exponent}`),
    ),
  )
  .map((pieces) => pieces.join(''));
/** Without -0, which String() drops the sign of. */
const float = fc
  .float({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !Object.is(value, -0));

describe('scanNumber', () => {
  it('gives the double that Number makes of any text', () =>
    fc.assert(
      fc.property(numeral, (text) => {
        const [value, rest] = scanned(`${text},`);
        expect(rest).to.equal(',');
        expect(Object.is(value, Number(text)), text).to.equal(true);
      }),
      { numRuns: 20_000 },
    ));

  it('gives back every float from the texts that programs print', () =>
    fc.assert(
      fc.property(float, (value) => {
        for (const text of [String(value), value.toPrecision(9), value.toPrecision(17)]) {
          expect(Object.is(Math.fround(scanned(text)[0]), Math.fround(Number(text)))).to.equal(
            true,
          );
          expect(Object.is(Math.fround(scanned(text)[0]), value), text).to.equal(true);
        }
      }),
      { numRuns: 20_000 },
    ));

  for (const text of [
    '-0',
    '0',
    '-0.0',
    '1e400',
    '0.1',
    '123456789012345678901234567890',
    '5e-324',
  ]) {
    it(`reads ${text}`, () => {
      expect(Object.is(scanned(text)[0], Number(text))).to.equal(true);
    });
  }

  for (const text of ['', '-', '.5', '+1', '01', '-01', '1.', '1.e5', '1e', '1e+', 'x', 'NaN']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => scanned(text)).to.throw('where a value or a digit is expected');
    });
  }
});
