/**
 * Reads numbers of JSON text. Embeddings are most of a JSON snapshot, and making a string of each of
 * their numbers takes several times as long as reading the digits.
 *
 * Invariant: the result is the double that Number() makes of the text: digits and power of ten are
 * exact in the fast case, so that one operation rounds once; Number() itself does the others.
 */
import { TextError } from './text-error.js';

/** Where a number is read from; `position` is moved behind it. */
interface NumberSource {
  readonly bytes: Buffer;
  position: number;
  readonly end: number;
}

const zero = 0x30;
const nine = 0x39;

/** Powers of ten that a double holds exactly. */
const powers = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Any so many digits are a number that a double holds exactly. */
const digitsMax = 15;

/** The number at `source.position`; throws TextError when there is none or it is not JSON's. */
export function scanNumber(source: NumberSource): number {
  const { bytes, end, position: start } = source;
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  const first = at;
  let digits = 0;
  let mantissa = 0;
  for (; at < end && bytes[at] >= zero && bytes[at] <= nine; at++) {
    mantissa = mantissa * 10 + (bytes[at] - zero);
    if (mantissa > 0) digits++;
  }
  if (at === first || (bytes[first] === zero && at > first + 1)) throw noNumber(source, first);
  let exponent = 0;
  if (at < end && bytes[at] === 0x2e) {
    const point = ++at;
    for (; at < end && bytes[at] >= zero && bytes[at] <= nine; at++) {
      mantissa = mantissa * 10 + (bytes[at] - zero);
      if (mantissa > 0) digits++;
    }
    if (at === point) throw noNumber(source, at);
    exponent = point - at;
  }
  if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    at = exponentEnd(source, at + 1);
    source.position = at;
    return Number(bytes.toString('latin1', start, at));
  }
  source.position = at;
  if (digits > digitsMax || exponent < -22) return Number(bytes.toString('latin1', start, at));
  const size = exponent === 0 ? mantissa : mantissa / powers[-exponent];
  return negative ? -size : size;
}

function exponentEnd(source: NumberSource, from: number): number {
  const { bytes, end } = source;
  let at = from;
  if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
  const first = at;
  while (at < end && bytes[at] >= zero && bytes[at] <= nine) at++;
  if (at === first) throw noNumber(source, at);
  return at;
}

function noNumber({ bytes, end }: NumberSource, at: number): TextError {
  const got = at < end ? JSON.stringify(bytes.toString('latin1', at, at + 1)) : 'the end';
  return new TextError(`${got} where a value or a digit is expected`, at);
}
