import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import type { Registry } from '../../../src/collection/registry.js';
import { IndexConfig, IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { FlatIndex } from '../../../src/index/flat-index.js';
import type { HnswIndex } from '../../../src/index/hnsw-index.js';
import { resolveIndexConfig } from '../../../src/index/index-config.js';
import { limits } from '../../../src/limits.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  write,
} from '../../support/collection.js';
import { Random } from '../../support/random.js';
import { expectEveryRecord } from '../../support/searches.js';
import { rejection } from '../storage/rejection.js';

const dimension = 6;
const small = IndexConfig.fromPartial({ connectivity: 8, expansionAdd: 40 });

function indexOf(config: Partial<IndexConfig>): IndexConfig {
  return resolveIndexConfig(IndexConfig.fromPartial(config), 0, 'config');
}

function recordsOf(random: Random, ids: readonly number[]) {
  return ids.map((i) => ({
    id: `id-${i}`,
    embedding: Array.from({ length: dimension }, () => random.below(1_000) - 500 + 0.5),
  }));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** A build whose slices the test makes; `outcome` is what becomes of its caller. */
function begin(collection: Collection, asked?: IndexConfig, signal = never) {
  const progress: [number, number][] = [];
  const choose = (current: IndexConfig) =>
    asked === undefined ? { ...current, kind: IndexKind.HNSW } : indexOf(asked);
  const done = collection.indexing.build(choose, (...told) => progress.push(told), signal);
  const outcome = done.then(
    () => 'served',
    (error) => error.reason,
  );
  return { done, outcome, progress };
}

async function began(collection: Collection) {
  while (collection.state.indexes.build === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return collection.state.indexes.build;
}

/** Makes slices until the new graph serves. */
function finish({ state: { indexes } }: Collection): void {
  while (indexes.build !== undefined) {
    indexes.build.slice(5);
    indexes.swap();
  }
}

/** A collection of 400 records, built, whose worker builds nothing by itself from then on. */
async function withCollection(
  test: (collection: Collection, registry: Registry, random: Random) => Promise<void>,
  config = small,
  notes: string[] = [],
): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const registry = await openRegistry(directory, notes);
    const seed = 1 + Math.floor(Math.random() * 1e9);
    console.log(`      seed ${seed}`);
    const random = new Random(seed);
    try {
      const collection = await registry.create('docs', configOf({ dimension, index: config }));
      registry.builder.stop();
      await write(collection, recordsOf(random, range(0, 400)));
      while (collection.state.index.buildSlice(50));
      await test(collection, registry, random);
    } finally {
      await registry.close();
    }
  });
}

describe('building an index anew', () => {
  it('lets the one before serve until the new one has every record, whatever is written', () =>
    withCollection(async (collection, _registry, random) => {
      const { state } = collection;
      const { outcome, progress } = begin(collection, indexOf({ connectivity: 12 }));
      const build = await began(collection);
      const before = state.index;
      let next = 400;
      for (let step = 0; state.indexes.build !== undefined; step += 1) {
        expect(state.index).to.equal(before);
        // New records, changed ones and deleted ones, before and behind where the build has been.
        await write(collection, recordsOf(random, [next, ...random.some(range(0, 400), 4)]));
        next += 1;
        const gone = random.some(range(0, next), 3).map((i) => `id-${i}`);
        await collection.deleteIds(gone, false, never);
        if (step % 20 === 0) expectEveryRecord(collection, `step ${step}`);
        if (random.chance(0.5)) build.slice(0.3);
        if (random.chance(0.2)) state.index.buildSlice(0.01);
        state.indexes.swap();
      }
      expect(await outcome).to.equal('served');
      expect(state.index).to.equal(build.index);
      expect(state.index.indexedCount + state.index.pendingCount).to.equal(state.count);
      expectEveryRecord(collection, 'after');
      while (state.index.buildSlice(50));
      expectEveryRecord(collection, 'linked');
      expect(progress.length).to.be.above(2);
    })).timeout(60_000);

  it('tells of the build while it goes on, and of the new index afterwards', () =>
    withCollection(async (collection) => {
      const wanted = indexOf({ connectivity: 12, quantization: Quantization.F32 });
      const former = collection.state.indexes.config;
      const { outcome, progress } = begin(collection, wanted);
      while (progress.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      const { stats } = collection.indexing;
      expect(stats.config).to.deep.equal(former);
      expect(stats.build).to.deep.equal({
        config: wanted,
        indexedRecords: 0n,
        totalRecords: 400n,
      });
      expect(collection.manifest.current.config?.index).to.deep.equal(wanted);
      const single = stats.graphBytes;
      collection.state.indexes.build?.slice(1_000);
      expect(collection.indexing.stats.graphBytes > single).to.equal(true);
      finish(collection);
      expect(await outcome).to.equal('served');
      const after = collection.indexing.stats;
      expect(after).to.deep.include({ config: wanted, indexedRecords: 400n, pendingRecords: 0n });
      expect(after.build).to.equal(undefined);
      expect(Number(after.vectorBytes)).to.be.at.least(400 * dimension * 4);
    }));

  it('is refused while another call builds, which goes on without its caller', () =>
    withCollection(async (collection) => {
      const leave = new AbortController();
      const { outcome } = begin(collection, undefined, leave.signal);
      const build = await began(collection);
      const refused = await rejection(begin(collection, small).done, 'INDEX_BUILDING');
      expect(refused.message).to.include('0 of 400');
      leave.abort(refused);
      expect(await outcome).to.equal('INDEX_BUILDING');
      expect(collection.state.indexes.build).to.equal(build);
      await rejection(begin(collection).done, 'INDEX_BUILDING');
      finish(collection);
      expect(collection.state.index).to.equal(build.index);
      const again = begin(collection);
      await began(collection);
      finish(collection);
      expect(await again.outcome).to.equal('served');
    }));

  it('takes over a build of the server itself, or the place of one of other parameters', () =>
    withCollection(async (collection) => {
      const own = collection.state.indexes.begin(false);
      own.slice(0.01);
      const { outcome } = begin(collection);
      while (!own.attended) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(collection.state.indexes.build).to.equal(own);
      finish(collection);
      expect(await outcome).to.equal('served');
      const other = collection.state.indexes.begin(false);
      const second = begin(collection, indexOf({ connectivity: 30 }));
      while (collection.state.indexes.build === other) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await rejection(other.done, 'CANCELLED');
      finish(collection);
      expect(await second.outcome).to.equal('served');
      expect(collection.indexing.stats.config?.connectivity).to.equal(30);
    }));

  it('from no graph at all keeps no copies of rows that wait', () =>
    withCollection(
      async (collection) => {
        const { state } = collection;
        expect(state.index).to.be.instanceOf(FlatIndex);
        const { outcome } = begin(collection, indexOf({}));
        const build = await began(collection);
        build.slice(0.01);
        expect([build.index.pendingCount, state.index.pendingCount]).to.deep.equal([0, 0]);
        expectEveryRecord(collection);
        finish(collection);
        expect(await outcome).to.equal('served');
        expect([state.index.indexedCount, state.index.pendingCount]).to.deep.equal([400, 0]);
      },
      indexOf({ kind: IndexKind.FLAT }),
    ));

  it('of kind FLAT drops the graph', () =>
    withCollection(async (collection) => {
      const sequence = collection.state.sequence;
      await begin(collection, indexOf({ kind: IndexKind.FLAT, connectivity: 5 })).done;
      expect(collection.state.index).to.be.instanceOf(FlatIndex);
      expect(collection.state.sequence).to.equal(sequence + 1);
      expect(collection.indexing.stats).to.deep.include({ indexedRecords: 400n, graphBytes: 0n });
      expectEveryRecord(collection);
    }));

  it('of the configuration in force writes nothing to the log', () =>
    withCollection(async (collection) => {
      const sequence = collection.state.sequence;
      const { outcome } = begin(collection);
      const build = await began(collection);
      finish(collection);
      expect(await outcome).to.equal('served');
      expect([collection.state.sequence, collection.state.index]).to.deep.equal([
        sequence,
        build.index,
      ]);
    }));
});

describe('a build', () => {
  it('ends when the index is dropped, and its parameters are kept for the next', () =>
    withCollection(async (collection) => {
      const { outcome } = begin(collection, indexOf({ connectivity: 12, efSearch: 77 }));
      await began(collection);
      await collection.indexing.drop(never);
      expect(await outcome).to.equal('CANCELLED');
      const { sequence } = collection.state;
      await collection.indexing.drop(never);
      expect(collection.state.sequence).to.equal(sequence);
      const { stats } = collection.indexing;
      expect(stats.build).to.equal(undefined);
      expect(stats.config).to.include({ kind: IndexKind.FLAT, connectivity: 12, efSearch: 77 });
      expectEveryRecord(collection);
      const again = begin(collection);
      await began(collection);
      finish(collection);
      expect(await again.outcome).to.equal('served');
      expect(collection.indexing.stats.config).to.include({
        kind: IndexKind.HNSW,
        connectivity: 12,
        efSearch: 77,
      });
    }));

  it('is complete when all records go', () =>
    withCollection(async (collection, _registry, random) => {
      const { outcome } = begin(collection, indexOf({ connectivity: 12 }));
      const build = await began(collection);
      build.slice(0.01);
      await collection.clear(never);
      expect(await outcome).to.equal('served');
      expect(collection.indexing.stats).to.deep.include({
        indexedRecords: 0n,
        config: indexOf({ connectivity: 12 }),
      });
      await write(collection, recordsOf(random, range(0, 50)));
      expectEveryRecord(collection);
    }));

  for (const [what, restored, reason] of [
    ['as the build has it', undefined, 'served'],
    ['of its own', small, 'CANCELLED'],
  ] as const) {
    it(`ends with a restore, whose index configuration is ${what}`, () =>
      withCollection(async (collection) => {
        const { outcome } = begin(collection, indexOf({ connectivity: 12 }));
        await began(collection);
        const staged = await collection.stageMerge(false);
        const indexConfig = restored && indexOf(restored);
        await collection.merge(await staged.finish(), { replace: true, indexConfig }, never);
        expect(await outcome).to.equal(reason);
        const wanted = indexConfig ?? indexOf({ connectivity: 12 });
        expect(collection.indexing.stats.config).to.deep.equal(wanted);
        expect(collection.manifest.current.config?.index).to.deep.equal(wanted);
      }));
  }

  it('goes on while records are merged', () =>
    withCollection(async (collection) => {
      const { outcome } = begin(collection, indexOf({ connectivity: 12 }));
      const build = await began(collection);
      build.slice(0.01);
      const staged = await collection.stageMerge(false);
      await collection.merge(await staged.finish(), {}, never);
      expect(collection.state.indexes.build).to.equal(build);
      finish(collection);
      expect(await outcome).to.equal('served');
    }));

  it('ends when the collection is deleted, and when it is closed', async () => {
    await withCollection(async (collection, registry) => {
      const { outcome } = begin(collection);
      await began(collection);
      await registry.delete('docs');
      expect(await outcome).to.equal('COLLECTION_NOT_FOUND');
    });
    let outcome: Promise<string> | undefined;
    await withCollection(async (collection) => {
      ({ outcome } = begin(collection));
      await began(collection);
    });
    expect(await outcome).to.equal('SHUTTING_DOWN');
  });

  it('makes writes wait when as many rows wait for it as may', () =>
    withCollection(async (collection, registry, random) => {
      begin(collection, indexOf({ connectivity: 12 }));
      const build = await began(collection);
      const { pendingRowsMax } = limits;
      Object.assign(limits, { pendingRowsMax: 20 });
      try {
        await write(collection, recordsOf(random, range(400, 430)));
        while (collection.state.index.buildSlice(5));
        expect(build.index.pendingCount).to.equal(30);
        // Half of the slices go to rows that wait, so that both come to an end.
        for (let i = 0; i < 2; i += 1) build.slice(0.01);
        expect(build.index.pendingCount).to.be.below(30);
        expect(collection.state.indexes.fullness).to.be.above(1);
        registry.builder.add(collection.state);
        await write(collection, recordsOf(random, range(430, 450)));
        expectEveryRecord(collection);
      } finally {
        Object.assign(limits, { pendingRowsMax });
      }
    }));
});

describe('a worn graph', () => {
  const usual = limits.rebuildTombstonesMin;
  before(() => Object.assign(limits, { rebuildTombstonesMin: 20 }));
  after(() => Object.assign(limits, { rebuildTombstonesMin: usual }));

  const deleted = async (collection: Collection, from: number, to: number) => {
    await collection.deleteIds(
      range(from, to).map((i) => `id-${i}`),
      true,
      never,
    );
  };

  it('is built anew once, with a note, when a third of its nodes is removed', async () => {
    const notes: string[] = [];
    await withCollection(
      async (collection, registry) => {
        const { state } = collection;
        const worn = state.index;
        await deleted(collection, 0, 133);
        expect([state.indexes.isWorn, state.index.tombstoneCount]).to.deep.equal([false, 133]);
        await deleted(collection, 133, 134);
        expect(state.indexes.isWorn).to.equal(true);
        registry.builder.add(state, { renewed: () => notes.push('renewed') });
        while (state.index === worn) await new Promise((resolve) => setTimeout(resolve, 2));
        const index = state.index as HnswIndex;
        expect([index.tombstoneCount, index.indexedCount, index.pendingCount]).to.deep.equal([
          0, 266, 0,
        ]);
        expectEveryRecord(collection);
        await deleted(collection, 134, 140);
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect([state.index, notes]).to.deep.equal([index, ['renewed']]);
      },
      small,
      notes,
    );
  });

  it('is left alone while it is small, and when there is no graph', () =>
    withCollection(async (collection) => {
      const { state } = collection;
      await deleted(collection, 0, 390);
      Object.assign(limits, { rebuildTombstonesMin: 400 });
      expect(state.indexes.isWorn).to.equal(false);
      Object.assign(limits, { rebuildTombstonesMin: 20 });
      expect(state.indexes.isWorn).to.equal(true);
      state.indexes.begin(false);
      expect(state.indexes.isWorn).to.equal(false);
      await collection.indexing.drop(never);
      expect(state.indexes.isWorn).to.equal(false);
    }));
});
