import { expect } from 'chai';
import { median, percentile, rate } from '../../../bench/support/statistics.js';

describe('figures of samples', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);

  it('give percentiles of samples in any order', () => {
    expect(percentile(samples, 0)).to.equal(1);
    expect(percentile(samples, 50)).to.equal(51);
    expect(percentile(samples, 99)).to.equal(100);
    expect(percentile(samples, 100)).to.equal(100);
  });

  it('compare numbers as numbers', () => {
    expect(median([10, 9, 100])).to.equal(10);
  });

  it('give NaN of nothing', () => {
    expect(median([])).to.be.NaN;
  });

  it('take the one sample there is', () => {
    expect(percentile([7], 99)).to.equal(7);
  });

  it('count per second', () => {
    expect(rate(50, 250)).to.equal(200);
  });
});
