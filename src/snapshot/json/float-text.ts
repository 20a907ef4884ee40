/**
 * Writes 32-bit floats as the shortest decimal text that reads back to the same bits, straight into
 * a buffer. Embeddings are most of a JSON snapshot, and JavaScript itself knows only how to write
 * the shortest text of a double, which for a float is twice as long.
 *
 * Invariant: parsing the text as a double and rounding that to a float gives the value again, sign
 * of zero included. Text is JSON's: no NaN, no infinities (the caller keeps them out).
 */

/** Most bytes that one float takes: sign, nine digits, point, exponent. */
export const floatBytesMax = 24;

/** Powers of ten that a double holds exactly. */
const powers = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
/** Beyond these, text has an exponent, and JavaScript's own conversion is used. */
const fastMin = 1e-6;
const fastMax = 1e7;
/** Every float differs from its neighbours in nine digits; six are always kept. */
const digitsMax = 9;
const digitsSure = 6;

const zero = 0x30;
const minus = 0x2d;
const point = 0x2e;

/** Writes `value`, a float held in a double, at `at`; returns the offset after it. */
export function writeFloat(target: Buffer, at: number, value: number): number {
  let to = at;
  if (value < 0 || Object.is(value, -0)) target[to++] = minus;
  const size = Math.abs(value);
  if (size === 0) {
    target[to++] = zero;
    return to;
  }
  if (size >= fastMin && size < fastMax) {
    const end = writeFixed(target, to, size);
    if (end > 0) return end;
  }
  return to + target.write(shortest(size), to, 'latin1');
}

/**
 * Writes digits and a point without exponent. The fewest digits are found by trying: `m / 10^p` is
 * rounded correctly because both are exact, so it is the very double that a parser makes of the
 * text. 0 when nine digits do not do, which floats of this range never need.
 */
function writeFixed(target: Buffer, at: number, size: number): number {
  const whole = wholeDigits(size);
  for (let digits = Math.max(digitsSure, whole); digits <= digitsMax; digits++) {
    const places = digits - whole;
    const power = powers[places];
    const scaled = Math.round(size * power);
    if (Math.fround(scaled / power) === size) return writeDecimal(target, at, scaled, places);
  }
  return 0;
}

/** Digits before the point; below 0.1 the negative count of zeros after it. */
function wholeDigits(size: number): number {
  let digits = 0;
  if (size >= 1) while (size >= powers[digits]) digits++;
  else while (size * powers[1 - digits] < 1) digits--;
  return digits;
}

/** Writes `scaled / 10^places` without trailing zeros. */
function writeDecimal(target: Buffer, at: number, scaled: number, places: number): number {
  let rest = scaled | 0;
  let after = places;
  while (after > 0 && rest % 10 === 0) {
    rest = (rest / 10) | 0;
    after--;
  }
  let count = 1;
  while (rest >= powers[count]) count++;
  const fraction = Math.max(after, 0);
  const whole = Math.max(count - fraction, 1);
  const end = at + whole + (fraction > 0 ? fraction + 1 : 0);
  let to = end;
  for (let i = 0; i < fraction; i++) {
    target[--to] = zero + (rest % 10);
    rest = (rest / 10) | 0;
  }
  if (fraction > 0) target[--to] = point;
  while (to > at) {
    target[--to] = zero + (rest % 10);
    rest = (rest / 10) | 0;
  }
  return end;
}

function shortest(size: number): string {
  for (let digits = 1; digits < digitsMax; digits++) {
    const text = size.toPrecision(digits);
    if (Math.fround(Number(text)) === size) return text;
  }
  return size.toPrecision(digitsMax);
}
