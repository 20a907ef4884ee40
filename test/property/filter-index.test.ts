import { expect } from 'chai';
import fc from 'fast-check';
import { matchFilter } from '../../src/collection/state/filter-match.js';
import type { Filter } from '../../src/gen/protovec/v1/filter.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { matchColumns } from '../../src/search/columns/column-match.js';
import { type ColumnBounds, RecordColumns } from '../../src/search/columns/record-columns.js';
import { compileFilter } from '../../src/search/filter.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../support/collection.js';
import { earlierMetadata, encodeBody, filter, record } from './filter-arbitraries.js';
import { oracleMatches } from './filter-oracle.js';

const slots = 40;

/** Puts a record into a slot, or takes out what is there. */
const change = fc.record({
  slot: fc.nat(slots - 1),
  row: fc.option(fc.tuple(record, earlierMetadata), { nil: undefined, freq: 4 }),
});

/** What the columns say of each slot, in as many turns as it takes; undefined: they leave it open. */
function found(columns: RecordColumns, tree: Filter, records: Map<number, VectorRecord>) {
  const { node } = compileFilter(tree, 'filter');
  const source = {
    columns,
    slots,
    findId: (id: string) => [...records].find(([, its]) => its.id === id)?.[0] ?? -1,
    viewTimes: (
      slot: number,
      view: {
        createSeconds: number;
        createNanos: number;
        updateSeconds: number;
        updateNanos: number;
      },
    ) => {
      const its = records.get(slot);
      view.createSeconds = Number(its?.createTime?.seconds ?? 0n);
      view.createNanos = its?.createTime?.nanos ?? 0;
      view.updateSeconds = Number(its?.updateTime?.seconds ?? 0n);
      view.updateNanos = its?.updateTime?.nanos ?? 0;
    },
  };
  const matching = matchColumns(source, node);
  for (;;) {
    const { done, value } = matching.next();
    if (done !== true) continue;
    const has = (words: Uint32Array, slot: number) => (words[slot >>> 5] >>> (slot & 31)) & 1;
    return (slot: number): boolean | undefined => {
      const isSure = has(value.sure, slot) === 1;
      return (has(value.possible, slot) === 1) === isSure ? isSure : undefined;
    };
  }
}

const roomy = { filterBytesMax: 1e9, filterValueBytesMax: 1_000, filterColumnsMax: 100 };

/** How many answers there were, and how many of them were yes, or open. */
function judge(bounds: ColumnBounds) {
  const seen = { asked: 0, matched: 0, open: 0 };
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 60 }),
      fc.array(filter, { minLength: 1, maxLength: 3 }),
      (changes, trees) => {
        const columns = new RecordColumns(bounds);
        const records = new Map<number, VectorRecord>();
        for (const { slot, row } of changes) {
          records.delete(slot);
          if (row === undefined) {
            columns.clear(slot);
            continue;
          }
          const [drawn, earlier] = row;
          const isTaken = [...records.values()].some(({ id }) => id === drawn.id);
          const its = isTaken ? { ...drawn, id: `of slot ${slot}` } : drawn;
          const body = encodeBody(its, earlier);
          columns.set(slot, body, 0, body.length, slots);
          records.set(slot, { ...its, metadata: new Map([...earlier, ...its.metadata]) });
        }
        for (const tree of trees) {
          const matches = found(columns, tree, records);
          for (const [slot, its] of records) {
            const wanted = oracleMatches(tree, its);
            const said = matches(slot);
            if (said === undefined) seen.open += 1;
            else expect(said).to.equal(wanted);
            seen.asked += 1;
            if (wanted) seen.matched += 1;
          }
        }
      },
    ),
    { numRuns: 400 },
  );
  return seen;
}

describe('filter columns', () => {
  it('say of every record what the plain reading of the filter says, after any changes', () => {
    const { asked, matched, open } = judge(roomy);
    expect(matched / asked).to.be.within(0.1, 0.9);
    expect(open).to.equal(0);
  });

  it('leave open what they have no room for, and nothing else is wrong', () => {
    const bounds = { ...roomy, filterValueBytesMax: 5, filterColumnsMax: 2 };
    const { asked, open } = judge(bounds);
    expect(open / asked).to.be.within(0.02, 0.6);
  });
});

describe('matchFilter', () => {
  it('finds the matching records of a collection while it is written to', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(record, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 }),
        fc.array(filter, { minLength: 5, maxLength: 5 }),
        fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
        async (batches, trees, picks) => {
          await inTemporaryDirectory(async (directory) => {
            const registry = await openRegistry(directory);
            const collection = await registry.create('docs', configOf({ dimension: 2 }));
            for (const [i, batch] of batches.entries()) {
              await write(
                collection,
                batch.map((its) => ({ ...its, embedding: [1, 2] })),
              );
              const ids = [...readAll(collection).keys()];
              if (picks[i] % 3 === 0) {
                await collection.deleteIds([ids[picks[i] % ids.length]], false, never);
              }
              const { state } = collection;
              const matches = await matchFilter(state, compileFilter(trees[i], 'filter'), never);
              const expected = [...readAll(collection).values()]
                .filter((its) => oracleMatches(trees[i], its))
                .map(({ id }) => id);
              expect([...matches].map((slot) => state.ids.text(slot))).to.have.members(expected);
            }
            await registry.close();
          });
        },
      ),
      { numRuns: 40 },
    );
  });
});
