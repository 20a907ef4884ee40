import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { FlatIndex } from '../../../src/index/flat-index.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import type { VectorIndex } from '../../../src/index/vector-index.js';
import { type SearchTarget, search } from '../../../src/search/search.js';
import { SlotSet } from '../../../src/search/slot-set.js';
import { bruteForce, clustered, hnswConfig, metrics, setRow } from '../index/vectors.js';

type Rows = ArrayLike<number>[];

/** Ids are in the order of slots. */
function targetOf(rows: Rows, metric: Metric, make?: (arena: VectorArena) => VectorIndex) {
  const arena = new VectorArena(rows[0].length, metric);
  const index = make?.(arena) ?? new HnswIndex(arena, hnswConfig());
  const live = new SlotSet();
  for (const [slot, row] of rows.entries()) {
    setRow(arena, slot, row);
    live.add(slot);
    index.insert(slot);
  }
  return { arena, index, live, metric, compareIds: (a: number, b: number) => a - b };
}

function setOf(...slots: number[]): SlotSet {
  const set = new SlotSet();
  for (const slot of slots) set.add(slot);
  return set;
}

function remove(target: SearchTarget, slot: number): void {
  target.live.delete(slot);
  target.index.remove(slot);
}

describe('search', () => {
  const axes = [
    [3, 0],
    [0, 2],
    [-1, 0],
    [4, 4],
  ];
  const query = Float32Array.of(1, 0);
  const all = { limit: 10, exact: false };

  for (const [metric, slots, scores, distances] of [
    [Metric.COSINE, [0, 3, 1, 2], [1, Math.SQRT1_2, 0, -1], [0, 1 - Math.SQRT1_2, 1, 2]],
    [Metric.DOT, [3, 0, 1, 2], [4, 3, 0, -1], [-4, -3, 0, 1]],
    [Metric.EUCLIDEAN, [0, 2, 1, 3], [-2, -2, -Math.sqrt(5), -5], [2, 2, Math.sqrt(5), 5]],
  ] as const) {
    it(`scores and orders under ${Metric[metric]}`, () => {
      const found = search(targetOf(axes, metric), query, all);
      expect([...found.slots]).to.deep.equal(slots);
      for (const [i, score] of scores.entries()) {
        expect(found.scores[i]).to.be.closeTo(score, 1e-12);
        expect(found.distances[i]).to.be.closeTo(distances[i], 1e-12);
        expect(Object.is(found.distances[i], -0)).to.equal(false);
      }
    });
  }

  it('puts ties in the order of ids, at the limit too', () => {
    const target = targetOf(Array(50).fill([1, 1]), Metric.COSINE);
    const compareIds = (a: number, b: number) => b - a;
    for (const exact of [true, false]) {
      const found = search({ ...target, compareIds }, query, { limit: 3, exact });
      expect(found.slots).to.have.length(3);
      if (exact) expect([...found.slots]).to.deep.equal([49, 48, 47]);
    }
  });

  it('keeps cosines inside -1 and 1', () => {
    const row = Float32Array.of(0.1, 0.7, 0.3);
    const target = targetOf([row, row.map((value) => -value)], Metric.COSINE);
    const { scores, distances } = search(target, row, all);
    expect([...scores]).to.deep.equal([1, -1]);
    expect([...distances]).to.deep.equal([0, 2]);
  });

  it('leaves out what is below the threshold and what is excluded', () => {
    const target = targetOf(axes, Metric.DOT);
    for (const exact of [true, false]) {
      expect([...search(target, query, { limit: 9, exact, threshold: 0 }).slots]).to.deep.equal([
        3, 0, 1,
      ]);
      expect([...search(target, query, { limit: 9, exact, threshold: 5 }).slots]).to.deep.equal([]);
      expect([...search(target, query, { limit: 1, exact, exclude: 3 }).slots]).to.deep.equal([0]);
      expect([...search(target, query, { limit: 1, exact, exclude: 99 }).slots]).to.deep.equal([3]);
    }
  });

  it('returns matches only, scanned exactly', () => {
    const target = targetOf(axes, Metric.DOT);
    const found = search(target, query, { ...all, matches: setOf(0, 2) });
    expect([...found.slots]).to.deep.equal([0, 2]);
    expect([found.method, found.candidateCount]).to.deep.equal(['exact', 2]);
    const most = search(target, query, { ...all, matches: setOf(0, 1, 2), exclude: 1 });
    expect([...most.slots]).to.deep.equal([0, 2]);
    expect(search(target, query, { ...all, matches: setOf() }).slots).to.have.length(0);
  });

  it('says how it searched and how many records it considered', () => {
    const rows = clustered(400, 6, 41);
    const target = targetOf(rows, Metric.COSINE);
    while (target.index.buildSlice(50));
    const probe = clustered(1, 6, 42)[0];
    const ofIndex = search(target, probe, { limit: 5, exact: false, efSearch: 32 });
    expect([ofIndex.method, ofIndex.candidateCount]).to.deep.equal(['index', 32]);
    const ofScan = search(target, probe, { limit: 5, exact: true });
    expect([ofScan.method, ofScan.candidateCount]).to.deep.equal(['exact', 400]);
    const flat = targetOf(rows, Metric.COSINE, () => new FlatIndex());
    expect(search(flat, probe, { limit: 5, exact: false }).method).to.equal('exact');
  });

  it('scans when the index finds too few', () => {
    const lame: VectorIndex = Object.assign(new FlatIndex(), {
      candidatesMany: (queries: readonly Float32Array[]) => queries.map(() => Uint32Array.of(1)),
    });
    const target = targetOf(axes, Metric.DOT, () => lame);
    expect(search(target, query, { limit: 1, exact: false }).method).to.equal('index');
    const found = search(target, query, { limit: 3, exact: false });
    expect([...found.slots]).to.deep.equal([3, 0, 1]);
    expect(found.method).to.equal('exact');
  });

  it('finds nothing in an empty collection', () => {
    const target = targetOf([[1, 1]], Metric.COSINE);
    remove(target, 0);
    for (const exact of [true, false]) {
      expect(search(target, query, { limit: 10, exact }).slots).to.have.length(0);
    }
  });

  it('refuses a query of another dimension', () => {
    const target = targetOf(axes, Metric.DOT);
    expect(() => search(target, Float32Array.of(1), all)).to.throw('another dimension');
  });

  it('searches from a view into a larger buffer', () => {
    const view = Float32Array.of(9, 9, 1, 0).subarray(2);
    for (const [, metric] of metrics) {
      const target = targetOf(axes, metric);
      for (const exact of [true, false]) {
        expect([...search(target, view, { limit: 10, exact }).scores]).to.deep.equal([
          ...search(target, query, { limit: 10, exact }).scores,
        ]);
      }
    }
  });

  for (const [name, metric] of metrics) {
    it(`answers from the index as from a scan, for at least 95 %: ${name}`, () => {
      const rows = clustered(2_000, 16, 43);
      const target = targetOf(rows, metric);
      while (target.index.buildSlice(50));
      const model = new Map<number, ArrayLike<number>>(rows.entries());
      for (let slot = 0; slot < 2_000; slot += 4) {
        remove(target, slot);
        model.delete(slot);
      }
      let hits = 0;
      const queries = clustered(30, 16, 44);
      for (const probe of queries) {
        const found = search(target, probe, { limit: 10, exact: false });
        expect(found.method).to.equal('index');
        const least = bruteForce(model, probe, metric)[9].score - 1e-9;
        hits += found.scores.filter((score) => score >= least).length;
      }
      expect(hits / (queries.length * 10)).to.be.at.least(0.95);
    });
  }
});
