/** A snapshot under a filter holds what matched at the moment that it is of. */
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import { Filter } from '../../../src/gen/protovec/v1/filter.js';
import { SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { compileFilter } from '../../../src/search/filter.js';
import { oracleMatches } from '../../property/filter-oracle.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { withJumpingClock } from '../../support/jumping-clock.js';
import { Random } from '../../support/random.js';
import { readAll as readSnapshot } from '../snapshot/support.js';

const filter = Filter.create({ condition: { $case: 'titleContains', value: 'x' } });
const compiled = compileFilter(filter, 'filter');
const ids = 600;

const row = (random: Random, id: number): Partial<VectorRecord> => ({
  id: `r${id}`,
  title: random.pick(['x', 'y', 'xy']),
  embedding: [1, id, 3],
});

async function change(collection: Collection, random: Random): Promise<void> {
  const some = [...new Set(Array.from({ length: 5 }, () => random.below(ids + 9)))];
  const rows = some.map((id) => row(random, id));
  if (random.chance(0.7)) await write(collection, rows);
  else
    await collection.deleteIds(
      rows.map(({ id }) => id!),
      false,
      never,
    );
}

/** Ids, titles and revisions, in the order of the ids. */
const told = (records: Iterable<VectorRecord>): string[] =>
  [...records].map(({ id, title, revision }) => `${id} ${title} ${revision}`).sort();

describe('a snapshot under a filter', () => {
  it('holds what matched at one moment while records change', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      const seed = Date.now() % 1_000_000;
      console.log(`      seed ${seed}`);
      const random = new Random(seed);
      await write(
        collection,
        Array.from({ length: ids }, (_, id) => row(random, id)),
      );
      for (let round = 0; round < 6; round += 1) {
        const history = new Map([[collection.state.sequence, readAll(collection)]]);
        let over = false;
        const snapshot = await withJumpingClock(async () => {
          const encoding = { format: SnapshotFormat.BINARY, compressed: round % 2 === 1 };
          const made = collection.snapshots.create(encoding, never, () => {}, compiled);
          made.finally(() => {
            over = true;
          });
          while (!over) {
            await change(collection, random);
            history.set(collection.state.sequence, readAll(collection));
          }
          return made;
        });
        const file = await collection.snapshots.open(snapshot);
        const bytes = Buffer.alloc(Number(snapshot.sizeBytes));
        await file.read(bytes, 0);
        await file.close();
        const { bodies, error } = await readSnapshot(bytes, { sha256: snapshot.sha256 });
        expect(error).to.equal(undefined);
        expect(bodies).to.have.length(Number(snapshot.recordCount));
        const then = history.get(Number(snapshot.logSequence))!;
        const wanted = [...then.values()].filter((record) => oracleMatches(filter, record));
        expect(told(bodies.map((body) => VectorRecord.decode(body)))).to.deep.equal(told(wanted));
      }
      await registry.close();
    }));
});
