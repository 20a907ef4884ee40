/**
 * How filters compare texts and numbers: the one folding of case, the one form of a number.
 */

/**
 * The text with its case folded. Texts that differ only in case are equal afterwards; so are the
 * two small sigmas, which toLowerCase() tells apart by their place in a word.
 */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}

const TWO_TO_63 = 2 ** 63;

/**
 * The one form of a number, so that equal numbers are `===` whatever type they were stored as:
 * a bigint for integers beyond 2^53 that an int64 can hold, a JavaScript number for all others.
 */
export function canonicalNumber(value: number | bigint): number | bigint {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  const inInt64 = value >= -TWO_TO_63 && value < TWO_TO_63;
  return Number.isInteger(value) && !Number.isSafeInteger(value) && inInt64 ? BigInt(value) : value;
}

/** The canonical form of an int64 given as its halves, unsigned; most need no bigint for it. */
export function canonicalInt64(high: number, low: number): number | bigint {
  const top = high | 0;
  if (top >= -0x200000 && top < 0x200000) {
    const value = top * 0x100000000 + low;
    if (Number.isSafeInteger(value)) return value;
  }
  return (BigInt(top) << 32n) + BigInt(low);
}
