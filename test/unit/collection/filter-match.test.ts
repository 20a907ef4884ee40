import { open } from 'node:fs/promises';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import type { Registry } from '../../../src/collection/registry.js';
import { matchEncoded, matchFilter, matchNow } from '../../../src/collection/state/filter-match.js';
import { slotTest } from '../../../src/collection/state/slot-test.js';
import { Filter, MetadataCondition } from '../../../src/gen/protovec/v1/filter.js';
import { MetadataValue, type VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { limits } from '../../../src/limits.js';
import { compileFilter } from '../../../src/search/filter.js';
import { SlotSet } from '../../../src/search/slot-set.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  write,
} from '../../support/collection.js';
import { withJumpingClock } from '../../support/jumping-clock.js';

/** A collection for which nothing is done in the background. */
async function inCollection(
  test: (collection: Collection, registry: Registry, directory: string) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const registry = await openRegistry(directory);
    registry.builder.stop();
    const collection = await registry.create('docs', configOf({ dimension: 2 }));
    try {
      await test(collection, registry, directory);
    } finally {
      await registry.close();
    }
  });
}

function text(value: string): MetadataValue {
  return MetadataValue.create({ kind: { $case: 'stringValue', value } });
}

function recordOf(id: string, metadata: Record<string, string>): Partial<VectorRecord> {
  const entries = Object.entries(metadata).map(([key, value]) => [key, text(value)] as const);
  return { id, title: `title of ${id}`, embedding: [1, 2], metadata: new Map(entries) };
}

function filterOf(key: string, test: MetadataCondition['test']): Filter {
  const value = MetadataCondition.create({ key, test });
  return Filter.create({ condition: { $case: 'metadata', value } });
}

const equals = (key: string, value: string) =>
  filterOf(key, { $case: 'equals', value: text(value) });
const contains = (key: string, value: string) => filterOf(key, { $case: 'contains', value });
const exists = (key: string) => filterOf(key, { $case: 'exists', value: true });
const not = (...filters: Filter[]) =>
  Filter.create({ condition: { $case: 'noneOf', value: { filters } } });

function idsOf({ state }: Collection, matches: Iterable<number>): string[] {
  return Array.from(matches, (slot) => state.ids.text(slot)).sort();
}

async function found(collection: Collection, filter: Filter): Promise<string[]> {
  const compiled = compileFilter(filter, 'filter');
  return idsOf(collection, await matchFilter(collection.state, compiled, never));
}

describe('matchFilter', () => {
  it('answers at once when few records changed, and follows every change', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      await write(collection, [recordOf('a', { k: 'x', l: 'y' }), recordOf('b', { k: 'x' })]);
      const filter = compileFilter(equals('k', 'x'), 'filter');
      const matches = matchFilter(state, filter, never);
      if (!(matches instanceof SlotSet)) throw new Error('it took a turn of the event loop');
      expect(idsOf(collection, matches)).to.deep.equal(['a', 'b']);
      await write(collection, [recordOf('a', { l: 'y' })]);
      expect(await found(collection, equals('k', 'x'))).to.deep.equal(['b']);
      expect(await found(collection, not(exists('k')))).to.deep.equal(['a']);
      await collection.deleteIds(['b'], false, never);
      await write(collection, [recordOf('c', { m: 'z' })]);
      expect(await found(collection, exists('k'))).to.deep.equal([]);
      expect(await found(collection, exists('m'))).to.deep.equal(['c']);
      await collection.clear(never);
      expect(await found(collection, not())).to.deep.equal([]);
      await write(collection, [recordOf('d', { k: 'x' })]);
      expect(await found(collection, equals('k', 'x'))).to.deep.equal(['d']);
    }));

  it('is true at its end when records change while it goes on in slices', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      const long = 'x'.repeat(limits.filterValueBytesMax);
      const records = Array.from({ length: 9_000 }, (_, i) =>
        recordOf(`r${i}`, { k: `value ${i}`, t: i < 600 ? long : 'short' }),
      );
      await write(collection, records);
      while (state.filters.slice(1_000));
      const filters = [contains('k', '7'), contains('t', 'x'), not(contains('k', '7'))];
      let rounds = 0;
      let written = 0;
      const writing = (async () => {
        for (; written < 30; written++) {
          const i = (written * 7) % 900;
          await write(collection, [
            recordOf(`r${i}`, { k: '7' }),
            recordOf(`new ${i}`, { t: long }),
          ]);
          await collection.deleteIds([`r${i + 1}`, `new ${i - 70}`], false, never);
        }
      })();
      await withJumpingClock(async () => {
        for (; rounds < 6 || written < 30; rounds++) {
          const filter = compileFilter(filters[rounds % filters.length], 'filter');
          const matches = matchFilter(state, filter, never);
          expect(matches).to.be.instanceOf(Promise);
          const found = [...(await matches)];
          const test = slotTest(state, filter);
          const expected = [...state.rows.live].filter((slot) => test(slot));
          expect(found).to.deep.equal(expected);
        }
        await writing;
      });
    }));

  it('stops when nobody waits', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      await write(
        collection,
        Array.from({ length: 500 }, (_, i) => recordOf(`r${i}`, { k: `${i}` })),
      );
      await withJumpingClock(async () => {
        const call = new AbortController();
        const later = matchFilter(state, compileFilter(exists('k'), 'filter'), call.signal);
        call.abort(new Error('left'));
        const outcome = Promise.resolve(later).catch((error) => error.message);
        expect(await outcome).to.equal('left');
      });
      expect(state.watchers.size).to.equal(0);
    }));

  it('finds long texts, and keys beyond those that have columns', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      const perRecord = limits.metadataKeysMax;
      const count = limits.filterColumnsMax / perRecord + 2;
      const keysOf = (i: number) =>
        Object.fromEntries(
          Array.from({ length: perRecord }, (_, k) => [`key-${i * perRecord + k}`, 'x']),
        );
      await write(
        collection,
        Array.from({ length: count }, (_, i) => recordOf(`r${i}`, keysOf(i))),
      );
      const last = `key-${count * perRecord - 1}`;
      expect(await found(collection, exists(last))).to.deep.equal([`r${count - 1}`]);
      expect(state.filters.columns.metadata(Buffer.from(last))).to.equal(undefined);
      expect(await found(collection, exists('key-0'))).to.deep.equal(['r0']);
      await collection.deleteIds(['r0', 'r1', 'r2'], false, never);
      await write(collection, [recordOf(`r${count - 1}`, keysOf(count - 1))]);
      expect(await found(collection, exists(last))).to.deep.equal([`r${count - 1}`]);
      expect(state.filters.columns.metadata(Buffer.from(last))).to.not.equal(undefined);

      const long = 'lorem ipsum '.repeat(1_000);
      await write(collection, [
        recordOf('long', { text: `${long}A` }),
        recordOf('s', { text: 'a' }),
      ]);
      expect(await found(collection, equals('text', `${long}A`))).to.deep.equal(['long']);
      expect(await found(collection, equals('text', 'a'))).to.deep.equal(['s']);
      expect(await found(collection, contains('text', 'M a'))).to.deep.equal(['long']);
      expect(await found(collection, contains('text', 'a'))).to.deep.equal(['long', 's']);
      expect(state.filters.memoryBytes).to.be.below(20_000_000);
      expect(state.filters.columns.metadata(Buffer.from('text'))?.memoryBytes).to.be.below(5_000);
    }));

  it('tells of a record that cannot be read as damage, each time', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      await write(collection, [recordOf('a', { k: 'x' }), recordOf('b', { k: 'x' })]);
      const { rows, files } = state;
      const file = await open(files.file(rows.file[0]).path, 'r+');
      await file.write(Buffer.from([0x0b, 0xff, 0xff]), 0, 3, rows.offset[0]);
      await file.close();
      // They may have been taken in before.
      for (const slot of rows.live) state.filters.touch(slot);
      const compiled = compileFilter(equals('k', 'x'), 'filter');
      for (let i = 0; i < 2; i++) {
        expect(() => matchFilter(state, compiled, never)).to.throw('cannot be read');
        expect(() => matchNow(state, compiled))
          .to.throw()
          .with.property('reason')
          .equal('STORAGE_CORRUPTED');
      }
      await write(collection, [recordOf('a', { k: 'x' })]);
      expect(await found(collection, equals('k', 'x'))).to.deep.equal(['a', 'b']);
    }));
});

describe('matchEncoded', () => {
  it('knows its answer until a record changes', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      await write(collection, [recordOf('a', { k: 'x' }), recordOf('b', { k: 'y' })]);
      const encoded = Filter.encode(equals('k', 'x')).finish();
      const first = await matchEncoded(state, encoded, never);
      expect(await matchEncoded(state, encoded.slice(), never)).to.equal(first);
      await write(collection, [recordOf('b', { k: 'x' })]);
      expect(idsOf(collection, await matchEncoded(state, encoded, never))).to.deep.equal([
        'a',
        'b',
      ]);
      await withJumpingClock(async () => {
        await write(
          collection,
          Array.from({ length: 500 }, (_, i) => recordOf(`r${i}`, { k: 'x' })),
        );
        const later = await matchEncoded(state, encoded, never);
        expect(later.count).to.equal(502);
        expect(await matchEncoded(state, encoded, never)).to.equal(later);
      });
    }));
});

describe('what filters are answered from', () => {
  it('is made again in the background after a start, and told of', async () => {
    await inTemporaryDirectory(async (directory) => {
      const first = await openRegistry(directory);
      const config = configOf({ dimension: 2 });
      await write(
        await first.create('docs', config),
        Array.from({ length: 300 }, (_, i) => recordOf(`r${i}`, { k: `${i % 3}` })),
      );
      await first.close();
      const second = await openRegistry(directory);
      const collection = second.get('docs');
      const before = collection.indexing.stats;
      expect(before.filterPendingRecords).to.equal(300n);
      while (collection.state.filters.pendingCount > 0) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      collection.state.files.readSync = () => expect.fail('a record was read');
      expect(await found(collection, equals('k', '1'))).to.have.length(100);
      expect(collection.indexing.stats.filterPendingRecords).to.equal(0n);
      expect(collection.indexing.stats.filterBytes > before.filterBytes).to.equal(true);
      await second.close();
    });
  });
});
