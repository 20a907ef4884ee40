import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import { scanAll } from '../../../src/search/exact.js';
import { norm } from '../../../src/search/score.js';
import { SlotSet } from '../../../src/search/slot-set.js';
import { bruteForce, clustered, metrics, setRow } from '../index/vectors.js';

/** 64 rows per chunk. */
const dimension = 32_768;

/** Zeros behind a few values change no distance. */
function wide(head: Float32Array): Float32Array {
  const vector = new Float32Array(dimension);
  vector.set(head);
  return vector;
}

describe('scanAll', () => {
  const heads = clustered(200, 12, 31);
  const query = clustered(1, 12, 32)[0];

  for (const [name, metric] of metrics) {
    it(`returns the best of the mask from every chunk, however many rows are dead: ${name}`, () => {
      const arena = new VectorArena(dimension, metric);
      for (const [slot, vector] of heads.entries()) setRow(arena, slot, wide(vector));
      expect(arena.rowsPerChunk).to.equal(64);
      for (const kept of [1, 2, 7, 40]) {
        const mask = new SlotSet();
        const model = new Map<number, Float32Array>();
        for (let slot = 0; slot < 200; slot += kept) {
          mask.add(slot);
          model.set(slot, heads[slot]);
        }
        for (const count of [1, 10, 100, 1_000]) {
          const found = new Set(scanAll(arena, mask, wide(query), norm(query), count));
          const best = bruteForce(model, query, metric).slice(0, count);
          for (const { slot } of best) expect(found.has(slot), `${kept} ${count}`).to.equal(true);
          for (const slot of found) expect(mask.has(slot)).to.equal(true);
        }
      }
    });

    it(`returns all of the ties: ${name}`, () => {
      const arena = new VectorArena(2, metric);
      const mask = new SlotSet();
      for (let slot = 0; slot < 500; slot++) {
        setRow(arena, slot, slot % 2 === 0 ? [1, 2] : [-1, slot]);
        mask.add(slot);
      }
      const nearest = scanAll(arena, mask, Float32Array.of(1, 2), Math.sqrt(5), 3);
      const best = bruteForce(
        new Map([...Array(500).keys()].map((slot) => [slot, arena.row(slot)])),
        [1, 2],
        metric,
      );
      const ties = best.filter(({ score }) => score === best[0].score);
      for (const { slot } of ties) expect([...nearest]).to.include(slot);
    });
  }

  it('finds nothing in an empty arena or mask', () => {
    const arena = new VectorArena(2, Metric.COSINE);
    const query = Float32Array.of(1, 0);
    expect(scanAll(arena, new SlotSet(), query, 1, 5)).to.have.length(0);
    setRow(arena, 0, [1, 1]);
    expect(scanAll(arena, new SlotSet(), query, 1, 5)).to.have.length(0);
  });
});
