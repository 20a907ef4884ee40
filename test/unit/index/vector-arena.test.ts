import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import { limits } from '../../../src/limits.js';
import { setRow } from './vectors.js';

describe('VectorArena', () => {
  it('keeps the bits of every value, from an unaligned place', () => {
    const arena = new VectorArena(4, Metric.DOT);
    const values = [-0, 1e-45, 3.4028234663852886e38, Math.fround(0.1)];
    setRow(arena, 0, values);
    expect(Buffer.from(arena.row(0).slice().buffer)).to.deep.equal(
      Buffer.from(Float32Array.from(values).buffer),
    );
  });

  it('has chunks of a power of two of rows, of 8 MiB at most, at every dimension', () => {
    for (const dimension of [1, 3, 100, 384, 1_536, 40_000, limits.dimensionMax]) {
      const { rowsPerChunk } = new VectorArena(dimension, Metric.COSINE);
      expect(Math.log2(rowsPerChunk) % 1).to.equal(0);
      expect(rowsPerChunk * dimension * 4).to.be.at.most(8 * 1024 * 1024);
      expect(rowsPerChunk * 2 * dimension * 4).to.be.above(8 * 1024 * 1024);
      expect(rowsPerChunk % 32, 'whole words of a slot set').to.equal(0);
    }
  });

  it('keeps rows apart across growth and chunks', () => {
    const arena = new VectorArena(limits.dimensionMax, Metric.DOT);
    const rows = arena.rowsPerChunk + 2;
    const vector = new Float32Array(limits.dimensionMax);
    for (let slot = 0; slot < rows; slot++) setRow(arena, slot, vector.fill(slot + 1));
    for (let slot = 0; slot < rows; slot++) {
      expect(arena.row(slot)[0]).to.equal(slot + 1);
      expect(arena.row(slot).at(-1)).to.equal(slot + 1);
    }
    expect(arena.rowsFrom(arena.rowsPerChunk)).to.have.length(2 * limits.dimensionMax);
    expect(arena.rowsFrom(0).byteOffset + arena.rowsFrom(arena.rowsPerChunk).byteOffset).to.equal(
      0,
    );
  });

  it('takes little memory for few rows', () => {
    const arena = new VectorArena(8, Metric.DOT);
    setRow(arena, 0, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(arena.memoryBytes).to.be.below(8_192);
  });

  it('knows the norms of rows, also after an update', () => {
    const arena = new VectorArena(2, Metric.COSINE);
    setRow(arena, 0, [3, 4]);
    expect(arena.inverseNorm(0)).to.equal(1 / 5);
    setRow(arena, 0, [0, 2]);
    expect(arena.inverseNorm(0)).to.equal(1 / 2);
    expect(arena.normMax).to.equal(5);
  });

  it('keeps the row of a freed slot and no longer scans the last one', () => {
    const arena = new VectorArena(1, Metric.DOT);
    for (const slot of [0, 1, 2]) setRow(arena, slot, [slot + 1]);
    arena.free(1);
    expect(arena.rows).to.equal(3);
    expect(arena.row(1)[0]).to.equal(2);
    arena.free(2);
    expect(arena.rows).to.equal(2);
  });

  it('refuses bytes that end too early', () => {
    const arena = new VectorArena(2, Metric.DOT);
    expect(() => arena.set(0, new Uint8Array(8), 1)).to.throw(RangeError, 'ends behind its bytes');
    expect(arena.rows).to.equal(0);
  });

  it('releases everything when cleared', () => {
    const arena = new VectorArena(2, Metric.COSINE);
    setRow(arena, 100, [1, 2]);
    arena.clear();
    expect([arena.rows, arena.memoryBytes, arena.normMax]).to.deep.equal([0, 0, 0]);
    setRow(arena, 0, [1, 2]);
    expect([...arena.row(0)]).to.deep.equal([1, 2]);
  });
});
