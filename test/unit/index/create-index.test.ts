import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { IndexKind } from '../../../src/gen/protovec/v1/index.js';
import { createIndex } from '../../../src/index/create-index.js';
import { FlatIndex } from '../../../src/index/flat-index.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import { hnswConfig, setRow } from './vectors.js';

describe('createIndex', () => {
  for (const kind of [IndexKind.HNSW, IndexKind.FLAT]) {
    it(`makes an index that counts its records: ${IndexKind[kind]}`, () => {
      const arena = new VectorArena(1, Metric.DOT);
      const index = createIndex(arena, hnswConfig({ kind }));
      expect(index).to.be.instanceOf(kind === IndexKind.FLAT ? FlatIndex : HnswIndex);
      for (const slot of [0, 900, 900]) {
        setRow(arena, slot, [1]);
        index.insert(slot);
      }
      expect(index.indexedCount + index.pendingCount).to.equal(2);
      while (index.buildSlice(10));
      for (const slot of [900, 900, 12_345]) index.remove(slot);
      expect([index.indexedCount, index.pendingCount, index.fullness]).to.deep.equal([1, 0, 0]);
    });
  }

  it('offers no candidates of a flat index', () => {
    expect(new FlatIndex().candidates()).to.equal(undefined);
  });
});
