/** What is searched for and what is found. */

import type { ProtovecError } from './errors.js';
import type { Filter } from './filter.js';
import type { Metadata } from './metadata.js';
import type { StoredRecord } from './record.js';

/** How many results, which, and what comes with them. */
export interface SearchSettings {
  /** Most results. Default 10; from 1 to 10,000. */
  limit?: number | undefined;
  /** Least score of a hit. */
  threshold?: number | undefined;
  /** Which records may be found. */
  filter?: Filter | undefined;
  /** Fields that come with each hit, such as `['content', 'metadata']`. Default: all but the
   * embedding. `['*']`: all. */
  fields?: readonly string[] | undefined;
  /** Compare with every record instead of asking the index. */
  exact?: boolean | undefined;
  /** Candidates asked of the graph. Default: the collection's. */
  efSearch?: number | undefined;
  /** Name of the model that made the vector: refused when the collection's is another one. */
  embeddingModel?: string | undefined;
}

/**
 * A search by a vector, by the embedding of a stored record, which is itself left out, or by a text
 * that the collection's embedder makes a vector.
 */
export type SearchQuery = SearchSettings &
  (
    | {
        vector: Float32Array | readonly number[];
        recordId?: undefined;
        content?: undefined;
      }
    | { recordId: string; vector?: undefined; content?: undefined }
    | { content: string; vector?: undefined; recordId?: undefined }
  );

/** One record that was found. */
export interface SearchHit<M extends Metadata = Metadata> {
  id: string;
  /** Higher is more similar. */
  score: number;
  /** Lower is more similar. */
  distance: number;
  record: StoredRecord<M>;
}

/** What a search found. */
export interface SearchResult<M extends Metadata = Metadata> {
  /** Best first. */
  hits: SearchHit<M>[];
  /** `exact`: every record that may be found was compared. */
  method: 'exact' | 'index';
  /** Records whose exact distance was considered. */
  candidateCount: number;
}

/** What came of one search of `searchStream`: a result, or why there is none. */
export type SearchAnswer<M extends Metadata = Metadata, Q extends SearchQuery = SearchQuery> =
  | { request: Q; result: SearchResult<M>; error?: undefined }
  | { request: Q; error: ProtovecError; result?: undefined };
