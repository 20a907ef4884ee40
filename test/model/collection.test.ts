/** Random histories of one collection against a Map, across checkpoints, stops and crashes. */
import { expect } from 'chai';
import fc from 'fast-check';
import type { Collection } from '../../src/collection/collection.js';
import type { Registry } from '../../src/collection/registry.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { search } from '../../src/search/search.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../support/collection.js';

const id = fc.integer({ min: 0, max: 12 }).map((n) => (n < 6 ? `id-${n}` : uuidOf(n)));
const vector = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 9 })));
const record = fc.record({ id, embedding: vector, content: fc.string({ maxLength: 40 }) });

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ upsert: fc.array(record, { minLength: 1, maxLength: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ delete: fc.array(id, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ clear: fc.constant(true) }) },
  { weight: 2, arbitrary: fc.record({ merge: fc.uniqueArray(record, { selector: (r) => r.id }) }) },
  { weight: 2, arbitrary: fc.record({ checkpoint: fc.constant(true) }) },
  {
    weight: 2,
    arbitrary: fc.record({ reopen: fc.constantFrom('clean' as const, 'crash' as const) }),
  },
);

type Stored = { content: string; embedding: number[] };

function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function stored(records: Map<string, VectorRecord>): Record<string, Stored> {
  const entries = [...records].map(([key, { content, embedding }]) => [
    key,
    { content, embedding },
  ]);
  return Object.fromEntries(entries);
}

async function merge(collection: Collection, records: Partial<VectorRecord>[]): Promise<void> {
  const { RecordBatch } = await import('../../src/gen/protovec/v1/snapshot_service.js');
  const staged = await collection.stageMerge(false);
  await staged.addRecords(RecordBatch.encode(RecordBatch.fromPartial({ records })).finish());
  await collection.merge(await staged.finish(), false, never);
}

/** Every record is found by its own vector, at distance 0. */
function expectSearchable(collection: Collection, model: Map<string, Stored>): void {
  const { state } = collection;
  for (const [key, { embedding }] of model) {
    const query = Float32Array.from(embedding);
    const found = search(state.searchTarget, query, { limit: model.size, exact: false });
    const ids = [...found.slots].map((slot) => state.ids.text(slot));
    expect(ids).to.have.members([...model.keys()]);
    expect(found.scores[ids.indexOf(key)]).to.be.closeTo(1, 1e-6);
  }
}

describe('a collection', () => {
  it('holds what a Map holds, whatever happens to it', async function () {
    this.timeout(120_000);
    const history = fc.array(operation, { minLength: 5, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(history, (operations) =>
        inTemporaryDirectory(async (directory) => {
          let registry: Registry = await openRegistry(directory);
          let collection = await registry.create('docs', configOf({ dimension: 3 }));
          const model = new Map<string, Stored>();
          for (const step of operations) {
            if ('upsert' in step) {
              await write(collection, step.upsert);
              for (const { id: key, ...rest } of step.upsert) model.set(key, rest);
            } else if ('delete' in step) {
              await collection.deleteIds(step.delete, false, never);
              for (const key of step.delete) model.delete(key);
            } else if ('clear' in step) {
              await collection.clear(never);
              model.clear();
            } else if ('merge' in step) {
              await merge(collection, step.merge);
              for (const { id: key, ...rest } of step.merge) {
                if (!model.has(key)) model.set(key, rest);
              }
            } else if ('checkpoint' in step) {
              await collection.checkpoint();
            } else {
              const before = readAll(collection);
              if (step.reopen === 'clean') await registry.close();
              else await collection.abandon();
              registry = await openRegistry(directory);
              collection = registry.get('docs');
              expect(readAll(collection)).to.deep.equal(before);
            }
            expect(stored(readAll(collection))).to.deep.equal(Object.fromEntries(model));
          }
          expectSearchable(collection, model);
          await registry.close();
        }),
      ),
      { numRuns: 40 },
    );
  });
});
