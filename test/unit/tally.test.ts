import { expect } from 'chai';
import { Tally } from '../../src/tally.js';

describe('Tally', () => {
  it('counts a value once, at the lowest bound that it does not exceed', () => {
    const tally = new Tally([1, 2, 4]);
    for (const value of [0.5, 1, 1.5, 4, 5]) tally.add(value);
    expect(tally.figures).deep.equals({ count: 5, sum: 12, bounds: [1, 2, 4], within: [2, 1, 1] });
  });

  it('gives figures that later values do not change', () => {
    const tally = new Tally([1]);
    const { figures } = tally;
    tally.add(1);
    expect(figures).deep.equals({ count: 0, sum: 0, bounds: [1], within: [0] });
  });
});
