import { expect } from 'chai';
import { followIndexConfig } from '../../../src/collection/index-config.js';
import { ManifestStore } from '../../../src/collection/manifest-store.js';
import { CollectionState } from '../../../src/collection/state/state.js';
import { Manifest } from '../../../src/gen/protovec/storage/v1/manifest.js';
import { readManifest } from '../../../src/snapshot/manifest.js';
import { configOf, inTemporaryDirectory } from '../../support/collection.js';
import { FaultyFileSystem } from '../storage/faulty-file-system.js';

describe("the manifest's index configuration", () => {
  it('is the last one when it changes back while the manifest is being written', () =>
    inTemporaryDirectory(async (directory) => {
      const fileSystem = new FaultyFileSystem();
      const place = { fileSystem, directory };
      const config = configOf({ dimension: 3 });
      const state = new CollectionState(config);
      const first = state.indexes.config;
      const stored = { ...Manifest.create(), version: '1.0.0', name: 'docs', config };
      const manifest = new ManifestStore(fileSystem, directory, stored);
      let open = (): void => {};
      fileSystem.syncGate = new Promise((resolve) => {
        open = resolve;
      });
      state.configureIndex({ ...first, connectivity: 12 });
      const changed = followIndexConfig(place, state, manifest);
      while (fileSystem.syncs === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      state.configureIndex(first);
      const changedBack = followIndexConfig(place, state, manifest);
      open();
      await Promise.all([changed, changedBack]);
      expect(manifest.current.config?.index?.connectivity).to.equal(first.connectivity);
      const written = await readManifest(fileSystem, directory);
      expect(written.config?.index?.connectivity).to.equal(first.connectivity);
    }));
});
