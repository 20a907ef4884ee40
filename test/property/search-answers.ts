/** What every answer to a search has to be, whatever found it. */
import { expect } from 'chai';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import type { SearchResponse } from '../../src/gen/protovec/v1/search_service.js';
import { type Asked, compareBytes, type Found, type SearchModel } from './search-model.js';

/** Scores are sent as 32-bit floats, and may be computed in another order. */
const tolerance = 1e-6;

/** Paths of a mask and the fields of a decoded record. */
const fields = {
  content: 'content',
  title: 'title',
  file_path: 'filePath',
  extension: 'extension',
  embedding: 'embedding',
  metadata: 'metadata',
} as const;
const serverFields = { create_time: 'createTime', update_time: 'updateTime' } as const;

export function idsOf(response: SearchResponse): string[] {
  return response.results.map(({ record }) => record!.id);
}

/** Exactly the best records, with exactly these scores. For numbers without rounding. */
export function expectExactly(response: SearchResponse, expected: readonly Found[]): void {
  const found = response.results.map(({ record, similarityScore, distance }) => ({
    id: record!.id,
    score: similarityScore,
    distance,
  }));
  const rounded = expected.map(({ id, score, distance }) => ({
    id,
    score: Math.fround(score),
    distance: Math.fround(distance),
  }));
  expect(found).to.deep.equal(rounded);
}

/** The best records, where scores that differ by less than rounding may change places. */
export function expectNearly(
  response: SearchResponse,
  ranking: readonly Found[],
  limit: number,
): void {
  expect(response.results).to.have.length(Math.min(limit, ranking.length));
  response.results.forEach(({ record, similarityScore }, place) => {
    const { id, score } = ranking[place];
    expect(isNear(similarityScore, score), `${similarityScore}, not ${score}`).to.equal(true);
    const apart = [ranking[place - 1], ranking[place + 1]].every(
      (other) => other === undefined || !isNear(other.score, score),
    );
    if (apart) expect(record!.id).to.equal(id);
  });
}

/**
 * Best first, no record twice, each of them one that may be found, with its own score, above the
 * threshold, with the fields of the mask and no others; as many as the limit and the records allow.
 * `allowed`: the records that may be found, whatever the threshold.
 */
export function expectSound(
  response: SearchResponse,
  model: SearchModel,
  asked: Asked,
  allowed: readonly Found[],
  hitMask?: readonly string[],
): void {
  const ranking = new Map(allowed.map((found) => [found.id, found]));
  const ids = idsOf(response);
  expect(new Set(ids).size, 'no record twice').to.equal(ids.length);
  expect(ids.length).to.be.at.most(asked.limit);
  const { threshold = Number.NEGATIVE_INFINITY } = asked;
  response.results.forEach(({ record, similarityScore, distance }, place) => {
    const own = ranking.get(record!.id);
    if (own === undefined) throw new Error(`${record!.id} may not be found`);
    expect(isNear(similarityScore, own.score), `score of ${own.id}`).to.equal(true);
    expect(isNear(distance, own.distance), `distance of ${own.id}`).to.equal(true);
    expect(similarityScore).to.be.at.least(Math.fround(threshold));
    const next = response.results[place + 1];
    if (next !== undefined) expect(similarityScore).to.be.at.least(next.similarityScore);
    expectMasked(record!, model.records.get(record!.id)!, hitMask);
  });
  if (asked.threshold === undefined) {
    expect(ids.length, 'as many as there are').to.equal(Math.min(asked.limit, ranking.size));
  }
}

/** `id` always, the fields of the mask as they were written, and nothing else. */
function expectMasked(found: VectorRecord, written: VectorRecord, mask?: readonly string[]): void {
  const isIn = (path: string): boolean =>
    mask === undefined ? path !== 'embedding' : mask.includes('*') || mask.includes(path);
  const none = VectorRecord.create();
  for (const [path, name] of Object.entries(fields)) {
    const expected = (isIn(path) ? written : none)[name as 'content'];
    expect(found[name as 'content'], path).to.deep.equal(expected);
  }
  for (const [path, name] of Object.entries(serverFields)) {
    expect(found[name as 'createTime'] !== undefined, path).to.equal(isIn(path));
  }
  expect(found.revision > 0n, 'revision').to.equal(isIn('revision'));
}

/** The share of the best `limit` that was found; equal scores count, whatever their ids. */
export function recallOf(
  response: SearchResponse,
  ranking: readonly Found[],
  limit: number,
): number {
  const wanted = Math.min(limit, ranking.length);
  if (wanted === 0) return 1;
  const least = ranking[wanted - 1].score;
  const good = response.results.filter(
    ({ similarityScore }) => similarityScore > least || isNear(similarityScore, least),
  );
  return Math.min(good.length, wanted) / wanted;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Ties are in the order of ids. */
export function expectTiesInOrder(response: SearchResponse): void {
  response.results.forEach(({ record, similarityScore }, place) => {
    const next = response.results[place + 1];
    if (next === undefined || next.similarityScore !== similarityScore) return;
    expect(compareBytes(record!.id, next.record!.id), 'ties by id').to.be.below(0);
  });
}
