/** How merges are applied: in slices that wait for the index, whole for views, with their index. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { applyMerge } from '../../../src/collection/writes/apply-merge.js';
import { stageAt } from '../../../src/collection/writes/stage.js';
import { type IndexConfig, IndexKind } from '../../../src/gen/protovec/v1/index.js';
import { MergePolicy } from '../../../src/gen/protovec/v1/merge.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
import { FlatIndex } from '../../../src/index/flat-index.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { resolveIndexConfig } from '../../../src/index/index-config.js';
import type { StagedMerge } from '../../../src/snapshot/merge/staging.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';

const recordsOf = (count: number, content = ''): Partial<VectorRecord>[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${String(i).padStart(4, '0')}`,
    content,
    embedding: [1, i, 3],
  }));

async function fill(staged: StagedMerge, records: Partial<VectorRecord>[]) {
  await staged.addRecords(RecordBatch.encode(RecordBatch.fromPartial({ records })).finish());
  return staged.finish();
}

const stage = async (collection: Collection, records: Partial<VectorRecord>[]) =>
  fill(await collection.stageMerge(false), records);

const flat: IndexConfig = resolveIndexConfig(
  { kind: IndexKind.FLAT, connectivity: 0, expansionAdd: 0, efSearch: 0, quantization: 0 },
  configOf({}).metric,
  'index_config',
);

describe('applying a merge', () => {
  it('waits for the index between blocks, and views wait for its end', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      const { state } = collection;
      // Some blocks of 1 MiB.
      const staged = await stage(collection, recordsOf(1_000, 'x'.repeat(3_000)));
      const place = join(directory, 'collections', collection.id, 'staging');
      const file = await nodeFileSystem.open(join(place, staged.file), 'read');
      const origin = { file: state.files.add(file), sequence: 1, seconds: 1, nanos: 0 };
      const plan = { replace: false, policy: MergePolicy.SKIP_EXISTING } as const;
      const gates: (() => void)[] = [];
      const admit = () => new Promise<void>((resolve) => gates.push(resolve));
      const applied = applyMerge(state, file, origin, plan, { admit });
      let viewed = 0;
      const view = state.wholeView().then(async (whole) => {
        viewed = whole.count;
        await whole.release();
      });
      const counts: number[] = [];
      let over = false;
      applied.finally(() => {
        over = true;
      });
      while (!over) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const gate = gates.shift();
        if (gate === undefined) continue;
        counts.push(state.count);
        expect(viewed).equals(0);
        gate();
      }
      await view;
      expect(viewed).equals(1_000);
      expect(counts.length).greaterThan(2);
      expect(counts[0]).within(1, 999);
      await registry.close();
    }));

  it('with an index configuration makes the index anew, for the manifest and replay, too', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      let collection = await registry.create('docs', configOf({ dimension: 3 }));
      await write(collection, recordsOf(50));
      const place = join(directory, 'collections', collection.id);
      collection.state.index.buildSlice(1_000);
      await registry.close();
      registry = await openRegistry(directory);
      collection = registry.get('docs');
      expect(await readdir(place)).to.satisfy((names: string[]) =>
        names.some((name) => name.startsWith('index-')),
      );
      expect(collection.state.index).instanceOf(HnswIndex);
      const before = await readFile(join(place, 'manifest.pb'));
      const staged = await stage(collection, recordsOf(20, 'restored'));
      await collection.merge(staged, { replace: true, indexConfig: flat }, never);
      const expectFlat = () => {
        expect(collection.state.index).instanceOf(FlatIndex);
        expect(collection.state.indexes.config).deep.equals(flat);
        const { config, index } = collection.manifest.current;
        expect(config?.index).deep.include({ kind: IndexKind.FLAT });
        expect(index).equals(undefined);
        expect(readAll(collection)).property('size', 20);
      };
      expectFlat();
      const names = await readdir(place);
      expect(names.filter((name) => name.startsWith('index-'))).deep.equals([]);
      // A crash before the manifest followed: the saved index of the base is gone or of no use.
      for (const manifest of [undefined, before]) {
        await collection.abandon();
        if (manifest !== undefined) await writeFile(join(place, 'manifest.pb'), manifest);
        registry = await openRegistry(directory);
        collection = registry.get('docs');
        expectFlat();
      }
      await collection.checkpoint();
      expectFlat();
      await registry.close();
      registry = await openRegistry(directory);
      collection = registry.get('docs');
      expectFlat();
      await registry.close();
    }));
});

describe('a collection that is created with records', () => {
  it('has them as its first entry, and after a crash', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const config = configOf({ dimension: 3 });
      const made = await registry.create('docs', config, async (place) =>
        fill(await stageAt(place, config, 'docs', false), recordsOf(30, 'first')),
      );
      const records = readAll(made);
      expect([...records.values()].map(({ revision }) => revision)).deep.equals(
        Array.from({ length: 30 }, () => 1n),
      );
      await write(made, recordsOf(1, 'later'));
      const later = readAll(made);
      await made.abandon();
      registry = await openRegistry(directory);
      expect(readAll(registry.get('docs'))).deep.equals(later);
      await registry.close();
    }));

  it('leaves nothing when they cannot be staged, or when the server dies meanwhile', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const config = configOf({ dimension: 3 });
      const root = join(directory, 'collections');
      let during: string[] = [];
      const failed = registry.create('docs', config, async (place) => {
        await fill(await stageAt(place, config, 'docs', false), recordsOf(3));
        during = await readdir(root);
        throw new Error('no more');
      });
      await failed.then(
        () => expect.fail('it was created'),
        (error) => expect(error.message).equals('no more'),
      );
      expect(registry.has('docs')).equals(false);
      expect(await readdir(root)).deep.equals([]);
      expect(during).lengthOf(1);
      // What a crash in between leaves.
      await nodeFileSystem.makeDirectory(join(root, during[0]!, 'staging'));
      registry = await openRegistry(directory);
      expect(await readdir(root)).deep.equals([]);
      await registry.close();
    }));
});
