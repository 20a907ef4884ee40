/**
 * Turns a text into a vector: the normalised mean of its words' vectors, in which frequent words
 * weigh less ("the" next to nothing), because they say little about the meaning. The same function
 * serves records and queries.
 */
import { dimension, loadWordVectors } from './word-vectors.mjs';

const word = /[\p{L}\p{N}]+(?:['.-][\p{L}\p{N}]+)*/gu;

/** Rank of the word that weighs half; the vectors' words are ordered by frequency. */
const halfWeightRank = 300;

/**
 * Loads the word vectors.
 * @returns {Promise<{ embed: (text: string) => Float32Array | undefined, wordCount: number }>}
 *   `embed` gives undefined for a text without a known word; `wordCount` words are known
 */
export async function loadEmbedder() {
  const { ranks, vectors } = await loadWordVectors();

  function addWord(text, sum) {
    const rank = ranks.get(text);
    if (rank === undefined) return false;
    const weight = (rank + 1) / (rank + halfWeightRank);
    const row = rank * dimension;
    for (let i = 0; i < dimension; i += 1) sum[i] += weight * vectors[row + i];
    return true;
  }

  function embed(text) {
    const sum = new Float32Array(dimension);
    for (const [found] of text.toLowerCase().matchAll(word)) {
      if (addWord(found, sum)) continue;
      for (const part of found.split(/['.-]/)) addWord(part, sum);
    }
    return normalised(sum);
  }

  return { embed, wordCount: ranks.size };
}

function normalised(vector) {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) return undefined;
  const scale = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i += 1) vector[i] *= scale;
  return vector;
}
