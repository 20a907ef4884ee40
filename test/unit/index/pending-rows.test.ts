import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { PendingRows, pendingFullness } from '../../../src/index/pending-rows.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import { limits } from '../../../src/limits.js';
import { bruteForce, metrics, random, setRow } from './vectors.js';

/** Few rows per chunk, so that small tests cross chunks. */
const dimension = 8_192;

/** Zeros behind a few values change no distance. */
function wide(head: Float32Array): Float32Array {
  const vector = new Float32Array(dimension);
  vector.set(head);
  return vector;
}

describe('PendingRows', () => {
  for (const [name, metric] of metrics) {
    it(`finds the nearest through puts, updates and deletes over several chunks: ${name}`, () => {
      const next = random(5);
      const arena = new VectorArena(dimension, metric);
      const pending = new PendingRows(arena);
      const model = new Map<number, Float32Array>();
      for (let step = 0; step < 900; step++) {
        const slot = Math.floor((next() + 0.5) * 600);
        if (next() > 0.2) {
          pending.delete(slot);
          model.delete(slot);
        } else {
          const head = Float32Array.from({ length: 9 }, next);
          setRow(arena, slot, wide(head));
          pending.put(slot);
          model.set(slot, head);
        }
      }
      expect(pending.count).to.equal(model.size);
      expect(pending.count).to.be.above(300);
      for (let slot = 0; slot < 600; slot++) expect(pending.has(slot)).to.equal(model.has(slot));
      const query = Float32Array.from({ length: 9 }, next);
      const found = new Set(pending.nearest(wide(query), 5));
      expect([...found].every((slot) => model.has(slot))).to.equal(true);
      for (const { slot } of bruteForce(model, query, metric).slice(0, 5)) {
        expect(found.has(slot), `slot ${slot}`).to.equal(true);
      }
    });
  }

  it('returns all rows when more are asked for', () => {
    const arena = new VectorArena(2, Metric.COSINE);
    const pending = new PendingRows(arena);
    for (const slot of [4, 9, 7]) {
      setRow(arena, slot, [slot, 1]);
      pending.put(slot);
    }
    expect([...pending.nearest(Float32Array.of(1, 0), 1_000)].sort()).to.deep.equal([4, 7, 9]);
  });

  it('quantises rows of any magnitude', () => {
    const arena = new VectorArena(2, Metric.COSINE);
    const pending = new PendingRows(arena);
    for (let slot = 0; slot < 100; slot++) {
      setRow(arena, slot, slot === 50 ? [1e-45, 1e-45] : [1e38, -1e38 * (slot + 1)]);
      pending.put(slot);
    }
    expect([...pending.nearest(Float32Array.of(0.7, 0.7), 1)]).to.include(50);
  });

  it('gives rows from the end and forgets them when they are dropped', () => {
    const arena = new VectorArena(1, Metric.DOT);
    const pending = new PendingRows(arena);
    for (const slot of [3, 1, 2]) {
      setRow(arena, slot, [slot]);
      pending.put(slot);
    }
    expect([...pending.tail(2)]).to.deep.equal([1, 2]);
    pending.dropTail(2);
    expect([pending.has(1), pending.has(2), pending.has(3), pending.count]).to.deep.equal([
      false,
      false,
      true,
      1,
    ]);
    expect([...pending.tail(9)]).to.deep.equal([3]);
  });

  it('is full at the limit of rows', () => {
    const arena = new VectorArena(1, Metric.DOT);
    const pending = new PendingRows(arena);
    const row = new Uint8Array(4);
    for (let slot = 0; slot < limits.pendingRowsMax; slot++) {
      if (pending.fullness >= 1) throw new Error(`full with ${slot} rows`);
      arena.set(slot, row, 0);
      pending.put(slot);
    }
    expect(pending.fullness).to.be.at.least(1);
    pending.delete(0);
    expect(pending.fullness).to.be.below(1);
    expect(pendingFullness(pending.count, arena)).to.equal(pending.fullness);
    expect(pending.memoryBytes).to.be.at.least(limits.pendingRowsMax * (4 + 8));
  });
});
