/**
 * WordNet as vector records: content = definition, title = word, extension = part of speech,
 * metadata = lexicographer file and offset, embedding = mean of the words' vectors.
 */
import { definitions } from './definitions.mjs';
import { loadEmbedder } from './embed.mjs';
import { dimension } from './word-vectors.mjs';

/** What a collection of these records is created with. */
export const collectionConfig = {
  dimension,
  metric: 'cosine',
  embeddingModel: 'glove-sg-100d-mean',
};

/**
 * Loads the word vectors and gives access to the records.
 * @returns {Promise<WordNet>}
 *
 * @typedef {object} WordNet
 * @property {(text: string) => Float32Array | undefined} embed Embeds a query.
 * @property {number} wordCount Words that have a vector.
 * @property {() => Generator<object>} records Makes the records one by one.
 * @property {() => string[]} skipped Titles that the last pass skipped: they have no known word.
 */
export async function loadWordNet() {
  const { embed, wordCount } = await loadEmbedder();
  let skipped = [];

  function* records() {
    skipped = [];
    for (const definition of definitions()) {
      const embedding = embed(`${definition.title} ${definition.gloss}`);
      if (embedding === undefined) {
        skipped.push(definition.title);
        continue;
      }
      yield toRecord(definition, embedding);
    }
  }

  return { embed, wordCount, records, skipped: () => skipped };
}

function toRecord({ id, title, gloss, partOfSpeech, lexfile, offset }, embedding) {
  const metadata = { lexfile, offset };
  return { id, title, content: gloss, extension: partOfSpeech, embedding, metadata };
}
