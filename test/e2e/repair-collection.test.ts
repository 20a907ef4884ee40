/** A collection that a server quarantines is repaired to a new directory, and served from there. */

import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { repairDirectory } from '../../src/collection/recovery/repair-directory.js';
import { nodeFileSystem } from '../../src/storage/file-system.js';
import { serve } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import {
  contentOf,
  expectSearchable,
  flipByte,
  marker,
  open,
  recordsOf,
} from './durability-fixture.js';

/** Every file below a directory with its digest. */
async function digests(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return found;
}

describe('repairing a collection', function () {
  this.timeout(120_000);

  it('turns one that is quarantined into one that is served, with the writes before the damage', () =>
    inTemporaryDirectory(async (root) => {
      const [first, second] = [join(root, 'first'), join(root, 'second')];
      const served = await serve({ dataDirectory: first });
      const docs = await open(served.client, 'docs');
      const { id } = await docs.describe();
      for (let i = 0; i < 10; i += 1) await docs.upsertMany(recordsOf(i * 50, i * 50 + 50));
      await docs.snapshots.create();
      const before = new Map((await contentOf(docs)).map((record) => [record.id, record]));
      await marker();
      await cp(first, second, { recursive: true });
      await served.close();
      const directory = join(second, 'collections', id);
      const log = join(directory, 'log-1.pb');
      await flipByte(log, Math.floor((await stat(log)).size / 2));

      const copy = await serve({ dataDirectory: second });
      try {
        expect((await copy.client.collection('docs').describe()).state).to.equal('quarantined');
        const kept = await digests(directory);
        const output = join(root, 'repaired');
        const result = await repairDirectory(nodeFileSystem, directory, output);
        expect(await digests(directory)).to.deep.equal(kept);
        expect(result).to.include({ name: 'docs', collectionId: id, snapshots: 1 });
        await rename(directory, join(root, 'damaged'));
        await rename(output, directory);
        await copy.restart();

        const again = copy.client.collection('docs');
        const content = await contentOf(again);
        // A busy machine may have had idle moments, which are entries, too.
        expect(content.length)
          .to.be.within(150, 350)
          .and.to.be.at.most(result.entries * 50);
        for (const record of content) expect(record).to.deep.equal(before.get(record.id));
        await expectSearchable(again, recordsOf(0, 20));
        const [snapshot] = await again.snapshots.list();
        expect((await again.snapshots.validate(snapshot!.id)).recordCount).to.equal(500);
      } finally {
        await copy.close();
      }
    }));
});
