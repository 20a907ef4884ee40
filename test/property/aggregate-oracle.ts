/**
 * What an aggregation means, written down once more over decoded records and as plainly as
 * possible: the judge of the one that walks over bytes.
 */
import { expect } from 'chai';
import type { Aggregate } from '../../src/collection/aggregate/aggregate.js';
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import { MetadataValue, type VectorRecord } from '../../src/gen/protovec/v1/record.js';

/** Relative to the longest vector, or to 1: the centroid is rounded to float32 once. */
const tolerance = 1e-6;

const lengthOf = (v: readonly number[]) => Math.hypot(...v);
const product = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

function score(metric: Metric, a: readonly number[], b: readonly number[]): number {
  if (metric === Metric.DOT) return product(a, b);
  if (metric === Metric.COSINE) return product(a, b) / lengthOf(a) / lengthOf(b);
  return -lengthOf(a.map((value, i) => value - b[i]!));
}

function centroidOf(metric: Metric, records: readonly VectorRecord[]): number[] {
  const sum = records[0]!.embedding.map(() => 0);
  for (const { embedding } of records) {
    const scale = metric === Metric.COSINE ? lengthOf(embedding) : 1;
    embedding.forEach((value, i) => {
      sum[i]! += value / scale;
    });
  }
  return sum.map((value) => Math.fround(value / records.length));
}

function valuesOf({ kind }: MetadataValue): MetadataValue[] {
  if (kind?.$case !== 'listValue') return [MetadataValue.create({ kind: kind! })];
  return [...new Set(kind.value.values)].map((value) =>
    MetadataValue.create({ kind: { $case: 'stringValue', value } }),
  );
}

function expectFacet(facet: Aggregate['facets'][number], limit: number, records: VectorRecord[]) {
  const having = records.filter(({ metadata }) => metadata.has(facet.key));
  const counts = new Map<string, number>();
  for (const { metadata } of having) {
    for (const value of valuesOf(metadata.get(facet.key)!)) {
      const bytes = Buffer.from(MetadataValue.encode(value).finish()).toString('hex');
      counts.set(bytes, (counts.get(bytes) ?? 0) + 1);
    }
  }
  const order = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, limit);
  const told = facet.values.map(({ value, count }) => [Buffer.from(value).toString('hex'), count]);
  expect(told).deep.equals(order);
  expect(facet.recordCount).equals(having.length);
  expect(facet.distinctCount).equals(counts.size);
}

/**
 * Throws unless `result` is that of exactly these records, all of which was asked for. Where cosine
 * has next to no centroid, noise decides what is like it, and nothing is expected.
 */
export function expectAggregate(
  result: Aggregate,
  records: VectorRecord[],
  metric: Metric,
  facetLimit: number,
): void {
  expect(result.count).equals(records.length);
  for (const facet of result.facets) expectFacet(facet, facetLimit, records);
  if (records.length === 0) {
    const { centroid, similarity, contentLengths } = result;
    expect([centroid, similarity, contentLengths]).deep.equals([undefined, undefined, undefined]);
    return;
  }
  const lengths = records.map(({ content }) => [...content].length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const { contentLengths } = result;
  expect(contentLengths?.total).equals(total);
  expect(contentLengths?.mean).closeTo(total / lengths.length, 1e-9);
  expect([contentLengths?.min, contentLengths?.max]).deep.equals([
    Math.min(...lengths),
    Math.max(...lengths),
  ]);
  const centroid = centroidOf(metric, records);
  const scale = Math.max(1, ...records.map(({ embedding }) => lengthOf(embedding)));
  expect(result.centroid).lengthOf(centroid.length);
  const errors = centroid.map((value, i) => Math.abs(result.centroid![i]! - value));
  expect(Math.max(...errors), 'error of the centroid').most(tolerance * scale);
  if (metric === Metric.COSINE && lengthOf(centroid) < 1e-3) return;
  const scores = records.map(({ embedding }) => score(metric, embedding, centroid));
  const mean = scores.reduce((sum, value) => sum + value, 0) / scores.length;
  // A cosine is the more sensitive to the centroid the shorter that is: 1e-3 at least, see above.
  const near = tolerance * (metric === Metric.COSINE ? 1e3 : scale * scale);
  expect(result.similarity?.mean, 'mean').closeTo(mean, near);
  expect(result.similarity?.min, 'min').closeTo(Math.min(...scores), near);
  expect(result.similarity?.max, 'max').closeTo(Math.max(...scores), near);
}
