/**
 * The classes of characters that words are made of. What Unicode says of a character never changes
 * once it is assigned, so neither do vectors of texts in assigned characters.
 */

/** Neither letter nor digit: it ends a word. */
export const SYMBOL = 1;
/** White space, as `String.prototype.trim` has it. */
export const SPACE = 2;
/** A letter, a digit or a mark on one. */
export const LETTER = 3;
/** Of a script that puts no spaces between words and needs few characters for one. */
export const IDEOGRAPH = 4;

const BASIC_PLANE = 0x10000;
/** By code point; 0: not looked at yet. */
const known = new Uint8Array(BASIC_PLANE);

const ideograph = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
const letter = /^[\p{L}\p{M}\p{N}]$/u;
const space = /^\s$/u;

/** The class of a code point. */
export function classOf(point: number): number {
  if (point >= BASIC_PLANE) return classify(point);
  const found = known[point];
  if (found !== 0) return found;
  known[point] = classify(point);
  return known[point];
}

function classify(point: number): number {
  const character = String.fromCodePoint(point);
  if (ideograph.test(character)) return IDEOGRAPH;
  if (letter.test(character)) return LETTER;
  return space.test(character) ? SPACE : SYMBOL;
}
