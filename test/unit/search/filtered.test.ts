import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { Quantization } from '../../../src/gen/protovec/v1/index.js';
import { FlatIndex } from '../../../src/index/flat-index.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import type { VectorIndex } from '../../../src/index/vector-index.js';
import { filteredCandidates } from '../../../src/search/filtered.js';
import { type SearchTarget, search } from '../../../src/search/search.js';
import { SlotSet } from '../../../src/search/slot-set.js';
import { clustered, hnswConfig, metrics, random, setRow } from '../index/vectors.js';

const dimension = 16;
const linked = 12_000;
const limit = 10;
// Graphs are built by threads, none the same: fewer queries tell as much of chance as of recall.
const queries = clustered(200, dimension, 71);

/** `waiting` rows after those that are in the graph; ids are in the order of slots. */
function targetOf(
  metric: Metric,
  rows: readonly Float32Array[],
  waiting = 0,
  quantization = Quantization.BF16,
): SearchTarget {
  const arena = new VectorArena(dimension, metric);
  const index = new HnswIndex(arena, hnswConfig({ quantization }));
  const live = new SlotSet();
  for (const [slot, row] of rows.entries()) {
    setRow(arena, slot, row);
    live.add(slot);
    index.insert(slot);
    if (slot === rows.length - waiting - 1) while (index.buildSlice(100));
  }
  return { arena, index, live, metric, compareIds: (a, b) => a - b };
}

function setOf(target: SearchTarget, matches: (slot: number) => boolean): SlotSet {
  const set = new SlotSet();
  target.live.forEach((slot) => {
    if (matches(slot)) set.add(slot);
  });
  return set;
}

/** Share of the best matches that is found, and how; each answer is of matches, and complete. */
function judge(target: SearchTarget, filter?: SlotSet, efSearch?: number, asked = queries) {
  const matches = filter ?? target.live;
  let found = 0;
  let wanted = 0;
  const methods = new Set<string>();
  for (const query of asked) {
    const best = search(target, query, { limit, exact: true, matches });
    const options = { limit, exact: false, matches: filter, efSearch };
    const { slots, scores, method } = search(target, query, options);
    expect(slots).to.have.length(Math.min(limit, matches.count));
    for (const slot of slots) expect(matches.has(slot)).to.equal(true);
    const least = best.scores.at(-1) ?? 0;
    found += scores.filter((score) => score >= least - 1e-6).length;
    wanted += best.slots.length;
    methods.add(method);
  }
  return { recall: wanted === 0 ? 1 : found / wanted, methods: [...methods].sort() };
}

/** 98 % of the recall without a filter. */
function leastRecall(target: SearchTarget, efSearch?: number, asked = queries): number {
  return 0.98 * judge(target, undefined, efSearch, asked).recall;
}

describe('a search with a filter', () => {
  const rows = clustered(linked, dimension, 70);
  const next = random(72);
  const spread = rows.map(() => next() + 0.5);

  for (const [name, metric] of metrics) {
    it(`has at least 98 % of the recall without a filter, however many match: ${name}`, () => {
      const target = targetOf(metric, rows);
      const least = leastRecall(target);
      const methods: Record<string, string[]> = {};
      for (const share of [0, 1 / linked, limit / linked, 0.001, 0.01, 0.1, 0.5, 0.99, 1]) {
        const matches = setOf(target, (slot) => spread[slot] <= share);
        const judged = judge(target, matches);
        expect(judged.recall, `share ${share}`).to.be.at.least(least);
        methods[share] = judged.methods;
      }
      expect([methods[0.001], methods[0.5], methods[1]]).to.deep.equal([
        ['exact'],
        ['index'],
        ['index'],
      ]);
    });
  }

  it('does so when those match that are near to the query, or far from it, or both', () => {
    const target = targetOf(Metric.COSINE, rows);
    const least = leastRecall(target);
    const [centre] = queries;
    const near = new Set(search(target, centre, { limit: 3_000, exact: true }).slots);
    const few = (slot: number) => spread[slot] < 0.02;
    for (const matches of [
      setOf(target, (slot) => near.has(slot)),
      setOf(target, (slot) => !near.has(slot)),
      setOf(target, (slot) => !near.has(slot) || few(slot)),
      setOf(target, (slot) => near.has(slot) || few(slot)),
    ]) {
      expect(judge(target, matches).recall).to.be.at.least(least);
    }
  });

  it('is not led astray by matches that wait for the graph, be they near or far', () => {
    for (const sign of [1, -1]) {
      const [centre] = queries;
      const waiting = clustered(1_500, dimension, 73).map((row) =>
        row.map((value, i) => 0.3 * value + sign * centre[i]),
      );
      const target = targetOf(Metric.COSINE, [...rows, ...waiting], waiting.length);
      const around = clustered(25, dimension, 74).map((row) =>
        row.map((value, i) => 0.2 * value + centre[i]),
      );
      const least = leastRecall(target, undefined, around);
      for (const share of [0.01, 0.2, 0.8]) {
        const matches = setOf(target, (slot) => slot >= linked || spread[slot] < share);
        const { recall } = judge(target, matches, undefined, around);
        expect(recall, `${sign}, ${share}`).to.be.at.least(least);
      }
    }
  });

  it('does so with 8-bit graphs, other numbers of candidates, and after deletes', () => {
    const target = targetOf(Metric.COSINE, rows, 0, Quantization.I8);
    for (let slot = 0; slot < linked; slot += 3) {
      target.live.delete(slot);
      target.index.remove(slot);
    }
    for (const share of [0.1, 0.5, 0.99]) {
      const matches = setOf(target, (slot) => spread[slot] < share);
      for (const efSearch of [undefined, 200]) {
        const { recall } = judge(target, matches, efSearch);
        expect(recall).to.be.at.least(leastRecall(target, efSearch));
      }
    }
  });

  it('leaves out what is excluded or below the threshold', () => {
    const target = targetOf(Metric.COSINE, rows);
    const matches = setOf(target, (slot) => spread[slot] < 0.5);
    const options = { limit, exact: false, matches };
    const [first, ...others] = search(target, queries[0], options).slots;
    const without = search(target, queries[0], { ...options, exclude: first });
    expect(without.method).to.equal('index');
    expect([...without.slots].slice(0, limit - 1)).to.deep.equal(others);
    expect(without.slots).to.have.length(limit);
    const { scores } = without;
    const above = search(target, queries[0], { ...options, threshold: scores[3] });
    expect([...above.slots]).to.deep.equal([first, ...others.slice(0, 4)]);
  });

  it('finds as many as are asked for when that is more than the candidates of a search', () => {
    const target = targetOf(Metric.EUCLIDEAN, rows);
    const matches = setOf(target, (slot) => spread[slot] < 0.9);
    const options = { limit: 500, exact: false, matches };
    expect(search(target, queries[0], options).slots).to.have.length(500);
  });

  it('asks the graph for more when too few match, until that costs more than to compare', () => {
    const asked: number[] = [];
    const lame: VectorIndex = Object.create(new FlatIndex(), {
      efSearch: { value: 100 },
      indexedCount: { value: 100_000 },
      linked: {
        value: (_: Float32Array, count: number) => {
          asked.push(count);
          return Uint32Array.of(6, 7, 8);
        },
      },
    });
    const matches = new SlotSet();
    for (let slot = 0; slot < 100_000; slot += 2) matches.add(slot);
    const probe = { probe: Float32Array.of(1), asked: 10 };
    expect(filteredCandidates(lame, probe, matches, 100_000)).to.equal(undefined);
    expect(asked).to.deep.equal([140, 1_120]);
    const found = filteredCandidates(lame, { ...probe, asked: 1 }, matches, 100_000);
    expect([...(found ?? [])]).to.deep.equal([6, 8]);
  });
});
