/**
 * Exact scores, in double precision from the float32 vectors. Higher is better under every metric:
 * the cosine, the dot product, or the negative Euclidean distance.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import type { VectorArena } from '../index/vector-arena.js';

function dot(rows: Float32Array, start: number, query: Float32Array): number {
  const length = query.length;
  const unrolled = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < unrolled; i += 4) {
    a += rows[start + i] * query[i];
    b += rows[start + i + 1] * query[i + 1];
    c += rows[start + i + 2] * query[i + 2];
    d += rows[start + i + 3] * query[i + 3];
  }
  for (; i < length; i++) a += rows[start + i] * query[i];
  return a + b + (c + d);
}

function squaredDistance(rows: Float32Array, start: number, query: Float32Array): number {
  const length = query.length;
  const unrolled = length - (length % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i < unrolled; i += 4) {
    const w = rows[start + i] - query[i];
    const x = rows[start + i + 1] - query[i + 1];
    const y = rows[start + i + 2] - query[i + 2];
    const z = rows[start + i + 3] - query[i + 3];
    a += w * w;
    b += x * x;
    c += y * y;
    d += z * z;
  }
  for (; i < length; i++) {
    const w = rows[start + i] - query[i];
    a += w * w;
  }
  return a + b + (c + d);
}

/** Euclidean norm. */
export function norm(vector: Float32Array): number {
  return Math.sqrt(dot(vector, 0, vector));
}

/** Scores rows of an arena against one query. */
export class Scorer {
  readonly #arena: VectorArena;
  readonly #query: Float32Array;
  readonly #inverseNorm: number;

  constructor(arena: VectorArena, query: Float32Array) {
    this.#arena = arena;
    this.#query = query;
    this.#inverseNorm = 1 / norm(query);
  }

  score(slot: number): number {
    const rows = this.#arena.chunkOf(slot);
    const start = this.#arena.rowStart(slot);
    if (this.#arena.metric === Metric.EUCLIDEAN) {
      return 0 - Math.sqrt(squaredDistance(rows, start, this.#query));
    }
    const product = dot(rows, start, this.#query);
    if (this.#arena.metric === Metric.DOT) return product;
    const cosine = product * this.#inverseNorm * this.#arena.inverseNorm(slot);
    return Math.max(-1, Math.min(1, cosine));
  }
}

/** The distance that goes with a score: 1 - cosine, the negative dot product, or Euclidean. */
export function distanceOf(score: number, metric: Metric): number {
  // 0 - score, not -score: a distance of nothing is 0, never -0.
  return metric === Metric.COSINE ? 1 - score : 0 - score;
}
