import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { Registry } from '../../../src/collection/registry.js';
import { IndexConfig, IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import { FlatIndex } from '../../../src/index/flat-index.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { resolveIndexConfig, sameGraph } from '../../../src/index/index-config.js';
import { limits } from '../../../src/limits.js';
import { readHeader } from '../../../src/snapshot/read-header.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { Random } from '../../support/random.js';
import { expectEveryRecord } from '../../support/searches.js';
import { SimulatedDisk, writeImage } from '../../support/simulated-disk/simulated-disk.js';

const dimension = 3;
const first = indexOf({ connectivity: 8, expansionAdd: 40 });

function indexOf(config: Partial<IndexConfig>): IndexConfig {
  return resolveIndexConfig(IndexConfig.fromPartial(config), 0, 'config');
}

const recordsOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `id-${from + i}`,
    embedding: [Math.cos(from + i), Math.sin(from + i), (from + i) / 40],
  }));

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

async function built({ state }: Collection): Promise<void> {
  while (state.index.pendingCount > 0 || state.indexes.build !== undefined) await pause();
}

const build = (collection: Collection, config: IndexConfig) =>
  collection.indexing.build(
    () => config,
    () => {},
    never,
  );

/** A saved collection of `count` records whose graph of the configuration `first` is saved, too. */
async function saved(directory: string, count = 300): Promise<void> {
  const registry = await openRegistry(directory);
  const collection = await registry.create('docs', configOf({ dimension, index: first }));
  await write(collection, recordsOf(0, count));
  await built(collection);
  await registry.close();
}

/** Opens it and lets nothing be built. */
async function reopened(directory: string, notes: string[] = []) {
  const registry = await openRegistry(directory, notes);
  registry.builder.stop();
  const collection = registry.get('docs');
  return { registry, collection, state: collection.state };
}

/** The log has the configuration, and nothing is built. */
async function configured(collection: Collection, config: IndexConfig): Promise<void> {
  void build(collection, config).catch(() => {});
  while (collection.state.indexes.build === undefined) await pause();
}

describe('an index that was being built when the server stopped', () => {
  for (const [what, change] of [
    ['connectivity', { connectivity: 12 }],
    ['expansion_add', { expansionAdd: 50 }],
    ['quantization', { quantization: Quantization.F32 }],
  ] as const) {
    it(`is built at the next start, and the graph of another ${what} serves until then`, () =>
      inTemporaryDirectory(async (directory) => {
        await saved(directory);
        const wanted = { ...first, ...change };
        for (const how of ['a crash', 'a save and a crash', 'a stop']) {
          let { registry, collection, state } = await reopened(directory);
          if (how === 'a crash') await configured(collection, wanted);
          await write(collection, recordsOf(300, 310));
          await collection.deleteIds(['id-7'], false, never);
          if (how === 'a save and a crash') await collection.checkpoint();
          if (how === 'a stop') await registry.close();
          else await collection.abandon();
          const notes: string[] = [];
          ({ registry, collection, state } = await reopened(directory, notes));
          expect(notes, how).to.deep.equal([]);
          expect(state.indexes.config, how).to.deep.equal(wanted);
          expect(indexOf(collection.manifest.current.config!.index!)).to.deep.equal(wanted);
          expect(state.indexes.servingConfig, how).to.deep.equal(first);
          expect(state.index.indexedCount, how).to.be.within(299, 309);
          expect(state.indexes.build?.index.config, how).to.deep.equal(wanted);
          expectEveryRecord(collection, how);
          await collection.abandon();
        }
        const registry = await openRegistry(directory);
        const collection = registry.get('docs');
        await built(collection);
        expect(collection.indexing.stats).to.deep.include({ config: wanted, pendingRecords: 0n });
        expectEveryRecord(collection);
        await registry.close();
        const last = await reopened(directory);
        expect(last.state.indexes.servingConfig).to.deep.equal(wanted);
        expect([last.state.index.pendingCount, last.state.indexes.build]).to.deep.equal([
          0,
          undefined,
        ]);
        await last.registry.close();
      })).timeout(60_000);
  }

  it('needs no other graph when only ef_search changes', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      const { collection } = await reopened(directory);
      await configured(collection, { ...first, efSearch: 9 });
      await collection.abandon();
      const { registry, state } = await reopened(directory);
      expect([state.index.indexedCount, state.indexes.build]).to.deep.equal([300, undefined]);
      expect(state.indexes.servingConfig).to.deep.equal({ ...first, efSearch: 9 });
      await registry.close();
    }));

  it('is forgotten when it was dropped before, and its graph file goes', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      let { registry, collection, state } = await reopened(directory);
      await configured(collection, { ...first, connectivity: 12 });
      await collection.indexing.drop(never);
      expect(collection.manifest.current.index).to.equal(undefined);
      const files = await readdir(join(directory, 'collections', collection.id));
      expect(files.filter((name) => name.startsWith('index-'))).to.deep.equal([]);
      await collection.abandon();
      ({ registry, collection, state } = await reopened(directory));
      expect(state.index).to.be.instanceOf(FlatIndex);
      expect(state.indexes.build).to.equal(undefined);
      expect(state.indexes.config).to.include({ kind: IndexKind.FLAT, connectivity: 12 });
      expectEveryRecord(collection);
      await configured(collection, indexOf({}));
      await collection.abandon();
      ({ registry, collection, state } = await reopened(directory));
      expect(state.indexes.config).to.deep.equal(indexOf({}));
      expectEveryRecord(collection);
      await registry.close();
    }));

  it('keeps a graph through a log that drops it and asks for it again', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      const { collection, registry, state } = await reopened(directory);
      registry.builder.add(state);
      await collection.indexing.drop(never);
      await build(collection, first);
      await built(collection);
      await registry.close();
      const again = await reopened(directory);
      expect(again.state.index.indexedCount).to.equal(300);
      expect(again.state.indexes.build).to.equal(undefined);
      await again.registry.close();
    }));
});

describe('a start without a usable graph', () => {
  const { pendingRowsMax } = limits;
  afterEach(() => Object.assign(limits, { pendingRowsMax }));

  it('compares many rows in the arena until the graph is built, and lets writes through', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      const { index, baseSequence, id } = await about(directory);
      await rm(join(directory, 'collections', id, index));
      Object.assign(limits, { pendingRowsMax: 500 });
      const notes: string[] = [];
      const { registry, collection, state } = await reopened(directory, notes);
      expect(notes).to.have.length(1);
      expect(notes[0]).to.include(`index-${baseSequence}.usearch`);
      expect(state.index).to.be.instanceOf(FlatIndex);
      expect(state.indexes.build).to.not.equal(undefined);
      expect(state.indexes.fullness).to.equal(0);
      await write(collection, recordsOf(300, 400));
      expectEveryRecord(collection);
      registry.builder.add(state);
      await built(collection);
      expect(state.index).to.be.instanceOf(HnswIndex);
      expect([state.index.indexedCount, state.indexes.config]).to.deep.equal([400, first]);
      expectEveryRecord(collection);
      await registry.close();
    }));

  it('lets few rows wait for the graph', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      const { index, id } = await about(directory);
      await rm(join(directory, 'collections', id, index));
      const { registry, state } = await reopened(directory);
      expect([state.index.pendingCount, state.indexes.build]).to.deep.equal([300, undefined]);
      await registry.close();
    }));

  async function about(directory: string) {
    const { registry, collection } = await reopened(directory);
    const { index } = collection.manifest.current;
    await registry.close();
    return { id: collection.id, index: index!.file, baseSequence: index!.baseSequence };
  }
});

describe('the index after a restart', () => {
  it('knows how much of its graph is removed nodes', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      const { rebuildTombstonesMin } = limits;
      Object.assign(limits, { rebuildTombstonesMin: 20 });
      try {
        let { registry, collection, state } = await reopened(directory);
        const gone = recordsOf(0, 150).map(({ id }) => id);
        await collection.deleteIds(gone.slice(0, 60), true, never);
        await registry.close();
        ({ registry, collection, state } = await reopened(directory));
        expect([state.index.tombstoneCount, state.indexes.isWorn]).to.deep.equal([60, false]);
        await collection.deleteIds(gone.slice(60), true, never);
        await collection.checkpoint();
        await collection.abandon();
        const notes: string[] = [];
        ({ registry, collection, state } = await reopened(directory, notes));
        expect([state.index.tombstoneCount, state.indexes.isWorn]).to.deep.equal([150, true]);
        await collection.abandon();
        registry = await openRegistry(directory, notes);
        collection = registry.get('docs');
        while (collection.state.index.tombstoneCount > 0) await pause();
        await registry.close();
        expect(notes).to.deep.equal(['the graph of docs is built anew: much of it was deleted']);
      } finally {
        Object.assign(limits, { rebuildTombstonesMin });
      }
    }));

  it('is in the snapshots that are taken later', () =>
    inTemporaryDirectory(async (directory) => {
      await saved(directory);
      const { registry, collection } = await reopened(directory);
      const wanted = { ...first, connectivity: 12 };
      await configured(collection, wanted);
      const encoding = { format: SnapshotFormat.BINARY, compressed: false };
      const snapshot = await collection.snapshots.create(encoding, never, () => {});
      const file = await collection.snapshots.open(snapshot);
      expect(indexOf((await readHeader(file, 'snapshot')).indexConfig!)).to.deep.equal(wanted);
      await file.close();
      await registry.close();
    }));
});

describe('an index configuration that was acknowledged', () => {
  const flat = indexOf({ kind: IndexKind.FLAT });
  const steps: ((collection: Collection) => [IndexConfig, Promise<unknown>])[] = [
    (collection) => [
      { ...first, connectivity: 12 },
      build(collection, { ...first, connectivity: 12 }),
    ],
    (collection) => [
      { ...first, connectivity: 12, kind: IndexKind.FLAT },
      collection.indexing.drop(never),
    ],
    (collection) => [indexOf({}), build(collection, indexOf({}))],
    (collection) => [flat, build(collection, flat)],
    (collection) => [first, build(collection, first)],
  ];

  /** Goes through the steps until the power goes at call `cut`; the configurations that may be. */
  async function until(disk: SimulatedDisk, directory: string, cut: number, after: boolean) {
    const registry = await Registry.open({
      fileSystem: disk,
      dataDirectory: directory,
      owns: () => true,
      notes: () => {},
    });
    const collection = registry.get('docs');
    let possible = [first];
    disk.cutAt(disk.calls + cut, after);
    for (const [i, step] of steps.entries()) {
      const [config, done] = step(collection);
      possible = [possible[0], config];
      const answered = await done.then(
        () => true,
        () => false,
      );
      if (!answered || !disk.on) break;
      possible = [config];
      if (i === 2) await collection.checkpoint().catch(() => {});
      const wrote = await write(collection, recordsOf(50 + i, 51 + i)).catch(() => undefined);
      if (wrote === undefined || !disk.on) break;
    }
    const whole = disk.on;
    disk.cut();
    await registry.close().catch(() => {});
    return { possible, whole };
  }

  it('is in force after a restart, wherever the power goes, and searches are right', async function () {
    this.timeout(120_000);
    const seed = 1 + Math.floor(Math.random() * 1e9);
    console.log(`      seed ${seed}`);
    const random = new Random(seed);
    const root = await mkdtemp(join(tmpdir(), 'protovec-index-power-'));
    try {
      await saved(join(root, 'start'), 50);
      const start = new SimulatedDisk(join(root, 'start')).afterKill();
      let cuts = 0;
      for (let cut = 1; ; cut += 1) {
        const directory = join(root, `cut-${cut}`);
        writeImage(start, directory);
        const disk = new SimulatedDisk(directory, () => random.chance(0.3));
        const { possible, whole } = await until(disk, directory, cut, random.chance(0.5));
        for (let image = 0; image < 2; image += 1) {
          const left = join(root, `left-${cut}-${image}`);
          writeImage(disk.afterCrash(random), left);
          const { registry, collection, state } = await reopened(left);
          const found = state.indexes.config;
          const matching = possible.filter((config) => same(config, found));
          expect(matching, `cut ${cut}: ${JSON.stringify([found, possible])}`).to.have.length(1);
          const { serving, servingConfig } = state.indexes;
          if (found.kind === IndexKind.FLAT) expect(serving).to.be.instanceOf(FlatIndex);
          if (serving instanceof HnswIndex && !sameGraph(servingConfig, found)) {
            expect(state.indexes.build?.index.config).to.deep.equal(found);
          }
          expect(readAll(collection).size).to.be.within(50, 55);
          expectEveryRecord(collection, `cut ${cut}`);
          registry.builder.add(state);
          await built(collection);
          expect(same(state.indexes.servingConfig, found)).to.equal(true);
          expectEveryRecord(collection, `cut ${cut}, built`);
          await registry.close();
          await rm(left, { recursive: true });
        }
        await rm(directory, { recursive: true });
        cuts += 1;
        if (whole) break;
      }
      expect(cuts).to.be.above(40);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });

  function same(a: IndexConfig, b: IndexConfig): boolean {
    return Buffer.from(IndexConfig.encode(a).finish()).equals(IndexConfig.encode(b).finish());
  }
});
