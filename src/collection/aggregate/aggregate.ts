/**
 * Sums up the records of a collection: of one consistent set of them, those that match when the
 * filter has been answered, whatever is written while the sums are taken.
 */
import type { FacetCounts } from '../../search/aggregate/facet-counts.js';
import type { Spread } from '../../search/aggregate/spread.js';
import { TopK } from '../../search/top-k.js';
import type { CollectionState } from '../state/state.js';
import { wholeMatches } from '../state/whole-matches.js';
import type { AggregatePlan } from './aggregate-plan.js';
import { AggregateSlices } from './aggregate-slices.js';
import { AggregateWalk } from './aggregate-walk.js';

/** What it costs to compare a value with the most frequent ones, in bytes that could be read. */
const selectCost = 256;

/** How often the values of a key occur. */
export interface Facet {
  readonly key: string;
  /** Encoded MetadataValues, most frequent first, ties by their bytes, with their counts. */
  readonly values: readonly { readonly value: Uint8Array; readonly count: number }[];
  readonly recordCount: number;
  readonly distinctCount: number;
}

/** What the plan asked for; nothing but the count and the facets when there are no records. */
export interface Aggregate {
  readonly count: number;
  readonly centroid?: Float32Array | undefined;
  readonly similarity?: Spread | undefined;
  readonly contentLengths?: Spread | undefined;
  readonly facets: readonly Facet[];
}

/** Throws the signal's reason when it aborts, and TOO_MANY_VALUES. */
export async function aggregate(
  state: CollectionState,
  plan: AggregatePlan,
  signal: AbortSignal,
): Promise<Aggregate> {
  for (;;) {
    const slots = await wholeMatches(state, plan.filter, signal);
    const { count } = slots;
    const walk = new AggregateWalk(state, plan, slots);
    if (count > 0 && !(await walk.run(signal))) continue;
    const { centroid, scores, lengths } = walk;
    return {
      count,
      centroid: plan.centroid ? centroid : undefined,
      similarity: scores.count > 0 ? scores : undefined,
      contentLengths: count > 0 ? lengths : undefined,
      facets: await facetsOf(walk.facets, plan, signal),
    };
  }
}

async function facetsOf(
  counts: readonly FacetCounts[],
  plan: AggregatePlan,
  signal: AbortSignal,
): Promise<Facet[]> {
  const slices = new AggregateSlices(counts, signal);
  const facets: Facet[] = [];
  for (const [i, { key, limit }] of plan.facets.entries()) {
    const { values, recordCount } = counts[i];
    const best = new TopK(Math.min(limit, values.count), (a, b) => values.compare(a, b));
    for (let number = 0; number < values.count; number += 1) {
      best.offer(number, values.countOf(number));
      const turn = slices.done(selectCost);
      if (turn !== undefined) await turn;
    }
    const { slots, scores } = best.take();
    const most = Array.from(slots, (number, at) => ({
      value: values.bytes(number),
      count: scores[at],
    }));
    facets.push({ key, values: most, recordCount, distinctCount: values.count });
  }
  return facets;
}
