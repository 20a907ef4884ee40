/** The short form of `npm run torture -- model`: the same histories, fewer of them. */
import { expect } from 'chai';
import { torture } from '../torture/kinds/model.js';

const HISTORIES = 12;

describe('collections', () => {
  it('hold what maps hold, whatever happens to them', async function () {
    this.timeout(120_000);
    const seed = 1 + Math.floor(Math.random() * 1e9);
    console.log(`      seed ${seed}`);
    const figures = await torture.run({ seed, rounds: HISTORIES, size: 40 }, () => {});
    expect(figures).to.match(/^12 histories: [1-9]\d* writes acknowledged/);
    expect(figures).to.match(/none half; every start equal to the maps$/);
  });
});
