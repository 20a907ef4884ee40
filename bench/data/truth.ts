/**
 * Exact answers, by distance: for each query the distances of the nearest records, computed once
 * and cached. A found record counts when it is no farther than the k-th of them, whatever its id,
 * because equal distances occur.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { exactSearch, MetricKind } from 'usearch';
import { rowOf } from '../support/matrix.js';
import { cosineDistance } from './distance.js';

/** Distances kept for each query; no search asks for more. */
export const TRUTH_DEPTH = 100;
/** Rounding of distances that are equal. */
export const TOLERANCE = 1e-6;
/** Comparisons that one call may hold in memory. */
const CALL_COMPARISONS = 2 ** 24;

export interface Truth {
  /** `TRUTH_DEPTH` distances a query, ascending; Infinity beyond the records that there are. */
  readonly distances: Float64Array;
  /** Records that may be found. */
  readonly records: number;
}

/** The records whose `matches` is not 0; all without it. */
export async function loadTruth(
  path: string,
  rows: Float32Array,
  queries: Float32Array,
  dimension: number,
  matches?: (ordinal: number) => boolean,
): Promise<Truth> {
  const ordinals: number[] = [];
  const all = rows.length / dimension;
  for (let i = 0; i < all; i += 1) if (matches === undefined || matches(i)) ordinals.push(i);
  const expected = (queries.length / dimension) * TRUTH_DEPTH;
  const cached = await readCache(path, expected);
  const distances = cached ?? compute(rows, ordinals, queries, dimension);
  if (cached === undefined) await writeCache(path, distances);
  return { distances, records: ordinals.length };
}

async function readCache(path: string, expected: number): Promise<Float64Array | undefined> {
  try {
    const bytes = await readFile(path);
    if (bytes.length === expected * 8) return new Float64Array(Uint8Array.from(bytes).buffer);
  } catch {
    // It is computed.
  }
  return undefined;
}

async function writeCache(path: string, distances: Float64Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, distances);
  await rename(temporary, path);
}

function compute(
  rows: Float32Array,
  ordinals: readonly number[],
  queries: Float32Array,
  dimension: number,
): Float64Array {
  const count = queries.length / dimension;
  const distances = new Float64Array(count * TRUTH_DEPTH).fill(Number.POSITIVE_INFINITY);
  const depth = Math.min(TRUTH_DEPTH, ordinals.length);
  if (depth === 0) return distances;
  const dense = denseRows(rows, ordinals, dimension);
  const width = Math.max(1, Math.min(256, Math.floor(CALL_COMPARISONS / ordinals.length)));
  for (let first = 0; first < count; first += width) {
    const length = Math.min(width, count - first);
    const probe = queries.slice(first * dimension, (first + length) * dimension);
    const threads = availableParallelism();
    const { keys } = exactSearch(dense, probe, dimension, depth, MetricKind.Cos, threads);
    for (let query = 0; query < length; query += 1) {
      const found = distances.subarray((first + query) * TRUTH_DEPTH).subarray(0, depth);
      for (let i = 0; i < depth; i += 1) {
        const row = Number(keys[query * depth + i]);
        found[i] = cosineDistance(queries, first + query, dense, row, dimension);
      }
      found.sort();
    }
  }
  return distances;
}

/** The native code ignores the offset of a view, so a view of all rows is used only as a whole. */
function denseRows(rows: Float32Array, ordinals: readonly number[], dimension: number) {
  if (ordinals.length * dimension === rows.length && rows.byteOffset === 0) return rows;
  const dense = new Float32Array(ordinals.length * dimension);
  for (const [place, ordinal] of ordinals.entries()) {
    dense.set(rowOf(rows, dimension, ordinal), place * dimension);
  }
  return dense;
}
