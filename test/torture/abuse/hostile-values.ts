/** Values that have broken servers before, by the wire type that carries them. */
import type { Random } from '../../support/random.js';
import { double, floats, join, varint } from '../../support/records.js';
import { BYTES, FIXED32, FIXED64, type Field, VARINT } from './wire.js';

/** Bit patterns: the quiet and the signalling NaN, infinities, -0, subnormals, the largest. */
const float32 = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0].map((x) =>
    floats([x]),
  ),
  ...[1e-45, -1e-45, 1.1754942e-38, 3.4028235e38, -3.4028235e38].map((x) => floats([x])),
  Uint8Array.of(1, 0, 0x80, 0x7f),
];
const float64 = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0].map(double),
  ...[5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53 + 2].map(double),
  Uint8Array.of(1, 0, 0, 0, 0, 0, 0xf0, 0x7f),
];
const integers = [
  ...[0n, 1n, 99n, 10_000n, 10_001n, 65_536n, 65_537n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n],
  ...[2n ** 32n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
].map((value) => varint(value));
const varints = [
  ...integers,
  varint(1, 8),
  // Ten bytes that hold more than 64 bits, and eleven.
  Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
  Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1),
];

const texts = [
  ...['', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '\0', 'a\0b', '.', '..', '/'],
  ...[
    '../../manifest.pb',
    '/etc/passwd',
    'a/b',
    '*',
    '%s%n',
    '{{7*7}}',
    'NaN',
    '\ufeffa',
    '\u202e',
  ],
  // One letter composed, and of two parts.
  ...['é', 'e\u0301', '\u{1f600}', '\ufffd', '\n', ' '],
].map((text) => new TextEncoder().encode(text));
const broken = [
  Uint8Array.of(0xff),
  Uint8Array.of(0x61, 0x80),
  // An overlong NUL, a surrogate, beyond the last code point, cut short.
  Uint8Array.of(0xc0, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
  Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
  Uint8Array.of(0xe2, 0x82),
];
const lengths = [255, 256, 1_025, 65_536];

/** Something bad in place of the value of a field, of the same wire type. */
export function hostileValue({ wire, value }: Field, random: Random): Uint8Array {
  if (wire === VARINT) return random.pick(varints);
  if (wire === FIXED32) return random.pick(float32);
  if (wire === FIXED64) return random.pick(float64);
  if (wire !== BYTES) return value;
  const isPacked = value.length >= 8 && value.length % 4 === 0;
  if (isPacked && random.chance(0.4)) return withFloat(value, random);
  switch (random.below(4)) {
    case 0:
      return new Uint8Array(random.pick(lengths)).fill(0x78);
    case 1:
      return random.pick(broken);
    case 2:
      return join(value, random.pick(random.chance(0.5) ? texts : broken));
    default:
      return random.pick(texts);
  }
}

/** The floats with one of them hostile, or one too many, or one and a half. */
function withFloat(value: Uint8Array, random: Random): Uint8Array {
  const way = random.below(8);
  if (way === 0) return join(value, value);
  if (way === 1) return value.subarray(0, value.length - 2);
  const changed = Uint8Array.from(value);
  changed.set(random.pick(float32), 4 * random.below(value.length / 4));
  return changed;
}
