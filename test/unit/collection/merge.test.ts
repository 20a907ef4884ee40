import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
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

async function stage(collection: Collection, id: string) {
  const staged = await collection.stageMerge(false);
  const records = [{ id, embedding: [1, 2, 3] }];
  await staged.addRecords(RecordBatch.encode(RecordBatch.fromPartial({ records })).finish());
  return staged.finish();
}

describe('a merge', () => {
  it('keeps its file when nobody knows whether the log has it', () =>
    inTemporaryDirectory(async (directory) => {
      const fileSystem = new FaultyFileSystem();
      let registry = await openRegistry(directory, [], fileSystem);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      await write(collection, [{ id: 'a', embedding: [3, 2, 1] }]);
      const staged = await stage(collection, 'b');
      fileSystem.syncError = ioError();
      await rejection(collection.merge(staged, {}, never), 'LOG_LATCHED');
      await collection.abandon();
      // The entry was written and only its sync failed: a restart may find it.
      registry = await openRegistry(directory);
      expect([...readAll(registry.get('docs')).keys()]).to.deep.equal(['a', 'b']);
      await registry.close();
    }));

  it('leaves no file behind when it was refused', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      const staged = await stage(collection, 'b');
      await rejection(collection.merge(staged, {}, AbortSignal.abort()), 'CANCELLED');
      const files = await readdir(join(directory, 'collections', collection.id, 'staging'));
      expect(files).to.deep.equal([]);
      await registry.close();
    }));
});
