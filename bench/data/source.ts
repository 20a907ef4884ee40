/** Vectors and texts before they become a data set, and how queries are kept back from them. */
import { createHash } from 'node:crypto';
import { rowOf } from '../support/matrix.js';
import { randomOf } from '../support/random.js';

export interface SourceData {
  readonly dimension: number;
  readonly rows: Float32Array;
  /** A line for each row, without line breaks; null: none. */
  readonly texts: readonly string[] | null;
}

export interface SplitData {
  readonly dimension: number;
  readonly rows: Float32Array;
  readonly queries: Float32Array;
  readonly texts: readonly string[] | null;
}

/**
 * Keeps back `queryCount` rows, chosen by the seed, as queries. No two queries are equal and none
 * equals a row that stays: such rows are left out of both. There may be fewer queries than asked for.
 */
export function holdOut(data: SourceData, queryCount: number, seed: number): SplitData {
  const { dimension, rows, texts } = data;
  const count = rows.length / dimension;
  checkRows(rows, dimension);
  const chosen = choose(Math.min(queryCount, Math.floor(count / 2)), count, seed);
  const digests = new Map<string, number>();
  for (const row of chosen) digests.set(digestOf(rowOf(rows, dimension, row)), row);
  const kept: number[] = [];
  for (let row = 0; row < count; row += 1) {
    if (chosen.has(row)) continue;
    kept.push(row);
    digests.delete(digestOf(rowOf(rows, dimension, row)));
  }
  if (digests.size === 0) throw new Error(`no query can be kept back from ${count} rows`);
  return {
    dimension,
    rows: pick(rows, dimension, kept),
    queries: pick(rows, dimension, [...digests.values()]),
    texts: texts === null ? null : kept.map((row) => texts[row]),
  };
}

/** Under cosine a row needs a direction. */
export function checkRows(rows: Float32Array, dimension: number): void {
  for (let row = 0; row * dimension < rows.length; row += 1) {
    let squared = 0;
    for (const value of rowOf(rows, dimension, row)) squared += value * value;
    if (squared === 0 || !Number.isFinite(squared)) {
      const what = squared === 0 ? 'only zeros' : 'a value that is not finite';
      throw new Error(`row ${row} holds ${what}; leave it out of the file`);
    }
  }
}

function choose(count: number, among: number, seed: number): Set<number> {
  const random = randomOf(seed);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(random() * among));
  return chosen;
}

function pick(rows: Float32Array, dimension: number, ordinals: readonly number[]): Float32Array {
  const picked = new Float32Array(ordinals.length * dimension);
  for (const [place, row] of ordinals.entries()) {
    picked.set(rowOf(rows, dimension, row), place * dimension);
  }
  return picked;
}

function digestOf(row: Float32Array): string {
  return createHash('sha1').update(row).digest('base64');
}
