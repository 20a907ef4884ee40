/** Recall by distance: the share of the exact answer that a system found, ties counted. */
import { TOLERANCE, TRUTH_DEPTH, type Truth } from './truth.js';

/**
 * `answers` holds `k` ordinals a query, -1 for none. `distanceOf` gives the true distance of a
 * record from a query; undefined for an ordinal that may not be found. A record that is named twice
 * counts once.
 */
export function recallOf(
  answers: Int32Array,
  k: number,
  truth: Truth,
  distanceOf: (query: number, ordinal: number) => number | undefined,
): number {
  const wanted = Math.min(k, truth.records);
  const queries = answers.length / k;
  if (wanted === 0 || queries === 0) return 1;
  let good = 0;
  for (let query = 0; query < queries; query += 1) {
    const farthest = truth.distances[query * TRUTH_DEPTH + wanted - 1] + TOLERANCE;
    const found = new Set(answers.subarray(query * k, (query + 1) * k));
    found.delete(-1);
    let near = 0;
    for (const ordinal of found) {
      const distance = distanceOf(query, ordinal);
      if (distance !== undefined && distance <= farthest) near += 1;
    }
    good += Math.min(near, wanted);
  }
  return good / (queries * wanted);
}
