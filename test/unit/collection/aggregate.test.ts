/** What an aggregation does beside adding: it waits for merges, ends when told, and harms no write. */
import { expect } from 'chai';
import { aggregate } from '../../../src/collection/aggregate/aggregate.js';
import type { AggregatePlan } from '../../../src/collection/aggregate/aggregate-plan.js';
import type { Collection } from '../../../src/collection/collection.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { MetadataValue, type VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { limits } from '../../../src/limits.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  write,
} from '../../support/collection.js';
import { withJumpingClock } from '../../support/jumping-clock.js';
import { rejection } from '../storage/rejection.js';

const plan: AggregatePlan = {
  centroid: true,
  centroidSimilarity: true,
  contentLengths: true,
  facets: [{ key: 'k', limit: 10 }],
};

/** Records of several slices under the jumping clock. */
const recordsOf = (count: number, content = 'text'): Partial<VectorRecord>[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    content,
    embedding: [1, i, 3],
    metadata: new Map([
      ['k', MetadataValue.create({ kind: { $case: 'stringValue', value: `value ${i}` } })],
    ]),
  }));

const inCollection = (
  test: (collection: Collection) => Promise<void>,
  metric: Metric = Metric.COSINE,
): Promise<void> =>
  inTemporaryDirectory(async (directory) => {
    const registry = await openRegistry(directory);
    await test(await registry.create('docs', configOf({ dimension: 3, metric })));
    await registry.close();
  });

describe('aggregate', () => {
  it('tells nothing but counts of no records', () =>
    inCollection(async ({ state }) => {
      const facet = { key: 'k', values: [], recordCount: 0, distinctCount: 0 };
      expect(await aggregate(state, plan, never)).to.deep.equal({
        count: 0,
        centroid: undefined,
        similarity: undefined,
        contentLengths: undefined,
        facets: [facet],
      });
    }));

  it('computes nothing that was not asked for', () =>
    inCollection(async (collection) => {
      await write(collection, recordsOf(3));
      const nothing = {
        centroid: false,
        centroidSimilarity: false,
        contentLengths: false,
        facets: [],
      };
      const told = await aggregate(collection.state, nothing, never);
      const { count, ...others } = told;
      expect(count).to.equal(3);
      expect(Object.values(others)).to.deep.equal([undefined, undefined, undefined, []]);
      const likeness = { ...nothing, centroidSimilarity: true };
      const { centroid, similarity } = await aggregate(collection.state, likeness, never);
      expect([centroid, similarity?.count]).to.deep.equal([undefined, 3]);
    }));

  it('has a centroid of zero and no similarity when directions cancel out under cosine', () =>
    inCollection(async (collection) => {
      await write(collection, [
        { id: 'a', embedding: [3, 4, 0] },
        { id: 'b', embedding: [-6, -8, 0] },
      ]);
      const { centroid, similarity } = await aggregate(collection.state, plan, never);
      expect([...centroid!]).to.deep.equal([0, 0, 0]);
      expect(similarity).to.equal(undefined);
    }));

  it('compares with a centroid of zero under other metrics', () =>
    inCollection(async (collection) => {
      await write(collection, [
        { id: 'a', embedding: [3, 4, 0] },
        { id: 'b', embedding: [-3, -4, 0] },
      ]);
      const { similarity } = await aggregate(collection.state, plan, never);
      expect({ ...similarity }).to.deep.equal({ count: 2, total: -10, min: -5, max: -5 });
    }, Metric.EUCLIDEAN));

  it('waits for a merge that is half applied', () =>
    inCollection(async (collection) => {
      await write(collection, recordsOf(1));
      const done = collection.state.beginMerge();
      let count = -1;
      const told = aggregate(collection.state, plan, never).then((result) => {
        ({ count } = result);
      });
      await write(collection, recordsOf(2));
      expect(count).to.equal(-1);
      done();
      await told;
      expect(count).to.equal(2);
    }));

  it('ends when the call does', () =>
    inCollection(async (collection) => {
      await write(collection, recordsOf(1_000));
      const why = new Error('the caller left');
      const controller = new AbortController();
      const told = withJumpingClock(() => aggregate(collection.state, plan, controller.signal));
      controller.abort(why);
      const failure = await told.catch((error: unknown) => error);
      expect(failure).to.equal(why);
      expect(collection.state.watchers.size).to.equal(0);
    }));

  it('begins again when all records went', () =>
    inCollection(async (collection) => {
      await write(collection, recordsOf(1_000));
      await withJumpingClock(async () => {
        const told = aggregate(collection.state, plan, never);
        // In the turn between two of its slices.
        await new Promise(setImmediate);
        collection.state.clear();
        expect((await told).count).to.equal(0);
      });
    }));

  it('fails, and not the write, when a record that a write replaces cannot be read', () =>
    inCollection(async (collection) => {
      await write(collection, recordsOf(1_000));
      const { files, filters } = collection.state;
      filters.isCurrent = () => false;
      const read = files.readSync.bind(files);
      const why = new Error('the disk is gone');
      await withJumpingClock(async () => {
        const told = aggregate(collection.state, plan, never).catch((error: unknown) => error);
        await new Promise(setImmediate);
        files.readSync = () => {
          throw why;
        };
        await write(collection, recordsOf(1_000, 'other'));
        files.readSync = read;
        expect(await told).to.equal(why);
      });
      expect(collection.state.count).to.equal(1_000);
    }));

  it('counts from columns what they tell, and again when they have numbered values anew', () =>
    inCollection(async (collection) => {
      const { state } = collection;
      await write(collection, recordsOf(1_000));
      while (state.filters.slice(1_000));
      state.files.readSync = () => expect.fail('a record was read');
      const column = state.filters.columns.metadata(Buffer.from('k'))!;
      const at = column.at.bind(column);
      let looks = 0;
      column.at = (slot) => {
        looks += 1;
        return at(slot);
      };
      const { facets, contentLengths } = await aggregate(state, plan, never);
      expect([facets[0]!.distinctCount, contentLengths?.total]).to.deep.equal([1_000, 4_000]);
      expect(looks).to.equal(1_000);
      await withJumpingClock(async () => {
        const again = aggregate(state, plan, never);
        await new Promise(setImmediate);
        Object.defineProperty(column, 'generation', { value: column.generation + 1 });
        expect((await again).facets).to.deep.equal(facets);
      });
      expect(looks).to.equal(3_000);
    }));

  it('refuses more different values than it has room for', () =>
    inCollection(async (collection) => {
      await write(collection, recordsOf(1_000));
      const usual = limits.facetBytesMax;
      try {
        Object.assign(limits, { facetBytesMax: 1_000 });
        const refused = withJumpingClock(() => aggregate(collection.state, plan, never));
        const error = await rejection(refused, 'TOO_MANY_VALUES');
        expect(error.field).to.equal('facets[0].key');
        expect(error.message).to.match(/more than 1000 bytes; the key "k" has \d+ so far/);
      } finally {
        Object.assign(limits, { facetBytesMax: usual });
      }
    }));
});
