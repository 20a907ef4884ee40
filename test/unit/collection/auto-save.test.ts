import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import type { Registry } from '../../../src/collection/registry.js';
import type { CollectionConfig } from '../../../src/gen/protovec/v1/collection.js';
import { PersistenceConfig } from '../../../src/gen/protovec/v1/persistence.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
import { limits } from '../../../src/limits.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { FaultyFileSystem, ioError } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';

const record = (i: number, content = 'x') => ({ id: `id-${i}`, content, embedding: [1, i + 1, 3] });
const records = (from: number, to: number, content = 'x') =>
  Array.from({ length: to - from }, (_, i) => record(from + i, content));

/** A collection that is saved after so many changes. */
const create = (registry: Registry, threshold: number, name = 'docs') =>
  registry.create(
    name,
    configOf({
      dimension: 3,
      persistence: PersistenceConfig.create({ autoSaveThreshold: BigInt(threshold) }),
    }),
  );

const thresholdOf = (config: CollectionConfig, autoSaveThreshold: bigint) => ({
  ...config,
  persistence: PersistenceConfig.create({ ...config.persistence, autoSaveThreshold }),
});

const filesOf = (directory: string, collection: Collection) =>
  readdir(join(directory, 'collections', collection.id));
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const until = async (condition: () => boolean) => {
  while (!condition()) await pause(2);
};
const operations = (collection: Collection) =>
  Number(collection.persistenceStatus.operationsSinceSave);
const saved = (collection: Collection) => Number(collection.persistenceStatus.lastSaveSequence);

async function merge(collection: Collection, some: object[]) {
  const staged = await collection.stageMerge(false);
  const bytes = RecordBatch.encode(RecordBatch.fromPartial({ records: some })).finish();
  await staged.addRecords(bytes);
  return collection.merge(await staged.finish(), {}, never);
}

describe('saves by themselves', () => {
  it('count every record that a write changed', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      let docs = await create(registry, 1_000);
      await write(docs, records(0, 10));
      expect(operations(docs)).to.equal(10);
      await write(docs, [record(0, 'again')]);
      await docs.deleteIds(['id-1', 'id-2', 'none'], false, never);
      expect(operations(docs)).to.equal(13);
      await merge(docs, [record(3), record(20), record(21)]);
      expect(operations(docs)).to.equal(15);
      await docs.clear(never);
      expect(operations(docs)).to.equal(25);
      await docs.abandon();
      registry = await openRegistry(directory);
      docs = registry.get('docs');
      expect(operations(docs)).to.equal(25);
      expect(docs.persistenceStatus.lastSaveTime).to.equal(undefined);
      await registry.close();
    }));

  it('come in the background once enough has changed, and drop the logs', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const docs = await create(registry, 50);
      await write(docs, records(0, 49));
      await pause(20);
      expect([saved(docs), docs.persistenceStatus.baseSizeBytes]).to.deep.equal([0, 0n]);
      await write(docs, [record(49)]);
      await until(() => saved(docs) > 0 && !docs.persistenceStatus.saving);
      const status = docs.persistenceStatus;
      expect(status.operationsSinceSave).to.equal(0n);
      expect(status.lastSaveError).to.equal('');
      expect(Number(status.lastSaveTime?.seconds) * 1000).to.be.closeTo(Date.now(), 60_000);
      expect(Number(status.baseSizeBytes)).to.be.greaterThan(50 * 20);
      // Only a header.
      expect(Number(status.logSizeBytes)).to.be.below(200);
      const files = await filesOf(directory, docs);
      expect(files.filter((name) => /^(base|log)-/.test(name))).to.have.length(2);
      await docs.abandon();
      const again = await openRegistry(directory);
      expect(readAll(again.get('docs')).size).to.equal(50);
      await again.close();
    }));

  it('wait until the log holds a tenth of the base, unless they are asked for', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const docs = await create(registry, 5);
      await write(docs, records(0, 400, 'content '.repeat(20)));
      await until(() => saved(docs) > 0 && !docs.persistenceStatus.saving);
      const before = saved(docs);
      for (let i = 0; i < 10; i++) await write(docs, [record(i)]);
      await pause(30);
      expect([saved(docs), operations(docs)]).to.deep.equal([before, 10]);
      await docs.checkpoint();
      expect(saved(docs)).to.be.greaterThan(before);
      expect(operations(docs)).to.equal(0);
      await registry.close();
    }));

  it('follow the log of a crash at the next start', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const docs = await create(registry, 1_000);
      await write(docs, records(0, 100));
      await docs.updateConfig((config) => thresholdOf(config, 1_000n));
      await docs.abandon();
      registry = await openRegistry(directory);
      const again = registry.get('docs');
      expect(saved(again)).to.equal(0);
      await again.updateConfig((config) => thresholdOf(config, 100n));
      await until(() => saved(again) > 0);
      await registry.close();
    }));

  it('take turns: one at a time in a worker', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const all: Collection[] = [];
      for (const name of ['a', 'b', 'c']) all.push(await create(registry, 500, name));
      await Promise.all(all.map((docs) => write(docs, records(0, 2_000))));
      let most = 0;
      while (all.some((docs) => saved(docs) === 0)) {
        most = Math.max(most, all.filter((docs) => docs.persistenceStatus.saving).length);
        await pause(1);
      }
      expect(most).to.equal(1);
      await registry.close();
    }));

  it('are told when they fail, harm no write, and come again', function () {
    this.timeout(20_000);
    return inTemporaryDirectory(async (directory) => {
      const fileSystem = new FaultyFileSystem();
      const notes: string[] = [];
      const registry = await openRegistry(directory, notes, fileSystem);
      const docs = await create(registry, 30);
      const { rename } = fileSystem;
      fileSystem.rename = async (from, to) => {
        if (to.includes('base-')) throw ioError();
        return rename(from, to);
      };
      await write(docs, records(0, 30));
      await until(() => docs.persistenceStatus.lastSaveError !== '');
      expect(docs.persistenceStatus.lastSaveError).to.include('EIO');
      expect(operations(docs)).to.equal(30);
      await write(docs, records(30, 40));
      expect(await docs.checkpoint().catch(String)).to.include('EIO');
      expect(operations(docs)).to.equal(40);
      fileSystem.rename = rename;
      await until(() => saved(docs) > 0 && !docs.persistenceStatus.saving);
      expect(docs.persistenceStatus.lastSaveError).to.equal('');
      expect(notes.filter((note) => note.includes('EIO'))).to.have.length(1);
      expect(notes.at(-1)).to.include('saved again');
      const files = await filesOf(directory, docs);
      expect(files.filter((name) => /^(base|log)-|tmp/.test(name))).to.have.length(2);
      expect(readAll(docs).size).to.equal(40);
      await registry.close();
    });
  });

  it('and deletes work on a disk that is nearly full; without room nothing is tried', () =>
    inTemporaryDirectory(async (directory) => {
      const fileSystem = new FaultyFileSystem();
      const registry = await openRegistry(directory, [], fileSystem);
      const docs = await create(registry, 1_000_000);
      await write(docs, records(0, 100));
      fileSystem.free = limits.freeBytesMin - 1;
      await pause(1_010);
      await rejection(write(docs, records(100, 101)), 'STORAGE_FULL');
      await docs.deleteIds(['id-0'], true, never);
      await docs.checkpoint();
      expect([saved(docs) > 0, operations(docs)]).to.deep.equal([true, 0]);
      await docs.clear(never);
      await docs.checkpoint();
      fileSystem.free = Number.MAX_SAFE_INTEGER;
      await pause(1_010);
      await write(docs, records(0, 100));
      fileSystem.free = 1_000;
      const error = await rejection(docs.checkpoint(), 'STORAGE_FULL');
      expect(error.message).to.include('1000 are free');
      expect(docs.persistenceStatus.lastSaveError).to.equal(error.message);
      expect(readAll(docs).size).to.equal(100);
      await registry.close().catch(() => {});
      const again = await openRegistry(directory);
      expect(readAll(again.get('docs')).size).to.equal(100);
      await again.close();
    })).timeout(20_000);
});

describe('a save that is asked for', () => {
  it('waits for the one that runs and then holds everything before it', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const docs = await create(registry, 100);
      await write(docs, records(0, 2_000));
      await until(() => docs.persistenceStatus.saving);
      await write(docs, records(2_000, 2_001));
      const { sequence } = docs.state;
      await docs.checkpoint();
      expect(saved(docs)).to.be.at.least(sequence);
      await registry.close();
    }));

  it('makes a base of an empty collection, and nothing when all is saved', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const docs = await create(registry, 100);
      await docs.checkpoint();
      const time = docs.persistenceStatus.lastSaveTime;
      expect(time).to.not.equal(undefined);
      await docs.checkpoint();
      expect(docs.persistenceStatus.lastSaveTime).to.equal(time);
      await registry.close();
    }));

  for (const [how, reason] of [
    ['closed', 'SHUTTING_DOWN'],
    ['deleted', 'COLLECTION_NOT_FOUND'],
  ] as const) {
    it(`is stopped when the collection is ${how}, and leaves nothing behind`, () =>
      inTemporaryDirectory(async (directory) => {
        const registry = await openRegistry(directory);
        const docs = await create(registry, 1_000_000);
        await write(docs, records(0, 5_000));
        const stopped = rejection(docs.checkpoint(), reason);
        await until(() => docs.persistenceStatus.saving);
        if (how === 'deleted') await registry.delete('docs');
        else await registry.close();
        await stopped;
        const left = await readdir(join(directory, 'collections'));
        expect(left).to.have.length(how === 'deleted' ? 0 : 1);
        if (how === 'deleted') return registry.close();
        const files = await filesOf(directory, docs);
        expect(files.filter((name) => name.includes('tmp'))).to.deep.equal([]);
        const again = await openRegistry(directory);
        expect(readAll(again.get('docs')).size).to.equal(5_000);
        await again.close();
      }));
  }
});
