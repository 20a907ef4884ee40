import { expect } from 'chai';
import { uuidv7 } from '../src/index.js';

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('uuidv7', () => {
  it('makes canonical ids that sort in the order in which they were made', () => {
    const ids = Array.from({ length: 20_000 }, uuidv7);
    for (const id of ids) expect(id).to.match(form);
    expect(new Set(ids).size).to.equal(ids.length);
    expect([...ids].sort()).to.deep.equal(ids);
  });

  it('holds the time', () => {
    const before = Date.now();
    const ms = Number.parseInt(uuidv7().replaceAll('-', '').slice(0, 12), 16);
    // Ids of a full millisecond borrow from the next ones.
    expect(ms).to.be.within(before, Date.now() + 100);
  });
});
