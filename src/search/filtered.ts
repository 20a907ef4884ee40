/**
 * Plans a search among the records that match a filter. How many match is known exactly, so the
 * choice is one of cost: compare with all of them, or ask the graph for so many more candidates that
 * enough of them match, and for more again when they do not. Matches that wait for the graph are
 * always compared: how many of the graph's candidates match says nothing about them.
 *
 * Invariant: what the graph returns are the nearest, matching or not, so that whoever of them match
 * are the nearest matches, however the filter and the vectors hang together.
 */
import type { VectorIndex } from '../index/vector-index.js';
import { limits } from '../limits.js';
import type { SlotSet } from './slot-set.js';

/**
 * What a candidate of the graph costs, in rows that are gathered and compared: its neighbours are
 * compared, at places in memory that nothing foretells. Measured at 384 dimensions and 100,000
 * records, 64 to 4,096 candidates: 14 to 24, least for the most.
 */
const rowsPerCandidate = 14;
/** What a row costs, in gathered rows, when all rows of the arena are compared in their places. */
const scanShare = 0.4;
/**
 * Beside the candidates of a search without a filter, those are asked for that hold so many times
 * what is needed, if matches are spread evenly: the last candidates of a graph are its worst. At the
 * most as many as make this of them match.
 */
const spare = 2;
const spareMax = 1.25;
/** So many times what is needed must match, unless as many were never expected. */
const surplus = 1.5;
const wideningMin = 2;
const wideningMax = 8;

/** What a plan goes by. */
export interface FilteredProbe {
  /** Under cosine of unit length. */
  readonly probe: Float32Array;
  /** Matches that are needed, from 1. */
  readonly asked: number;
  /** Candidates asked of the graph without a filter; unset: as the index is configured. */
  readonly efSearch?: number | undefined;
}

/**
 * Slots that match, in no order, among which are probably the `asked` nearest, when the graph is the
 * cheaper way to them; undefined when all matches are to be compared. `rows`: of the arena.
 */
export function filteredCandidates(
  index: VectorIndex,
  { probe, asked, efSearch = index.efSearch }: FilteredProbe,
  matches: SlotSet,
  rows: number,
): Uint32Array | undefined {
  const waiting = index.waiting.filter((slot) => matches.has(slot));
  const linked = matches.count - waiting.length;
  const comparison = Math.min(matches.count, rows * scanShare) - waiting.length;
  const share = linked / index.indexedCount;
  const most = (Math.max(efSearch, asked) * spareMax) / share;
  let wanted = Math.ceil(Math.min(efSearch + (asked * spare) / share, most));
  const expected = wanted * share;
  const enough = Math.min(linked, Math.max(asked, Math.min(asked * surplus, expected / 2)));
  while (wanted <= limits.filterCandidatesMax && wanted * rowsPerCandidate < comparison) {
    const near = index.linked(probe, wanted);
    if (near === undefined) return undefined;
    const found = near.filter((slot) => matches.has(slot));
    if (found.length >= enough) return joined(found, waiting);
    const missing = expected / Math.max(found.length, 1);
    wanted *= Math.min(wideningMax, Math.max(wideningMin, Math.ceil(missing)));
  }
  return undefined;
}

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (b.length === 0) return a;
  const all = new Uint32Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
