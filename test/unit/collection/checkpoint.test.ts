import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { Filter } from '../../../src/gen/protovec/v1/filter.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
import { limits } from '../../../src/limits.js';
import { compileFilter } from '../../../src/search/filter.js';
import { search } from '../../../src/search/search.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';

const records = (from: number, to: number, content: string) =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `id-${from + i}`,
    content,
    embedding: [Math.cos(from + i), Math.sin(from + i), 3],
  }));
/** A filter that matches nothing. */
const oneTitle = Filter.fromPartial({ condition: { $case: 'titleContains', value: 'none' } });

const filesOf = (directory: string, collection: Collection) =>
  readdir(join(directory, 'collections', collection.id));

async function built(collection: Collection): Promise<void> {
  while (collection.state.index.pendingCount > 0) {
    await new Promise((done) => setTimeout(done, 5));
  }
}

describe('a checkpoint', () => {
  it('keeps the base when nothing was written since', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      await write(await registry.create('docs', configOf({ dimension: 3 })), [
        { id: 'a', embedding: [1, 2, 3] },
      ]);
      await registry.close();
      registry = await openRegistry(directory);
      await registry.get('docs').checkpoint();
      await registry.get('docs').abandon();
      registry = await openRegistry(directory);
      expect([...readAll(registry.get('docs')).keys()]).to.deep.equal(['a']);
      await registry.close();
    }));

  it('leaves true what is written while it runs, and removes what it replaces', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      const record = (i: number, content: string) => ({
        id: `id-${i}`,
        content,
        embedding: [1, i, 3],
      });
      const all = Array.from({ length: 3000 }, (_, i) => record(i, 'before'));
      await write(collection, all);
      const running = collection.checkpoint();
      for (let i = 0; i < 30; i += 1) await write(collection, [record(i * 100, 'meanwhile')]);
      await collection.deleteIds(['id-1'], true, never);
      await write(collection, [record(5000, 'new')]);
      await running;
      const expected = readAll(collection);
      expect(expected.size).to.equal(3000);
      expect(expected.get('id-100')?.content).to.equal('meanwhile');
      expect(expected.get('id-2')?.content).to.equal('before');
      const files = await readdir(join(directory, 'collections', collection.id));
      expect(files.filter((file) => file.startsWith('base-'))).to.have.length(1);
      expect(files.filter((file) => file.startsWith('log-'))).to.have.length(1);
      await collection.abandon();
      registry = await openRegistry(directory);
      expect(readAll(registry.get('docs'))).to.deep.equal(expected);
      await registry.close();
    }));

  it('keeps the files that a view reads until the view is released', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      await write(collection, records(0, 50, 'old'));
      await collection.checkpoint();
      await write(collection, records(50, 100, 'old'));
      const view = collection.state.view();
      const before = await filesOf(directory, collection);
      await write(collection, records(0, 60, 'new'));
      await collection.checkpoint();
      await collection.clear(never);
      await collection.checkpoint();
      const during = await filesOf(directory, collection);
      expect(during).to.include.members(before.filter((name) => /^(base|log)-/.test(name)));
      for (let row = 0; row < view.count; row += 1) {
        const { bytes, start, end } = view.read(row);
        expect(VectorRecord.decode(bytes.slice(start, end)).content).to.equal('old');
      }
      await view.release();
      const after = await filesOf(directory, collection);
      expect(after.filter((name) => /^(base|log)-/.test(name))).to.have.length(2);
      await registry.close();
    }));

  it('waits for a merge that is being applied, and its file goes with the log', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      let collection = await registry.create('docs', configOf({ dimension: 3 }));
      await write(collection, records(0, 10, 'old'));
      const staged = await collection.stageMerge(false);
      for (let from = 0; from < 4_000; from += 1_000) {
        const batch = RecordBatch.fromPartial({ records: records(from, from + 1_000, 'merged') });
        await staged.addRecords(RecordBatch.encode(batch).finish());
      }
      const file = await staged.finish();
      const merging = collection.merge(file, {}, never);
      const saving = collection.checkpoint();
      const found = await collection.deleteMatching(compileFilter(oneTitle, 'filter'), never);
      await Promise.all([merging, saving]);
      expect([collection.state.count, found.deleted]).to.deep.equal([4_000, 0]);
      await collection.checkpoint();
      expect(await readdir(join(directory, 'collections', collection.id, 'staging'))).deep.equals(
        [],
      );
      await collection.abandon();
      registry = await openRegistry(directory);
      collection = registry.get('docs');
      expect(collection.state.count).to.equal(4_000);
      expect(readAll(collection).get('id-9')?.content).to.equal('old');
      expect(readAll(collection).get('id-10')?.content).to.equal('merged');
      await registry.close();
    }));

  it('removes the lists of ids that earlier deletes staged', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      await write(collection, records(0, 3, 'x'));
      const staging = join(directory, 'collections', collection.id, 'staging');
      await mkdir(staging, { recursive: true });
      await writeFile(join(staging, 'earlier.ids'), '');
      await collection.checkpoint();
      expect(await readdir(staging)).to.deep.equal([]);
      await registry.close();
    }));

  it('keeps the saved graph: only rows that changed since are built again', () =>
    inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      let collection = await registry.create('docs', configOf({ dimension: 3 }));
      await write(collection, records(0, 300, 'x'));
      await built(collection);
      await registry.close();
      for (let round = 1; round <= 3; round += 1) {
        registry = await openRegistry(directory);
        collection = registry.get('docs');
        registry.builder.remove(collection.state);
        const { index } = collection.state;
        expect([index.indexedCount, index.pendingCount]).to.deep.equal([
          round === 1 ? 300 : 300 - 9 * (round - 1),
          round === 1 ? 0 : 7 * (round - 1),
        ]);
        const graph = collection.manifest.current.index?.file;
        // Seven rows are written again, two go, and one of these comes back elsewhere.
        const changed = Array.from({ length: 7 }, (_, i) => round * 20 + i);
        for (const i of changed) await write(collection, records(i, i + 1, 'again'));
        const gone = [`id-${round * 20 + 10}`, `id-${round * 20 + 11}`];
        await collection.deleteIds(gone, true, never);
        await collection.checkpoint();
        const { index: saved, base } = collection.manifest.current;
        expect(saved?.file).to.equal(graph);
        expect(saved?.baseSequence).to.equal(base?.sequence);
        const files = await filesOf(directory, collection);
        expect(files.filter((name) => name.startsWith('index-'))).to.have.length(2);
        await collection.abandon();
      }
      const notes: string[] = [];
      registry = await openRegistry(directory, notes);
      collection = registry.get('docs');
      await built(collection);
      expect([notes, collection.state.index.indexedCount]).to.deep.equal([[], 294]);
      expectNearest(collection);
      await registry.close();
    }));

  it('has the graph saved again, once nothing waits for it, when much of it is new', function () {
    this.timeout(60_000);
    return inTemporaryDirectory(async (directory) => {
      let registry = await openRegistry(directory);
      let collection = await registry.create('docs', configOf({ dimension: 3 }));
      const saved = () => Number(collection.manifest.current.index?.indexedRecords ?? 0n);
      await write(collection, records(0, limits.indexSaveRowsMin - 1, 'x'));
      await collection.checkpoint();
      await built(collection);
      expect(saved()).to.equal(0);
      await write(collection, records(20_000, 20_010, 'x'));
      while (saved() === 0) await new Promise((done) => setTimeout(done, 20));
      expect(saved()).to.equal(limits.indexSaveRowsMin - 1);
      await collection.abandon();
      registry = await openRegistry(directory);
      collection = registry.get('docs');
      expect(collection.state.index.indexedCount).to.be.at.least(limits.indexSaveRowsMin - 1);
      await registry.close();
    });
  });
});

/** Every record is found by its own vector. */
function expectNearest(collection: Collection): void {
  const { state } = collection;
  for (const [id, { embedding }] of readAll(collection)) {
    const query = Float32Array.from(embedding);
    const { scores } = search(state.searchTarget, query, { limit: 1, exact: false });
    expect(scores[0], id).to.be.closeTo(1, 1e-6);
  }
}
