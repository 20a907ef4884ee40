import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { repairDirectory } from '../../../src/collection/recovery/repair-directory.js';
import { operationsOf } from '../../../src/engine/engine.js';
import { IngestLoad } from '../../../src/gen/protovec/storage/v1/manifest.js';
import { WriteMode } from '../../../src/gen/protovec/v1/record.js';
import { readManifest } from '../../../src/snapshot/manifest.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { batchMessage, LocalIngest, openMessage } from '../../support/ingest.js';

type Registry = Awaited<ReturnType<typeof openRegistry>>;

const recordsOf = (number: number) =>
  [0, 1, 2].map((i) => ({ id: `${number}/${i}`, embedding: [1, number, i] }));

/** Sends batches of a load, inserting only. */
async function load(registry: Registry, key: string, ...numbers: number[]): Promise<string[]> {
  const open = openMessage('docs', { idempotencyKey: key, writeMode: WriteMode.INSERT });
  const stream = new LocalIngest(operationsOf(registry), open);
  for (const number of numbers) stream.send(batchMessage(number, recordsOf(number)));
  expect(await stream.end()).to.equal(undefined);
  return stream.texts;
}

/** As they are read back, to compare what was read with what was not. */
const plain = (loads: readonly IngestLoad[]) =>
  loads.map((load) => IngestLoad.decode(IngestLoad.encode(load).finish()));

const stateOf = ({ state }: Collection) => ({
  loads: plain(state.loads.toManifest()),
  operations: state.operationsSinceSave,
});

describe('what is known of loads', () => {
  const inStore = (
    work: (registry: Registry, directory: string, reopen: () => Promise<Registry>) => Promise<void>,
  ) =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      await registry.create('docs', configOf({ dimension: 3 }));
      await work(registry, directory, async () => {
        registry = await openRegistry(directory);
        return registry;
      });
      await registry.close();
    });

  it('is the same after the log was replayed, whatever its entries are', () =>
    inStore(async (registry, _directory, reopen) => {
      await load(registry, 'a', 1, 2);
      await write(registry.get('docs'), [{ id: '3/0', embedding: [1, 2, 3] }]);
      await load(registry, 'b', 1);
      await load(registry, 'a', 3);
      const before = stateOf(registry.get('docs'));
      // The second load's records were there: its entry is a mark alone.
      const told = before.loads.map(({ key, number, failedCount }) => [key, number, failedCount]);
      expect(told).to.deep.equal([
        ['b', 1n, 3n],
        ['a', 3n, 1n],
      ]);
      expect(before.operations).to.equal(10);
      await registry.get('docs').abandon();
      registry = await reopen();
      expect(stateOf(registry.get('docs'))).to.deep.equal(before);
      expect(await load(registry, 'b', 2)).to.deep.equal(['opened 1 +0 ~0 -3', 'ack 2 +0 ~0 -3']);
    }));

  it('is as of the base in its manifest, and goes on in the log', () =>
    inStore(async (registry, _directory, reopen) => {
      const docs = registry.get('docs');
      await load(registry, 'a', 1, 2);
      const loading = load(registry, 'a', 3, 4);
      const saving = docs.checkpoint();
      await Promise.all([loading, saving, load(registry, 'b', 1)]);
      const { base, ingests } = docs.manifest.current;
      const inBase = Number(ingests.find(({ key }) => key === 'a')?.number);
      expect(Number(base!.recordCount)).to.equal(inBase * 3);
      const before = stateOf(docs);
      await docs.abandon();
      registry = await reopen();
      expect(stateOf(registry.get('docs')).loads).to.deep.equal(before.loads);
      await registry.get('docs').checkpoint();
      await registry.close();
      registry = await reopen();
      expect(stateOf(registry.get('docs')).loads).to.deep.equal(before.loads);
      expect(plain(registry.get('docs').manifest.current.ingests)).to.deep.equal(before.loads);
    }));

  it('is saved when nothing but batches without a good record came', () =>
    inStore(async (registry, _directory, reopen) => {
      await load(registry, 'a', 1);
      await registry.get('docs').checkpoint();
      await load(registry, 'b', 1);
      await registry.close();
      registry = await reopen();
      const { ingests } = registry.get('docs').manifest.current;
      expect(ingests.map(({ key }) => key)).to.deep.equal(['a', 'b']);
      expect(readAll(registry.get('docs')).size).to.equal(3);
    }));

  it('stays when the records go', () =>
    inStore(async (registry, _directory, reopen) => {
      await load(registry, 'a', 1, 2);
      await registry.get('docs').clear(never);
      expect(await load(registry, 'a', 2, 3)).to.deep.equal([
        'opened 2 +6 ~0 -0',
        'again 2',
        'ack 3 +3 ~0 -0',
      ]);
      await registry.close();
      registry = await reopen();
      expect(registry.get('docs').ingest.find('a')).to.include({ number: 3, created: 9 });
    }));

  it('goes in a repair that loses records of the base, and stays in others', () =>
    inStore(async (registry, directory) => {
      await load(registry, 'a', 1, 2);
      await registry.get('docs').checkpoint();
      await load(registry, 'a', 3);
      const { id } = registry.get('docs');
      await registry.close();
      const place = join(directory, 'collections', id);
      const whole = await repairDirectory(nodeFileSystem, place, join(directory, 'whole'));
      expect(whole.leftOut).to.deep.equal([]);
      const numbers = async (path: string) =>
        (await readManifest(nodeFileSystem, path)).ingests.map(({ number }) => Number(number));
      expect(await numbers(join(directory, 'whole'))).to.deep.equal([3]);
      const base = (await readdir(place)).find((name) => name.startsWith('base-'))!;
      await truncate(join(place, base), 200);
      const cut = await repairDirectory(nodeFileSystem, place, join(directory, 'cut'));
      expect(cut.leftOut.join('\n')).to.include('the keys of 1 loads');
      expect(await numbers(join(directory, 'cut'))).to.deep.equal([]);
    }));
});
