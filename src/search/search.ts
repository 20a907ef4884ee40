/**
 * Answers queries: candidates from the index or from an exact scan, scored again from the exact
 * vectors, best first, ties in the order of ids.
 *
 * Invariants: only slots of `live` are returned; a search for k finds min(k, records) whatever the
 * index does. It never checks what a user sent; query and limit were validated before.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import type { VectorArena } from '../index/vector-arena.js';
import type { VectorIndex } from '../index/vector-index.js';
import { scanAll, scanSome } from './exact.js';
import { filteredCandidates } from './filtered.js';
import { distanceOf, norm, Scorer } from './score.js';
import type { SlotSet } from './slot-set.js';
import { TopK } from './top-k.js';

/** Scanning a row in its place costs less than this share of gathering it first. */
const scanShare = 0.4;
/** So few rows are scored one by one: less work than to gather them. */
const scoredAtOnce = 128;

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
  readonly threshold?: number | undefined;
  /** Compare with every record instead of asking the index. */
  readonly exact: boolean;
  /** Candidates asked of the index; unset: as the index is configured. */
  readonly efSearch?: number | undefined;
  /** Only these slots, a subset of `live`. The scan is exact. */
  readonly matches?: SlotSet | undefined;
  /** A slot to leave out. */
  readonly exclude?: number | undefined;
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

/** One query of several. */
export interface SearchQuery {
  readonly vector: Float32Array;
  readonly options: SearchOptions;
}

/** A query on its way: how the index and the scans want it. */
interface Probe extends SearchQuery {
  /** Under cosine of unit length. */
  readonly probe: Float32Array;
  readonly norm: number;
  /** Candidates that are needed: one more when the excluded slot may be among the nearest. */
  readonly asked: number;
}

/** Finds the nearest records. `query` has the arena's dimension and, under cosine, is not zero. */
export function search(
  target: SearchTarget,
  query: Float32Array,
  options: SearchOptions,
): SearchResult {
  return searchMany(target, [{ vector: query, options }])[0];
}

/**
 * Answers several queries, in their order. Those that ask the index for as many candidates are
 * handed to it together.
 */
export function searchMany(target: SearchTarget, queries: readonly SearchQuery[]): SearchResult[] {
  const probes = queries.map((query) => probeOf(target, query));
  const candidates = new Array<Uint32Array | undefined>(queries.length);
  for (const group of groupsOf(probes)) {
    const vectors = group.map((i) => probes[i].probe);
    const { asked, options } = probes[group[0]];
    const found = target.index.candidatesMany(vectors, asked, options.efSearch);
    if (found === undefined) break;
    for (let i = 0; i < group.length; i++) candidates[group[i]] = found[i];
  }
  return probes.map((probe, i) => answer(target, probe, candidates[i]));
}

function probeOf(target: SearchTarget, { vector, options }: SearchQuery): Probe {
  if (vector.length !== target.arena.dimension) throw new Error('the query has another dimension');
  const queryNorm = norm(vector);
  const probe = target.metric === Metric.COSINE ? scaled(vector, 1 / queryNorm) : vector;
  const asked = options.limit + excludedOf(target, options);
  return { vector, options, probe, norm: queryNorm, asked };
}

/** 1 when the slot to leave out is among those that may be found. */
function excludedOf(target: SearchTarget, { matches, exclude }: SearchOptions): number {
  return exclude !== undefined && (matches ?? target.live).has(exclude) ? 1 : 0;
}

/** Positions of the probes for the index, those with the same settings together. */
function groupsOf(probes: readonly Probe[]): Iterable<number[]> {
  const groups = new Map<string, number[]>();
  probes.forEach(({ asked, options }, i) => {
    if (options.exact || options.matches !== undefined) return;
    const settings = `${asked} ${options.efSearch}`;
    const group = groups.get(settings);
    if (group === undefined) groups.set(settings, [i]);
    else group.push(i);
  });
  return groups.values();
}

function answer(target: SearchTarget, probe: Probe, near: Uint32Array | undefined): SearchResult {
  const { live } = target;
  const { vector, options } = probe;
  const population = options.matches ?? live;
  const excluded = excludedOf(target, options);
  const candidates = near ?? filtered(target, probe);
  if (candidates !== undefined) {
    const scored = rank(target, vector, candidates, options);
    if (scored.considered >= Math.min(options.limit, population.count - excluded)) {
      return result(target, scored.best, 'index', scored.considered);
    }
  }
  const { best } = rank(target, vector, compared(target, probe, population), options);
  return result(target, best, 'exact', population.count - excluded);
}

/** Candidates of the index that match the filter, if there is one and the index is the way. */
function filtered(
  { index, arena }: SearchTarget,
  { probe, asked, options }: Probe,
): Uint32Array | undefined {
  const { matches, exact, efSearch } = options;
  if (matches === undefined || exact || matches.count === 0) return undefined;
  return filteredCandidates(index, { probe, asked, efSearch }, matches, arena.rows);
}

/** Slots to score among which are the nearest of the population, found by comparing with all. */
function compared(
  { arena }: SearchTarget,
  { probe, norm: queryNorm, asked }: Probe,
  population: SlotSet,
): Uint32Array {
  if (population.count >= arena.rows * scanShare) {
    return scanAll(arena, population, probe, queryNorm, asked);
  }
  const slots = slotsOf(population);
  return slots.length <= scoredAtOnce ? slots : scanSome(arena, slots, probe, queryNorm, asked);
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
