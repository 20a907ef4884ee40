/**
 * What a search has to answer, written down once more as plainly as possible: every record is
 * compared, one number after the other. The judge of collections, their indexes and their planner.
 */
import type { Timestamp } from '../../src/gen/google/protobuf/timestamp.js';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import type { Filter } from '../../src/gen/protovec/v1/filter.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { oracleMatches } from './filter-oracle.js';

/** What is asked of the model; the rest of a request does not change which records are found. */
export interface Asked {
  /** A vector, or the id of a stored record, which is left out of the answer. */
  readonly query: readonly number[] | string;
  readonly limit: number;
  readonly threshold?: number | undefined;
  readonly filter?: Filter | undefined;
}

export interface Found {
  readonly id: string;
  readonly score: number;
  readonly distance: number;
}

/** Any instant of a record's writing: no filter of these tests tells two of them apart. */
const now: Timestamp = { seconds: BigInt(Math.floor(Date.now() / 1000)), nanos: 0 };

export class SearchModel {
  readonly metric: Metric;
  readonly records = new Map<string, VectorRecord>();

  constructor(metric: Metric) {
    this.metric = metric;
  }

  put(records: readonly VectorRecord[]): void {
    for (const record of records) {
      this.records.set(record.id, { ...record, createTime: now, updateTime: now });
    }
  }

  delete(ids: readonly string[]): void {
    for (const id of ids) this.records.delete(id);
  }

  matching(filter: Filter | undefined): VectorRecord[] {
    const all = [...this.records.values()];
    return filter === undefined ? all : all.filter((record) => oracleMatches(filter, record));
  }

  /** Every record that may be found, best first, ties by the bytes of ids; `limit` is not applied. */
  ranking({ query, threshold = Number.NEGATIVE_INFINITY, filter }: Asked): Found[] {
    const vector = this.vectorOf(query);
    const ranked = this.matching(filter)
      .filter(({ id }) => id !== query)
      .map(({ id, embedding }) => this.#compare(id, embedding, vector))
      .filter(({ score }) => score >= threshold);
    return ranked.sort((a, b) => b.score - a.score || compareBytes(a.id, b.id));
  }

  /** The query's numbers. */
  vectorOf(query: readonly number[] | string): readonly number[] {
    return typeof query === 'string' ? this.records.get(query)!.embedding : query;
  }

  #compare(id: string, a: readonly number[], b: readonly number[]): Found {
    let product = 0;
    let [aa, bb, apart] = [0, 0, 0];
    for (let i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
      apart += (a[i] - b[i]) ** 2;
    }
    if (this.metric === Metric.DOT) return { id, score: product, distance: 0 - product };
    if (this.metric === Metric.EUCLIDEAN) {
      const distance = Math.sqrt(apart);
      return { id, score: 0 - distance, distance };
    }
    const cosine = Math.min(1, Math.max(-1, product / Math.sqrt(aa * bb)));
    return { id, score: cosine, distance: 1 - cosine };
  }
}

/** The order of ids: that of their bytes, which is not that of UTF-16. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
