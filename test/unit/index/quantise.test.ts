import { expect } from 'chai';
import { randomOf } from '../../../bench/support/random.js';
import { quantise, quantiseRows } from '../../../src/index/quantise.js';

describe('quantise', () => {
  it('uses the whole range, whatever the scale of the row', () => {
    for (const scale of [1e-30, 1, 1e30]) {
      const row = Float32Array.of(1 * scale, -0.5 * scale, 0, 0.25 * scale);
      const target = new Int8Array(6);
      quantise(row, target, 1);
      expect([...target]).to.deep.equal([0, 127, -63, 0, 32, 0]);
    }
    const negative = new Int8Array(2);
    quantise(Float32Array.of(-4, 2), negative, 0);
    expect([...negative]).to.deep.equal([-127, 64]);
  });

  it('keeps the cosine of two rows at many dimensions', () => {
    const dimension = 1536;
    const random = randomOf(7);
    const rows = Float32Array.from({ length: 20 * dimension }, () => random() - 0.5);
    const quantised = quantiseRows(rows, dimension);
    for (let i = 1; i < 20; i++) {
      const exact = cosine(rows, 0, i * dimension, dimension);
      expect(cosine(quantised, 0, i * dimension, dimension)).to.be.closeTo(exact, 0.002);
    }
  });
});

function cosine(rows: ArrayLike<number>, a: number, b: number, dimension: number): number {
  let product = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < dimension; i++) {
    product += rows[a + i] * rows[b + i];
    first += rows[a + i] ** 2;
    second += rows[b + i] ** 2;
  }
  return product / Math.sqrt(first * second);
}
