import { expect } from 'chai';
import { checkRows, holdOut } from '../../../bench/data/source.js';

describe('holding queries out', () => {
  // 50 rows, each of them twice.
  const rows = Float32Array.from(
    { length: 200 },
    (_, i) => Math.floor((i % 100) / 2) + 1 + (i % 2),
  );
  const texts = Array.from({ length: 100 }, (_, i) => `text ${i}`);
  const distinct = Float32Array.from({ length: 200 }, (_, i) => i + 1);

  it('keeps back as many rows as asked for, and no row is lost', () => {
    const split = holdOut({ dimension: 2, rows: distinct, texts }, 10, 1);
    expect(split.queries).to.have.length(20);
    expect(split.rows).to.have.length(180);
    const all = [...split.rows, ...split.queries].sort((a, b) => a - b);
    expect(all).to.deep.equal([...distinct]);
    const first = split.rows[0];
    expect(split.texts![0]).to.equal(`text ${(first - 1) / 2}`);
  });

  it('chooses the same rows for the same seed, others for another', () => {
    const choose = (seed: number): string =>
      String(holdOut({ dimension: 2, rows: distinct, texts: null }, 10, seed).queries);
    expect(choose(1)).to.equal(choose(1));
    expect(choose(1)).not.to.equal(choose(2));
  });

  it('leaves out queries that equal a row that stays, or each other', () => {
    const split = holdOut({ dimension: 2, rows, texts: null }, 20, 3);
    const asText = (matrix: Float32Array): string[] =>
      Array.from({ length: matrix.length / 2 }, (_, i) =>
        String(matrix.subarray(i * 2, i * 2 + 2)),
      );
    const queries = asText(split.queries);
    expect(queries.length).to.be.lessThan(20);
    expect(new Set(queries).size).to.equal(queries.length);
    for (const row of asText(split.rows)) expect(queries).not.to.include(row);
  });

  it('never keeps back more than half', () => {
    const split = holdOut({ dimension: 2, rows: distinct, texts: null }, 1000, 1);
    expect(split.rows).to.have.length(100);
  });

  it('refuses rows without a direction, with their number', () => {
    expect(() => checkRows(Float32Array.of(1, 2, 0, 0), 2)).to.throw('row 1 holds only zeros');
    expect(() => checkRows(Float32Array.of(1, Number.NaN), 2)).to.throw('row 0');
  });
});
