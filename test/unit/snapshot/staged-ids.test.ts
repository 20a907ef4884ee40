import { expect } from 'chai';
import { StagedIds } from '../../../src/snapshot/merge/staged-ids.js';

describe('StagedIds', () => {
  it('tells the record that an id stood for, as a map does', () => {
    const ids = new StagedIds();
    const truth = new Map<string, number>();
    let random = 1;
    for (let ordinal = 0; ordinal < 20_000; ordinal++) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
      const id = `${'i'.repeat(random % 200)}${random % 14_009}`;
      const bytes = Buffer.from(`..${id}..`);
      const before = ids.put(bytes, 2, bytes.length - 2, ordinal);
      if (before !== (truth.get(id) ?? -1)) expect.fail(`${id} stood for ${before}`);
      truth.set(id, ordinal);
    }
    expect(ids.count).to.equal(truth.size);
  });

  it('holds ids of 255 bytes across chunks', () => {
    const ids = new StagedIds();
    const idOf = (i: number) => Buffer.from(String(i).padStart(255, 'x'));
    for (let i = 0; i < 4_500; i++) expect(ids.put(idOf(i), 0, 255, i)).to.equal(-1);
    for (let i = 0; i < 4_500; i++) expect(ids.put(idOf(i), 0, 255, 0)).to.equal(i);
  });

  it('does not break an id at the end of a chunk', () => {
    const ids = new StagedIds();
    const idOf = (i: number, length: number) => Buffer.from(String(i).padStart(length, 'x'));
    // With its length, an id of 255 bytes takes a 4,096th of a chunk; 100 bytes are left over.
    for (let i = 0; i < 4_095; i++) ids.put(idOf(i, 255), 0, 255, i);
    expect(ids.put(idOf(0, 155), 0, 155, 1)).to.equal(-1);
    expect(ids.put(idOf(0, 100), 0, 100, 2)).to.equal(-1);
    expect(ids.put(idOf(1, 100), 0, 100, 3)).to.equal(-1);
    expect(ids.put(idOf(0, 100), 0, 100, 4)).to.equal(2);
  });
});
