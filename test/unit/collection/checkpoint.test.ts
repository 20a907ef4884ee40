import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  configOf,
  inTemporaryDirectory,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';

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
      await collection.deleteIds(['id-1'], true, new AbortController().signal);
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
});
