import { expect } from 'chai';
import fc from 'fast-check';
import { SlotSet } from '../../../src/search/slot-set.js';

describe('SlotSet', () => {
  it('does what a Set of numbers does', () => {
    const change = fc.record({ add: fc.boolean(), slot: fc.nat(300) });
    fc.assert(
      fc.property(fc.array(change), fc.nat(64), (changes, capacity) => {
        const set = new SlotSet(capacity);
        const model = new Set<number>();
        for (const { add, slot } of changes) {
          expect(add ? set.add(slot) : set.delete(slot)).to.equal(
            add ? !model.has(slot) : model.has(slot),
          );
          if (add) model.add(slot);
          else model.delete(slot);
        }
        const slots: number[] = [];
        set.forEach((slot) => {
          slots.push(slot);
        });
        expect(slots).to.deep.equal([...model].sort((a, b) => a - b));
        expect(set.count).to.equal(model.size);
        for (let slot = 0; slot < 330; slot++) expect(set.has(slot)).to.equal(model.has(slot));
      }),
    );
  });

  it('counts ranges', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300)), fc.nat(10), fc.nat(400), (slots, word, length) => {
        const set = new SlotSet();
        for (const slot of slots) set.add(slot);
        const start = word * 32;
        const end = start + length;
        const inside = slots.filter((slot) => slot >= start && slot < end).length;
        expect(set.countRange(start, end)).to.equal(inside);
      }),
    );
  });

  it('holds slots of the highest bits and is empty after clear', () => {
    const set = new SlotSet();
    for (const slot of [31, 32, 63, 1_000_000]) set.add(slot);
    const seen: number[] = [];
    set.forEach((slot) => {
      seen.push(slot);
    });
    expect(seen).to.deep.equal([31, 32, 63, 1_000_000]);
    set.clear();
    expect([set.count, set.has(31), set.delete(31)]).to.deep.equal([0, false, false]);
  });
});
