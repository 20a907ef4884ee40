/** Differences of generated sets of records, held against sets of values in a Map. */
import { expect } from 'chai';
import fc from 'fast-check';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { DifferenceKind, type RecordDifference } from '../../src/gen/protovec/v1/snapshot_diff.js';
import { Comparison } from '../../src/snapshot/diff/diff.js';
import type { Bytes } from '../support/records.js';
import {
  differing,
  encodingOf,
  fields,
  type Model,
  modelOf,
  setOf,
} from '../unit/snapshot/diff/support.js';

const id = fc.constantFrom(
  ...['a', 'b', 'c', 'ü', 'd', 'e'],
  '0190f6a2-7c00-7000-8000-000000000001',
  '0190f6a2-7c00-7000-8000-000000000002',
);

/** One set: its parts, and the records that they come to, in the order of their last places. */
interface GeneratedSet {
  parts: Bytes[][];
  records: Map<string, Model>;
}

/** The records of each part; an id occurs once in a part. */
const parts: fc.Arbitrary<Model[][]> = fc
  .array(fc.uniqueArray(fc.tuple(id, fields), { selector: ([key]) => key, maxLength: 6 }), {
    maxLength: 3,
  })
  .map((all) => all.map((part) => part.map(([key, rest]) => modelOf({ id: key, ...rest }))));

/** The set of these parts in any encoding. */
function encoded(all: readonly Model[][]): fc.Arbitrary<GeneratedSet> {
  const records = new Map<string, Model>();
  for (const model of all.flat()) {
    records.delete(model.id);
    records.set(model.id, model);
  }
  return fc
    .tuple(...all.map((part) => fc.tuple(...part.map((model) => encodingOf(model)))))
    .map((bytes) => ({ parts: bytes, records }));
}

/** Two sets; as a rule the second has records of the first, encoded anew. */
const sets = fc
  .tuple(parts, parts, fc.nat(3))
  .chain(([a, b, shared]) => fc.tuple(encoded(a), encoded([...a.slice(0, shared), ...b])));

function expected(a: GeneratedSet, b: GeneratedSet): RecordDifference[] {
  const differences: RecordDifference[] = [];
  for (const [key, model] of b.records) {
    const before = a.records.get(key);
    const changedFields = before && differing(before, model);
    if (before === undefined) differences.push({ id: key, kind: DifferenceKind.ADDED });
    else if (changedFields!.length > 0) {
      differences.push({ id: key, kind: DifferenceKind.CHANGED, changedFields });
    }
  }
  for (const key of a.records.keys()) {
    if (!b.records.has(key)) differences.push({ id: key, kind: DifferenceKind.REMOVED });
  }
  return differences;
}

describe('differences of generated sets', () => {
  it('are those of the values, in order, however the records are encoded', () =>
    fc.assert(
      fc.asyncProperty(sets, async ([a, b]) => {
        const comparison = await Comparison.of(setOf(a.parts), setOf(b.parts));
        const differences = [...comparison.differences()];
        const wanted = expected(a, b);
        expect(differences).to.deep.equal(wanted);
        const count = (kind: DifferenceKind) => wanted.filter((d) => d.kind === kind).length;
        const [added, changed] = [count(DifferenceKind.ADDED), count(DifferenceKind.CHANGED)];
        expect(comparison.summary).to.deep.equal({
          added,
          removed: count(DifferenceKind.REMOVED),
          changed,
          unchanged: b.records.size - added - changed,
        });
      }),
      { numRuns: 500 },
    ));

  it('turn the first set into the second: merge what changed, delete what was removed', () =>
    fc.assert(
      fc.asyncProperty(sets, async ([a, b]) => {
        const comparison = await Comparison.of(setOf(a.parts), setOf(b.parts));
        const result = new Map(a.records);
        const changes = b.parts.flat().filter((_, position) => comparison.isChange(position));
        for (const bytes of changes) {
          const record = VectorRecord.decode(bytes);
          result.set(record.id, record);
        }
        for (const { id: key, kind } of comparison.differences()) {
          if (kind === DifferenceKind.REMOVED) result.delete(key);
        }
        expect([...result.keys()].sort()).to.deep.equal([...b.records.keys()].sort());
        for (const [key, model] of result) {
          expect(differing(model, b.records.get(key)!)).to.deep.equal([]);
        }
      }),
      { numRuns: 300 },
    ));
});
