import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { CollectionState } from '../../../src/gen/protovec/v1/collection.js';
import { Durability } from '../../../src/gen/protovec/v1/persistence.js';
import { publishManifest, readManifest } from '../../../src/snapshot/manifest.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { resolveCollectionConfig } from '../../../src/wire/collection-config.js';
import { configOf, inTemporaryDirectory, openRegistry, write } from '../../support/collection.js';
import { FaultyFileSystem } from '../storage/faulty-file-system.js';
import { rejection } from '../storage/rejection.js';

describe('opening a collection', () => {
  it('without any file is opening an empty one, of 384 dimensions when nothing says otherwise', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const { id } = await registry.create('docs', resolveCollectionConfig(undefined));
      await registry.get('docs').abandon();
      const place = join(directory, 'collections', id);
      const manifest = await readManifest(nodeFileSystem, place);
      for (const name of await readdir(place)) await rm(join(place, name), { recursive: true });
      await publishManifest(nodeFileSystem, place, { ...manifest, logs: [] });
      registry = await openRegistry(directory);
      const { state } = registry.get('docs');
      expect([state.dimension, state.count]).to.deep.equal([384, 0]);
      await registry.close();
    }));

  it('whose manifest lists a log that is not there quarantines it', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const { id } = await registry.create('docs', configOf({ dimension: 3 }));
      await registry.get('docs').abandon();
      await rm(join(directory, 'collections', id, 'log-1.pb'));
      registry = await openRegistry(directory);
      expect(registry.describe('docs').state).to.equal(CollectionState.QUARANTINED);
      expect(registry.describe('docs').stateMessage).to.include('log-1.pb is missing');
      expect(registry.describe('docs').persistenceStatus).to.equal(undefined);
      await registry.close();
    }));

  it('whose manifest is gone quarantines it under the name of its directory', () =>
    inTemporaryDirectory(async (directory) => {
      await mkdir(join(directory, 'collections', 'some-id'), { recursive: true });
      const registry = await openRegistry(directory);
      expect(registry.describe('some-id').stateMessage).to.include('manifest.pb is missing');
      await registry.close();
    }));

  it('from before it said how it is saved gives it the defaults', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const { id } = await registry.create('docs', configOf({ dimension: 3 }));
      await write(registry.get('docs'), [{ id: 'a', embedding: [1, 2, 3] }]);
      await registry.get('docs').abandon();
      const place = join(directory, 'collections', id);
      const manifest = await readManifest(nodeFileSystem, place);
      const config = { ...manifest.config!, persistence: undefined };
      await publishManifest(nodeFileSystem, place, { ...manifest, config });
      registry = await openRegistry(directory);
      const { persistence } = registry.describe('docs').config!;
      expect(persistence?.durability).to.equal(Durability.ALWAYS);
      expect(persistence?.autoSaveThreshold).to.equal(100_000n);
      await registry.close();
    }));

  it('on a full disk ends the start, and the error names the directory', () =>
    inTemporaryDirectory(async (directory) => {
      const first = await openRegistry(directory);
      const { id } = await first.create('docs', configOf({ dimension: 3 }));
      await write(first.get('docs'), [{ id: 'a', embedding: [1, 2, 3] }]);
      await first.get('docs').abandon();
      const fileSystem = new FaultyFileSystem();
      fileSystem.room = 10;
      const error = await rejection(openRegistry(directory, [], fileSystem), 'STORAGE_FULL');
      expect(error.message)
        .to.include(join(directory, 'collections', id))
        .and.include('docs');
      const again = await openRegistry(directory);
      expect(again.get('docs').state.count).to.equal(1);
      await again.close();
    }));
});
