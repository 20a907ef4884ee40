/**
 * The words of a text, as code points: the text is brought to one form (NFKC, without case), then
 * cut into runs of letters and digits, and runs of ideographs. A text without either is cut at its
 * white space, so that symbols count when there is nothing else.
 */
import { classOf, IDEOGRAPH, LETTER, SPACE, SYMBOL } from './character-class.js';

/** A longer run counts as several words, so that one word is always little work. */
export const WORD_POINTS_MAX = 64;

/** One word; the object and its array are used again for the next. */
export interface Word {
  /** Its code points start at 1; there is room for one before and one after them. */
  readonly points: Uint32Array;
  length: number;
  /** Whether it is a run of ideographs, in which words are not told apart. */
  ideographic: boolean;
}

/** NFKC without case: upper case and back, as in Unicode's full case folding; ς counts as σ. */
export function foldText(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase();
  return folded.normalize('NFKC').replaceAll('ς', 'σ');
}

/** The words of a text in order. A blank text has none. */
export function* wordsOf(text: string): Generator<Word> {
  const folded = foldText(text);
  let found = false;
  for (const word of runs(folded, false)) {
    found = true;
    yield word;
  }
  if (!found) yield* runs(folded, true);
}

/** Runs of characters of one class. `symbols`: whether symbols are letters. */
function* runs(text: string, symbols: boolean): Generator<Word> {
  const word: Word = {
    points: new Uint32Array(WORD_POINTS_MAX + 2),
    length: 0,
    ideographic: false,
  };
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) as number;
    at += point > 0xffff ? 2 : 1;
    let kind = classOf(point);
    if (kind === SYMBOL) kind = symbols ? LETTER : SPACE;
    const ideographic = kind === IDEOGRAPH;
    const ends = kind === SPACE || ideographic !== word.ideographic;
    if (word.length > 0 && (ends || word.length === WORD_POINTS_MAX)) {
      yield word;
      word.length = 0;
    }
    if (kind === SPACE) continue;
    word.ideographic = ideographic;
    word.length += 1;
    word.points[word.length] = point;
  }
  if (word.length > 0) yield word;
}
