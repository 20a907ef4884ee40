import { expect } from 'chai';
import { KeyTable } from '../../../src/index/key-table.js';

describe('KeyTable', () => {
  it('gives a slot its own number when nothing was loaded', () => {
    const table = new KeyTable();
    for (const slot of [5, 0, 700]) expect(table.keyOf(slot)).to.equal(slot);
    for (const slot of [5, 0, 700]) expect(table.slotOf(slot)).to.equal(slot);
  });

  it('keeps a bijection around keys that were loaded', () => {
    const table = new KeyTable();
    expect(table.assign(0, 3)).to.equal(true);
    expect(table.assign(1, 0)).to.equal(true);
    expect(table.assign(2, 3)).to.equal(false);
    const keys = [0, 1, 2, 3, 4, 5].map((slot) => table.keyOf(slot));
    expect(new Set(keys).size).to.equal(6);
    expect(keys.slice(0, 2)).to.deep.equal([3, 0]);
    for (const [slot, key] of keys.entries()) {
      expect(table.slotOf(key)).to.equal(slot);
      expect(table.keyOf(slot)).to.equal(key);
    }
  });
});
