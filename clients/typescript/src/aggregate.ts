/** What records can be summed up to, and the conversions from and to the generated messages. */
import type { Filter } from './filter.js';
import type { Facet as ProtoFacet } from './gen/protovec/v1/aggregate.js';
import type {
  AggregateRecordsRequest,
  AggregateRecordsResponse,
} from './gen/protovec/v1/collection_service.js';
import type { MetadataValue } from './metadata.js';
import { fromMetadataValue } from './metadata-value.js';

/** A metadata key whose values are counted. */
export interface FacetQuery {
  key: string;
  /** Most values to return, the most frequent first. Default 10; at most 1,000. */
  limit?: number | undefined;
}

/** What `aggregate` is asked. What is left out is not computed. */
export interface AggregateQuery {
  /** Which records. Default: all. */
  filter?: Filter | undefined;
  /** The mean of the embeddings; under cosine, of the embeddings scaled to unit length. */
  centroid?: boolean | undefined;
  /** How similar the records are to that centroid. */
  centroidSimilarity?: boolean | undefined;
  /** Statistics of the lengths of contents. */
  contentLengths?: boolean | undefined;
  /** Metadata keys whose values are counted; at most 32, each once. */
  facets?: readonly (string | FacetQuery)[] | undefined;
}

/** Scores of the records as a search by the centroid would give them. */
export interface CentroidSimilarity {
  mean: number;
  min: number;
  max: number;
}

/** Lengths of contents in Unicode code points; a record without content counts with 0. */
export interface ContentLengths {
  mean: number;
  min: number;
  max: number;
  total: number;
}

/** How often each value of a metadata key occurs. */
export interface Facet {
  key: string;
  /** Most frequent first. Each text of a list counts by itself, once a record. */
  values: { value: MetadataValue; count: number }[];
  /** Records that have the key. */
  recordCount: number;
  /** Different values in all. */
  distinctCount: number;
}

/** The sums of one set of records. */
export interface AggregateResult {
  /** Records that were summed up. */
  count: number;
  /** Absent unless asked for, and when there are no records. */
  centroid?: Float32Array;
  /** Absent also when the centroid is zero under cosine. */
  centroidSimilarity?: CentroidSimilarity;
  contentLengths?: ContentLengths;
  /** In the order in which they were asked for. */
  facets: Facet[];
}

/** The request for `collection`. */
export function toAggregateRequest(
  collection: string,
  query: AggregateQuery,
): AggregateRecordsRequest {
  return {
    collection,
    filter: query.filter,
    centroid: query.centroid ?? false,
    centroidSimilarity: query.centroidSimilarity ?? false,
    contentLengths: query.contentLengths ?? false,
    facets: (query.facets ?? []).map((facet) => {
      const { key, limit } = typeof facet === 'string' ? { key: facet } : facet;
      return { key, limit: limit ?? 0 };
    }),
  };
}

/** The sums from their generated message. */
export function fromAggregateResponse(response: AggregateRecordsResponse): AggregateResult {
  const { count, centroid, centroidSimilarity, contentLengths, facets } = response;
  const result: AggregateResult = { count: Number(count), facets: facets.map(fromFacet) };
  if (centroid.length > 0) result.centroid = Float32Array.from(centroid);
  if (centroidSimilarity !== undefined) {
    const { mean, min, max } = centroidSimilarity;
    result.centroidSimilarity = { mean, min, max };
  }
  if (contentLengths !== undefined) {
    const { mean, min, max, total } = contentLengths;
    result.contentLengths = { mean, min: Number(min), max: Number(max), total: Number(total) };
  }
  return result;
}

function fromFacet({ key, values, recordCount, distinctCount }: ProtoFacet): Facet {
  return {
    key,
    values: values.map(({ value, count }) => ({
      value: fromMetadataValue(value),
      count: Number(count),
    })),
    recordCount: Number(recordCount),
    distinctCount: Number(distinctCount),
  };
}
