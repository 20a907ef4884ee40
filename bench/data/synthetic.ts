/** Vectors of low intrinsic dimension with cluster structure, and texts of about 300 bytes. */
import { randomOf, VectorSource } from '../support/random.js';
import type { SplitData } from './source.js';

const DIMENSION = 384;
const TEXT_BYTES = 300;
const WORDS = (
  'vector store protobuf snapshot stream merge search filter index record graph cluster distance ' +
  'query answer recall durable log server client message field schema memory disk neighbour'
).split(' ');

export function syntheticData(records: number, queryCount: number, seed: number): SplitData {
  return {
    dimension: DIMENSION,
    rows: vectors(records, seed),
    // Another seed draws other vectors from the same clusters; equal ones do not come about.
    queries: vectors(queryCount, seed + 1),
    texts: texts(records, seed + 2),
  };
}

function vectors(count: number, seed: number): Float32Array {
  const source = new VectorSource(DIMENSION, seed);
  const rows = new Float32Array(count * DIMENSION);
  for (let i = 0; i < count; i += 1) source.next(rows, i * DIMENSION);
  return rows;
}

function texts(count: number, seed: number): string[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => {
    let text = '';
    while (text.length < TEXT_BYTES) text += `${WORDS[Math.floor(random() * WORDS.length)]} `;
    return text.slice(0, TEXT_BYTES).trimEnd();
  });
}
