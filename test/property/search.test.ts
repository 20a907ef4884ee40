/** An exact search is a brute-force search: over any history of writes, with duplicates and ties. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { Metric } from '../../src/gen/protovec/v1/collection.js';
import { HnswIndex } from '../../src/index/hnsw-index.js';
import { VectorArena } from '../../src/index/vector-arena.js';
import { type SearchOptions, search } from '../../src/search/search.js';
import { SlotSet } from '../../src/search/slot-set.js';
import { bruteForce, hnswConfig, metrics, setRow } from '../unit/index/vectors.js';

const dimension = 3;
const slotMax = 40;

// Few different values, so that many rows are equal and many scores tie.
const value = fc.oneof(
  fc.constantFrom(1, -1, 2, 0.5),
  fc.constantFrom(1e-20, 1e15),
  fc.float({ noNaN: true, min: -100, max: 100 }),
);
const vector = fc
  .array(value, { minLength: dimension, maxLength: dimension })
  .filter((values) => values.some((v) => Math.abs(v) > 1e-30));
type Step = 'build' | { slot: number; vector: number[] | undefined };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ slot: fc.nat(slotMax), vector }) },
  { weight: 2, arbitrary: fc.record({ slot: fc.nat(slotMax), vector: fc.constant(undefined) }) },
  { weight: 1, arbitrary: fc.constant('build' as const) },
);

/** Applies a history to a target and, independently, to a map. */
function apply(steps: readonly Step[], metric: Metric) {
  const arena = new VectorArena(dimension, metric);
  const index = new HnswIndex(arena, hnswConfig(), 1);
  const live = new SlotSet();
  const model = new Map<number, Float32Array>();
  for (const change of steps) {
    if (change === 'build') {
      index.buildSlice(1);
    } else if (change.vector === undefined) {
      if (!live.delete(change.slot)) continue;
      index.remove(change.slot);
      arena.free(change.slot);
      model.delete(change.slot);
    } else {
      setRow(arena, change.slot, change.vector);
      index.insert(change.slot);
      live.add(change.slot);
      model.set(change.slot, Float32Array.from(change.vector));
    }
  }
  return { target: { arena, index, live, metric, compareIds: byNumber }, model };
}

function byNumber(a: number, b: number): number {
  return a - b;
}

function expectBruteForce(
  steps: readonly Step[],
  query: Float32Array,
  metric: Metric,
  options: SearchOptions,
): void {
  const { target, model } = apply(steps, metric);
  const found = search(target, query, options);
  const best = bruteForce(model, query, metric);
  const expected = best.slice(0, options.limit);
  expect(found.slots).to.have.length(expected.length);
  const scores = new Map(best.map(({ slot, score }) => [slot, score]));
  for (const [i, slot] of found.slots.entries()) {
    const tolerance = 1e-12 * Math.max(1, Math.abs(expected[i].score));
    expect(found.scores[i], 'score of the place').to.be.closeTo(expected[i].score, tolerance);
    expect(found.scores[i], 'score of the slot').to.be.closeTo(scores.get(slot) ?? NaN, tolerance);
    if (i > 0 && found.scores[i] === found.scores[i - 1]) {
      expect(slot, 'ties by id').to.be.above(found.slots[i - 1]);
    }
    // Of equal rows, the ones with lesser ids come first.
    for (const [other, row] of model) {
      const equal = row.every((v, j) => v === model.get(slot)?.[j]);
      if (equal && other < slot) expect([...found.slots]).to.include(other);
    }
  }
}

describe('search over any history', () => {
  const history = fc.array(step, { maxLength: 120 });
  for (const [name, metric] of metrics) {
    it(`is a brute-force search when exact: ${name}`, () => {
      fc.assert(
        fc.property(history, vector, fc.integer({ min: 1, max: 60 }), (steps, query, limit) => {
          expectBruteForce(steps, Float32Array.from(query), metric, { limit, exact: true });
        }),
        { numRuns: 150 },
      );
    });

    it(`finds as many records as there are, by index: ${name}`, () => {
      fc.assert(
        fc.property(history, vector, fc.integer({ min: 1, max: 60 }), (steps, query, limit) => {
          const { target, model } = apply(steps, metric);
          const found = search(target, Float32Array.from(query), { limit, exact: false });
          expect(found.slots).to.have.length(Math.min(limit, model.size));
          expect(new Set(found.slots).size).to.equal(found.slots.length);
          for (const slot of found.slots) expect(model.has(slot)).to.equal(true);
        }),
        { numRuns: 150 },
      );
    });
  }
});
