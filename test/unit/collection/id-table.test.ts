import { expect } from 'chai';
import fc from 'fast-check';
import { IdTable } from '../../../src/collection/state/id-table.js';

/** Ids that look alike: texts, UUIDs in every spelling, bytes that a packed UUID consists of. */
const ids = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  fc.uuid(),
  fc.uuid().map((id) => id.toUpperCase()),
  fc.uuid().map((id) => id.replaceAll('-', '')),
  fc.string({ minLength: 255, maxLength: 255, unit: fc.constantFrom('a', 'b') }),
  fc.constantFrom('a', 'b', '\0', '__proto__', '\u00e9', 'e\u0301'),
);

function bytesOf(id: string): Buffer {
  return Buffer.from(id, 'utf8');
}

describe('IdTable', () => {
  it('agrees with a Map under additions and removals', () => {
    const operation = fc.record({ id: ids, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const table = new IdTable();
        const model = new Map<string, number>();
        const free: number[] = [];
        let next = 0;
        for (const { id, remove } of operations) {
          const bytes = bytesOf(id);
          if (bytes.length > 255) continue;
          const known = model.get(id);
          expect(table.find(bytes, 0, bytes.length)).to.equal(known ?? -1);
          if (!remove) {
            const slot = table.findOrAdd(bytes, 0, bytes.length, () => free.pop() ?? next++);
            if (known !== undefined) expect(slot).to.equal(known);
            model.set(id, slot);
          } else if (known !== undefined) {
            table.remove(known);
            model.delete(id);
            free.push(known);
          }
          expect(table.count).to.equal(model.size);
        }
        for (const [id, slot] of model) {
          expect(table.findText(id)).to.equal(slot);
          expect(table.text(slot)).to.equal(id);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('orders ids by the bytes that their clients wrote', () => {
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        if (bytesOf(a).length > 255 || bytesOf(b).length > 255) return;
        const table = new IdTable();
        let next = 0;
        for (const id of [a, b]) table.findOrAdd(bytesOf(id), 0, bytesOf(id).length, () => next++);
        const order = table.compare(table.findText(a), table.findText(b));
        expect(Math.sign(order)).to.equal(Buffer.compare(bytesOf(a), bytesOf(b)));
      }),
    );
  });

  it('gives the bytes of removed ids back', () => {
    const table = new IdTable();
    const id = (i: number) => bytesOf(`${'x'.repeat(200)}${i}`);
    for (let round = 0; round < 5; round += 1) {
      for (let i = 0; i < 20_000; i += 1) table.findOrAdd(id(i), 0, id(i).length, () => i);
      for (let i = 0; i < 20_000; i += 1) table.remove(i);
    }
    expect(table.count).to.equal(0);
    expect(table.memoryBytes).to.be.below(12 * 1024 * 1024);
  });
});
