/** What is to be summed up of records; what is not asked for is not computed. */
import type { CompiledFilter } from '../../search/filter.js';

/** A metadata key whose values are counted. */
export interface FacetPlan {
  readonly key: string;
  /** Most values to tell, from 1. */
  readonly limit: number;
}

export interface AggregatePlan {
  /** Which records. Undefined: all. */
  readonly filter?: CompiledFilter | undefined;
  readonly centroid: boolean;
  readonly centroidSimilarity: boolean;
  readonly contentLengths: boolean;
  readonly facets: readonly FacetPlan[];
}
