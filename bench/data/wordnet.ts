/** The definitions of WordNet with mean word vectors: the data of the quickstart. */
import type { SourceData } from './source.js';

interface WordNetRecord {
  readonly content: string;
  readonly embedding: Float32Array;
}

/** Needs the packages of examples/wordnet. */
export async function wordNetData(): Promise<SourceData> {
  const url = new URL('../../examples/wordnet/load-wordnet.mjs', import.meta.url);
  const { loadWordNet, collectionConfig } = await import(url.href);
  const { dimension } = collectionConfig as { dimension: number };
  const records: WordNetRecord[] = [...(await loadWordNet()).records()];
  const rows = new Float32Array(records.length * dimension);
  for (const [i, { embedding }] of records.entries()) rows.set(embedding, i * dimension);
  const texts = records.map(({ content }) => content.replace(/\s+/g, ' '));
  return { dimension, rows, texts };
}
