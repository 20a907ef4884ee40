/** Compares searches through the index of a collection with its records. */
import { expect } from 'chai';
import type { Collection } from '../../src/collection/collection.js';
import { HnswIndex } from '../../src/index/hnsw-index.js';
import { noKey } from '../../src/index/key-table.js';
import { search } from '../../src/search/search.js';
import { readAll } from './collection.js';

/** Share of the rows of a graph that its searches may miss: no path may lead to them. */
const MISSED_MAX = 0.02;

/**
 * Every record is found by its own vector, and nothing else that is not there; a graph may miss very
 * few, but never one that waits for it. Under cosine; vectors differ in direction.
 */
export function expectEveryRecord(collection: Collection, what = ''): void {
  const { state } = collection;
  const { index } = state;
  const records = readAll(collection);
  let missed = 0;
  for (const [id, { embedding }] of records) {
    const query = Float32Array.from(embedding);
    const { slots, scores } = search(state.searchTarget, query, { limit: 3, exact: false });
    for (const slot of slots) expect(records.has(state.ids.text(slot)), what).to.equal(true);
    expect(new Set(slots).size, what).to.equal(slots.length);
    if (state.ids.text(slots[0]) === id) {
      expect(scores[0], `${what} ${id}`).to.be.closeTo(1, 1e-6);
    } else {
      const linked = index instanceof HnswIndex && index.graphKey(state.ids.findText(id)) !== noKey;
      expect(linked, `${what} ${id} is not found and in no graph`).to.equal(true);
      missed += 1;
    }
  }
  expect(missed, `${what} missed`).to.be.at.most(Math.ceil(records.size * MISSED_MAX));
}
