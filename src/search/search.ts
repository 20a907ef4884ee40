/**
 * Answers one query: candidates from the index or from an exact scan, scored again from the exact
 * vectors, best first, ties in the order of ids.
 *
 * Invariants: only slots of `live` are returned; a search for k finds min(k, records) whatever the
 * index does. It never checks what a user sent; query and limit were validated before.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import type { VectorArena } from '../index/vector-arena.js';
import type { VectorIndex } from '../index/vector-index.js';
import { scanAll } from './exact.js';
import { distanceOf, norm, Scorer } from './score.js';
import type { SlotSet } from './slot-set.js';
import { TopK } from './top-k.js';

/** Scanning a row natively costs less than this share of scoring it alone. */
const scanShare = 0.4;

/** The records to search. */
export interface SearchTarget {
  readonly arena: VectorArena;
  readonly index: VectorIndex;
  /** The slots in use. */
  readonly live: SlotSet;
  /** The arena's metric. */
  readonly metric: Metric;
  /** Negative when the id of slot a comes before the id of slot b, byte by byte. */
  compareIds(a: number, b: number): number;
}

export interface SearchOptions {
  /** How many results at most, from 1. */
  readonly limit: number;
  /** Least score of a result. */
  readonly threshold?: number;
  /** Compare with every record instead of asking the index. */
  readonly exact: boolean;
  /** Candidates asked of the index; unset: as the index is configured. */
  readonly efSearch?: number;
  /** Only these slots, a subset of `live`. The scan is exact. */
  readonly matches?: SlotSet;
  /** A slot to leave out. */
  readonly exclude?: number;
}

/** Results, best first. */
export interface SearchResult {
  readonly slots: Uint32Array;
  readonly scores: Float64Array;
  readonly distances: Float64Array;
  /** How the candidates were found. */
  readonly method: 'exact' | 'index';
  /** Records that were considered: scored, or compared by an exact scan. */
  readonly candidateCount: number;
}

/** Finds the nearest records. `query` has the arena's dimension and, under cosine, is not zero. */
export function search(
  target: SearchTarget,
  query: Float32Array,
  options: SearchOptions,
): SearchResult {
  const { arena, index, live } = target;
  if (query.length !== arena.dimension) throw new Error('the query has another dimension');
  const queryNorm = norm(query);
  const probe = target.metric === Metric.COSINE ? scaled(query, 1 / queryNorm) : query;
  const population = options.matches ?? live;
  const excluded = options.exclude !== undefined && population.has(options.exclude) ? 1 : 0;
  // One more is asked for, because the excluded slot may be among the nearest.
  const asked = options.limit + excluded;

  if (!options.exact && options.matches === undefined) {
    const near = index.candidates(probe, asked, options.efSearch);
    if (near !== undefined) {
      const scored = rank(target, query, near, options);
      if (scored.considered >= Math.min(options.limit, live.count - excluded)) {
        return result(target, scored.best, 'index', scored.considered);
      }
    }
  }
  const slots =
    population.count < arena.rows * scanShare
      ? slotsOf(population)
      : scanAll(arena, population, probe, queryNorm, asked);
  const { best } = rank(target, query, slots, options);
  return result(target, best, 'exact', population.count - excluded);
}

function scaled(vector: Float32Array, scale: number): Float32Array {
  const copy = new Float32Array(vector.length);
  for (let i = 0; i < copy.length; i++) copy[i] = vector[i] * scale;
  return copy;
}

function slotsOf(set: SlotSet): Uint32Array {
  const slots = new Uint32Array(set.count);
  let length = 0;
  set.forEach((slot) => {
    slots[length++] = slot;
  });
  return slots;
}

function rank(
  target: SearchTarget,
  query: Float32Array,
  slots: Uint32Array,
  options: SearchOptions,
): { best: TopK; considered: number } {
  const scorer = new Scorer(target.arena, query);
  const limit = Math.min(options.limit, slots.length);
  const best = new TopK(limit, (a, b) => target.compareIds(a, b));
  const threshold = options.threshold ?? Number.NEGATIVE_INFINITY;
  let considered = 0;
  for (const slot of slots) {
    if (slot === options.exclude || !target.live.has(slot)) continue;
    considered++;
    const score = scorer.score(slot);
    if (score >= threshold) best.offer(slot, score);
  }
  return { best, considered };
}

function result(
  target: SearchTarget,
  best: TopK,
  method: 'exact' | 'index',
  candidateCount: number,
): SearchResult {
  const { slots, scores } = best.take();
  const distances = scores.map((score) => distanceOf(score, target.metric));
  return { slots, scores, distances, method, candidateCount };
}
