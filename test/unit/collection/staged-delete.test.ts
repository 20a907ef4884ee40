/** A delete of so many ids that the log names a file of them instead of holding them. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { compileFilter } from '../../../src/search/filter.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { withSmallLimits } from '../../torture/histories/small-limits.js';

const everything = compileFilter(
  { condition: { $case: 'allOf', value: { filters: [] } } },
  'filter',
);

/** A collection with one record left after a delete whose ids were staged. */
async function deleteMany(directory: string): Promise<Collection> {
  const registry = await openRegistry(directory);
  const collection = await registry.create('docs', configOf({ dimension: 1 }));
  const ids = Array.from({ length: 20 }, (_, n) => `record-${n}-${'x'.repeat(20)}`);
  await write(
    collection,
    ids.map((id) => ({ id, embedding: [1] })),
  );
  await collection.deleteMatching(everything, never);
  await write(collection, [{ id: 'left', embedding: [1] }]);
  await collection.abandon();
  return collection;
}

describe('a delete of very many ids', () => {
  it('can be replayed at every start, not only at the first', () =>
    withSmallLimits(() =>
      inTemporaryDirectory(async (directory) => {
        const { id } = await deleteMany(directory);
        for (let start = 0; start < 3; start++) {
          const registry = await openRegistry(directory);
          const reopened = registry.get('docs');
          expect([...readAll(reopened).keys()]).to.deep.equal(['left']);
          const staged = await readdir(join(directory, 'collections', id, 'staging'));
          expect(staged).to.have.length(1);
          await reopened.abandon();
        }
      }),
    ));

  it('quarantines the collection when the file of ids is gone', () =>
    withSmallLimits(() =>
      inTemporaryDirectory(async (directory) => {
        const { id } = await deleteMany(directory);
        await rm(join(directory, 'collections', id, 'staging'), { recursive: true });
        const registry = await openRegistry(directory);
        expect(() => registry.get('docs')).to.throw('which the log refers to, cannot be opened');
        await registry.close();
      }),
    ));
});
