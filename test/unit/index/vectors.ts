/** Seeded vectors and an independent brute-force search, shared by the tests of index and search. */
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { type IndexConfig, IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import type { VectorArena } from '../../../src/index/vector-arena.js';

export const metrics: [string, Metric][] = [
  ['cosine', Metric.COSINE],
  ['dot', Metric.DOT],
  ['euclidean', Metric.EUCLIDEAN],
];

/** A small HNSW configuration without zero values. */
export function hnswConfig(changes: Partial<IndexConfig> = {}): IndexConfig {
  return {
    kind: IndexKind.HNSW,
    connectivity: 16,
    expansionAdd: 64,
    efSearch: 64,
    quantization: Quantization.BF16,
    ...changes,
  };
}

/** Numbers in [-0.5, 0.5), the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** Vectors around a few centres, as embeddings are. */
export function clustered(count: number, dimension: number, seed: number): Float32Array[] {
  const next = random(seed);
  const centres = Array.from({ length: 20 }, () => Float32Array.from({ length: dimension }, next));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor((next() + 0.5) * centres.length)];
    return centre.map((value) => value + 0.8 * next());
  });
}

/** Sets a row from an odd offset, as rows arrive inside messages. */
export function setRow(arena: VectorArena, slot: number, vector: ArrayLike<number>): void {
  const bytes = new Uint8Array(vector.length * 4 + 3);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < vector.length; i++) view.setFloat32(3 + i * 4, vector[i], true);
  arena.set(slot, bytes, 3);
}

/** The score as the documentation defines it. */
export function scoreOf(a: ArrayLike<number>, b: ArrayLike<number>, metric: Metric): number {
  let product = 0;
  let aa = 0;
  let bb = 0;
  let difference = 0;
  for (let i = 0; i < a.length; i++) {
    product += a[i] * b[i];
    aa += a[i] ** 2;
    bb += b[i] ** 2;
    difference += (a[i] - b[i]) ** 2;
  }
  if (metric === Metric.DOT) return product;
  if (metric === Metric.EUCLIDEAN) return -Math.sqrt(difference);
  return product / Math.sqrt(aa) / Math.sqrt(bb);
}

/** Slots and scores of all vectors, best first, ties by slot. */
export function bruteForce(
  vectors: Map<number, ArrayLike<number>>,
  query: ArrayLike<number>,
  metric: Metric,
): { slot: number; score: number }[] {
  return [...vectors]
    .map(([slot, vector]) => ({ slot, score: scoreOf(vector, query, metric) }))
    .sort((a, b) => b.score - a.score || a.slot - b.slot);
}
