import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { Quantization } from '../../../src/gen/protovec/v1/index.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { noKey } from '../../../src/index/key-table.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import { bruteForce, clustered, hnswConfig, metrics, scoreOf, setRow } from './vectors.js';

function build(index: HnswIndex): void {
  while (index.buildSlice(50));
}

function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

/** The share of the best ten scores that the candidates contain. */
function recall(
  index: HnswIndex,
  model: Map<number, Float32Array>,
  queries: Float32Array[],
  metric: Metric,
): number {
  let hits = 0;
  for (const query of queries) {
    const probe = metric === Metric.COSINE ? unit(query) : query;
    const least = bruteForce(model, query, metric)[9].score - 1e-9;
    const scores = [...index.candidates(probe, 10)].map((slot) =>
      scoreOf(model.get(slot) ?? new Float32Array(query.length).fill(Number.NaN), query, metric),
    );
    hits += Math.min(10, scores.filter((score) => score >= least).length);
  }
  return hits / (queries.length * 10);
}

describe('HnswIndex', () => {
  const dimension = 24;
  const vectors = clustered(1_500, dimension, 11);
  const queries = clustered(30, dimension, 12);

  for (const [name, metric] of metrics) {
    it(`finds most of the nearest, half of the rows in the graph and half pending: ${name}`, () => {
      const arena = new VectorArena(dimension, metric);
      const index = new HnswIndex(arena, hnswConfig());
      const model = new Map<number, Float32Array>();
      for (const [slot, vector] of vectors.entries()) {
        setRow(arena, slot, vector);
        index.insert(slot);
        model.set(slot, vector);
        if (slot === 749) build(index);
      }
      expect([index.indexedCount, index.pendingCount]).to.deep.equal([750, 750]);
      expect(recall(index, model, queries, metric)).to.be.at.least(0.95);
      build(index);
      expect([index.indexedCount, index.pendingCount]).to.deep.equal([1_500, 0]);
      expect(recall(index, model, queries, metric)).to.be.at.least(0.95);
    });
  }

  it('finds most of the nearest after every row was updated and a third removed', () => {
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig());
    const model = new Map<number, Float32Array>();
    for (let round = 0; round < 2; round++) {
      for (const [i, vector] of vectors.entries()) {
        const slot = round === 0 ? i : (i * 7) % 1_500;
        setRow(arena, slot, vector);
        index.insert(slot);
        model.set(slot, vector);
        if (i % 400 === 0) build(index);
      }
    }
    build(index);
    for (let slot = 0; slot < 1_500; slot += 3) {
      index.remove(slot);
      model.delete(slot);
    }
    expect([index.indexedCount, index.tombstoneCount]).to.deep.equal([1_000, 500]);
    for (const query of queries) {
      const found = index.candidates(unit(query), 10);
      expect(new Set(found).size).to.equal(found.length);
      for (const slot of found) expect(slot % 3).to.not.equal(0);
    }
    expect(recall(index, model, queries, Metric.COSINE)).to.be.at.least(0.95);
  });

  it('finds a changed row at its new place only, before and after it is built', () => {
    const arena = new VectorArena(2, Metric.EUCLIDEAN);
    const index = new HnswIndex(arena, hnswConfig());
    for (let slot = 0; slot < 100; slot++) {
      setRow(arena, slot, [slot, 0]);
      index.insert(slot);
    }
    build(index);
    setRow(arena, 3, [1_000, 1_000]);
    index.insert(3);
    for (const step of ['pending', 'built']) {
      const far = index.candidates(Float32Array.of(1_000, 1_000), 1, 1);
      expect([...far], step).to.include(3);
      expect(
        [...index.candidates(Float32Array.of(3, 0), 99, 99)].filter((s) => s === 3),
      ).to.have.length.at.most(1);
      build(index);
    }
    expect(index.indexedCount).to.equal(100);
  });

  for (const quantization of [
    Quantization.F32,
    Quantization.F16,
    Quantization.BF16,
    Quantization.I8,
  ]) {
    it(`works under cosine with ${Quantization[quantization]} and rows of any magnitude`, () => {
      const arena = new VectorArena(dimension, Metric.COSINE);
      const index = new HnswIndex(arena, hnswConfig({ quantization }));
      const model = new Map<number, Float32Array>();
      for (const [slot, vector] of vectors.slice(0, 600).entries()) {
        const row = vector.map((value) => value * 10 ** ((slot % 30) - 10));
        setRow(arena, slot, row);
        index.insert(slot);
        model.set(slot, row);
      }
      build(index);
      expect(recall(index, model, queries, Metric.COSINE)).to.be.at.least(0.95);
    });
  }

  it('asks the graph for as many candidates as ef, and never for fewer than the limit', () => {
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig({ efSearch: 40 }));
    for (const [slot, vector] of vectors.slice(0, 200).entries()) {
      setRow(arena, slot, vector);
      index.insert(slot);
    }
    build(index);
    const query = unit(queries[0]);
    expect(index.candidates(query, 10)).to.have.length(40);
    expect(index.candidates(query, 10, 20)).to.have.length(20);
    expect(index.candidates(query, 90, 20)).to.have.length(90);
    // A graph may have nodes that no path leads to.
    expect(index.candidates(query, 5_000, 20)).to.have.length.within(190, 200);
  });

  it('starts a new graph when its last row leaves', () => {
    const arena = new VectorArena(2, Metric.DOT);
    const index = new HnswIndex(arena, hnswConfig());
    const query = Float32Array.of(1, 1);
    for (let round = 0; round < 2; round++) {
      for (const slot of [0, 1, 2]) {
        setRow(arena, slot, [slot + 1, 1]);
        index.insert(slot);
      }
      build(index);
      setRow(arena, 5, [9, 9]);
      index.insert(5);
      for (const slot of [0, 1, 2, 5, 77]) index.remove(slot);
      expect([index.indexedCount, index.pendingCount, index.tombstoneCount]).to.deep.equal([
        0, 0, 0,
      ]);
      expect(index.candidates(query, 10)).to.have.length(0);
      expect(index.graphKey(0)).to.equal(noKey);
    }
  });

  it('takes rows straight from the arena, and others wait beside them', () => {
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig());
    const model = new Map<number, Float32Array>();
    for (const [slot, vector] of vectors.entries()) {
      setRow(arena, slot, vector);
      model.set(slot, vector);
    }
    for (let slot = 1_200; slot < 1_500; slot++) index.insert(slot);
    let next = 0;
    while (next < 1_200) {
      index.linkSlice(2, (count) => {
        const end = Math.min(next + count, 1_200);
        const slots = Uint32Array.from({ length: end - next }, (_, i) => next + i);
        next = end;
        return slots;
      });
    }
    expect([index.indexedCount, index.pendingCount]).to.deep.equal([1_200, 300]);
    expect(recall(index, model, queries, Metric.COSINE)).to.be.at.least(0.95);
    expect(index.buildSlice(1)).to.equal(true);
    build(index);
    expect([index.indexedCount, index.pendingCount]).to.deep.equal([1_500, 0]);
    index.linkSlice(2, () => new Uint32Array(0));
    expect(index.indexedCount).to.equal(1_500);
  });

  it('uses the nodes of removed rows again, and counts those that it does not', () => {
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig());
    const fill = (from: number, to: number): void => {
      for (let slot = from; slot < to; slot++) {
        setRow(arena, slot, vectors[slot]);
        index.insert(slot);
      }
      build(index);
    };
    fill(0, 500);
    for (let slot = 0; slot < 300; slot++) index.remove(slot);
    expect(index.tombstoneCount).to.equal(300);
    fill(600, 700);
    expect(index.tombstoneCount).to.equal(200);
    const { memoryBytes } = index;
    fill(700, 900);
    expect([index.tombstoneCount, index.indexedCount]).to.deep.equal([0, 500]);
    expect(index.memoryBytes).to.be.within(memoryBytes, memoryBytes * 1.2);
  });

  it('takes another ef_search and keeps its graph', () => {
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig({ efSearch: 40 }));
    for (const [slot, vector] of vectors.slice(0, 200).entries()) {
      setRow(arena, slot, vector);
      index.insert(slot);
    }
    build(index);
    index.searchWith(70);
    expect(index.candidates(unit(queries[0]), 10)).to.have.length(70);
    expect(index.config).to.deep.equal(hnswConfig({ efSearch: 70 }));
  });

  it('builds in slices of about the time that was given', () => {
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig(), 1);
    for (const [slot, vector] of vectors.entries()) {
      setRow(arena, slot, vector);
      index.insert(slot);
    }
    let slices = 0;
    do slices++;
    while (index.buildSlice(2));
    expect(index.indexedCount).to.equal(1_500);
    expect(slices).to.be.within(3, 1_500);
    expect(index.buildSlice(2)).to.equal(false);
  });
});

describe('HnswIndex on several threads', () => {
  it('goes on when the graph outgrows what it was made for, in slices of any size', function () {
    this.timeout(60_000);
    const dimension = 4;
    const vectors = clustered(5_000, dimension, 21);
    const arena = new VectorArena(dimension, Metric.COSINE);
    const index = new HnswIndex(arena, hnswConfig(), 2);
    for (const [slot, vector] of vectors.entries()) {
      setRow(arena, slot, vector);
      index.insert(slot);
      if (slot % 50 === 0) index.buildSlice(1);
    }
    build(index);
    expect([index.indexedCount, index.pendingCount]).to.deep.equal([5_000, 0]);
  });
});
