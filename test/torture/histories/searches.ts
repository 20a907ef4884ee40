/** Compares the searches of a collection with brute force over the records that it must hold. */
import type { Collection } from '../../../src/collection/collection.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { search } from '../../../src/search/search.js';
import type { Random } from '../../support/random.js';
import type { Records } from './records.js';

const EXACT_QUERIES = 2;
const TOLERANCE = 1e-4;

/**
 * Exact searches agree with brute force, and a search through the index for as many records as
 * there are finds every one of them, each with its own vector. Returns what does not hold.
 */
export function searchProblems(collection: Collection, records: Records, random: Random): string[] {
  const problems: string[] = [];
  const { state } = collection;
  if (records.size === 0) return problems;
  const { metric } = state.config;
  const all = [...records].map(([id, { record }]) => ({ id, vector: record.embedding }));
  for (let i = 0; i < EXACT_QUERIES; i += 1) {
    const query = Float32Array.from(random.pick(all).vector, (x) => x + random.below(100) / 250);
    if (query.every((x) => x === 0)) continue;
    const limit = random.between(1, all.length);
    const found = search(state.searchTarget, query, { limit, exact: true });
    const scores = all.map(({ vector }) => score(metric, query, vector)).sort((a, b) => b - a);
    if (found.slots.length !== limit)
      problems.push(`a search for ${limit} found ${found.slots.length}`);
    for (const [rank, got] of [...found.scores].entries()) {
      if (near(got, scores[rank])) continue;
      problems.push(`rank ${rank} of an exact search scores ${got}, not ${scores[rank]}`);
    }
  }
  for (const { id, vector } of random.some(all, 8)) {
    const query = Float32Array.from(vector);
    const found = search(state.searchTarget, query, { limit: all.length, exact: false });
    const ids = [...found.slots].map((slot) => state.ids.text(slot));
    const rank = ids.indexOf(id);
    if (new Set(ids).size !== all.length) {
      problems.push(`a search for all ${all.length} records found ${new Set(ids).size}`);
    } else if (rank < 0) problems.push(`a search for the vector of ${id} does not find it`);
    else if (!near(found.scores[rank], score(metric, query, vector))) {
      problems.push(`the search for the vector of ${id} scores it ${found.scores[rank]}`);
    }
  }
  return problems;
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

function score(metric: Metric, a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  let squared = 0;
  for (let i = 0; i < a.length; i += 1) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
    squared += (a[i] - b[i]) ** 2;
  }
  if (metric === Metric.DOT) return dot;
  if (metric === Metric.EUCLIDEAN) return -Math.sqrt(squared);
  return dot / Math.sqrt(aa * bb);
}
