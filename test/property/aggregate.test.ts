/** An aggregation tells of one set of records that the collection held, whatever is written meanwhile. */
import { expect } from 'chai';
import fc from 'fast-check';
import { aggregate } from '../../src/collection/aggregate/aggregate.js';
import type { AggregatePlan } from '../../src/collection/aggregate/aggregate-plan.js';
import type { Collection } from '../../src/collection/collection.js';
import type { Registry } from '../../src/collection/registry.js';
import type { Metric } from '../../src/gen/protovec/v1/collection.js';
import type { Filter } from '../../src/gen/protovec/v1/filter.js';
import { Durability, PersistenceConfig } from '../../src/gen/protovec/v1/persistence.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { RecordBatch } from '../../src/gen/protovec/v1/snapshot_service.js';
import { compileFilter } from '../../src/search/filter.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../support/collection.js';
import { withJumpingClock } from '../support/jumping-clock.js';
import { Random } from '../support/random.js';
import { metrics } from '../unit/index/vectors.js';
import { expectAggregate } from './aggregate-oracle.js';
import { filter, record } from './filter-arbitraries.js';
import { oracleMatches } from './filter-oracle.js';

const keys = ['k', 'K', 'kk', '__proto__', 'ü', 'absent'];
const planOf = (limit: number, tree?: Filter): AggregatePlan => ({
  filter: tree && compileFilter(tree, 'filter'),
  centroid: true,
  centroidSimilarity: true,
  contentLengths: true,
  facets: keys.map((key) => ({ key, limit })),
});

/** Writes that wait for no disk come between more slices. */
const quick = PersistenceConfig.fromPartial({ durability: Durability.OS });

/** The records that match, as the oracle reads the filter. */
const matching = (records: ReadonlyMap<string, VectorRecord>, tree?: Filter) =>
  [...records.values()].filter((one) => tree === undefined || oracleMatches(tree, one));

const value = fc.oneof(
  fc.constantFrom(0, 1, -1, 0.5),
  fc.float({ noNaN: true, min: -100, max: 100 }),
);
const vector = fc
  .array(value, { minLength: 3, maxLength: 3 })
  .map((values) => (values.every((v) => Math.abs(v) < 1e-3) ? [1, 0, 0] : values));
const records = fc
  .array(fc.tuple(record, vector), { maxLength: 20 })
  .map((rows) => rows.map(([row, embedding], i) => ({ ...row, id: `${row.id}${i}`, embedding })));

describe('an aggregation', function () {
  this.timeout(60_000);
  let next = 0;

  const create = (registry: Registry, metric: Metric, dimension: number): Promise<Collection> =>
    registry.create(`docs-${next++}`, configOf({ dimension, metric, persistence: quick }));

  for (const [name, metric] of metrics) {
    it(`is what the records say, under any filter: ${name}`, () =>
      inTemporaryDirectory(async (directory) => {
        const registry = await openRegistry(directory);
        await fc.assert(
          fc.asyncProperty(
            records,
            fc.option(filter, { nil: undefined }),
            fc.integer({ min: 1, max: 4 }),
            fc.array(fc.nat(19), { maxLength: 3 }),
            fc.boolean(),
            async (rows, tree, limit, deleted, derived) => {
              const collection = await create(registry, metric, 3);
              if (rows.length > 0) await write(collection, rows);
              const gone = deleted.flatMap((i) => (i < rows.length ? [rows[i]!.id] : []));
              if (gone.length > 0) await collection.deleteIds(gone, false, never);
              if (derived) collection.state.filters.slice(1_000);
              const result = await aggregate(collection.state, planOf(limit, tree), never);
              expectAggregate(result, matching(readAll(collection), tree), metric, limit);
              await registry.delete(collection.name);
            },
          ),
          { numRuns: 60 },
        );
        await registry.close();
      }));

    it(`tells of one moment while records change: ${name}`, () =>
      inTemporaryDirectory(async (directory) => {
        const registry = await openRegistry(directory);
        const seed = Date.now() % 1_000_000;
        console.log(`        seed ${seed}`);
        for (let round = 0; round < 15; round += 1) {
          await underChanges(await create(registry, metric, dimension), new Random(seed + round));
        }
        await registry.close();
      }));
  }
});

/** So long that four vectors are a slice, when the clock jumps. */
const dimension = 4_096;
const langs = ['en', 'de', 'fr'];

function rowOf(random: Random, id: number): Partial<VectorRecord> {
  const text = (value: string) => ({ kind: { $case: 'stringValue' as const, value } });
  const embedding = Array.from({ length: dimension }, (_, i) =>
    i < 3 ? random.between(-9, 9) : 0,
  );
  embedding[3] = 1;
  const metadata = new Map([['k', text(random.pick(langs))]]);
  return { id: `r${id}`, content: 'x'.repeat(random.below(50)), embedding, metadata };
}

/** Aggregates while writes go on; the result must be that of one of the states in between. */
async function underChanges(collection: Collection, random: Random): Promise<void> {
  const ids = 40;
  await write(
    collection,
    Array.from({ length: ids }, (_, id) => rowOf(random, id)),
  );
  const lang = { kind: { $case: 'stringValue' as const, value: 'fr' } };
  const notFrench = { key: 'k', test: { $case: 'notEquals' as const, value: lang } };
  const byLanguage: Filter = { condition: { $case: 'metadata', value: notFrench } };
  const tree = random.chance(0.5) ? byLanguage : undefined;
  const history = [readAll(collection)];
  const result = await withJumpingClock(async () => {
    let over = false;
    const running = aggregate(collection.state, planOf(4, tree), never).finally(() => {
      over = true;
    });
    while (!over) {
      await change(collection, random, ids);
      history.push(readAll(collection));
    }
    return running;
  });
  const failures: unknown[] = [];
  for (const state of history) {
    try {
      expectAggregate(result, matching(state, tree), collection.state.config.metric, 4);
      return;
    } catch (error) {
      failures.push(error);
    }
  }
  expect.fail(
    `none of ${history.length} states: ${String(failures[0])}; ${String(failures.at(-1))}`,
  );
}

async function change(collection: Collection, random: Random, ids: number): Promise<void> {
  if (random.chance(0.5)) collection.state.filters.slice(1_000);
  const some = Array.from({ length: random.between(1, 5) }, () => random.below(ids + 5));
  const rows = [...new Set(some)].map((id) => rowOf(random, id));
  if (random.chance(0.5)) await write(collection, rows);
  else if (random.chance(0.8)) {
    await collection.deleteIds(
      rows.map(({ id }) => id!),
      false,
      never,
    );
  } else if (random.chance(0.3)) await collection.clear(never);
  else {
    const staged = await collection.stageMerge(false);
    await staged.addRecords(
      RecordBatch.encode(RecordBatch.fromPartial({ records: rows })).finish(),
    );
    const replace = random.chance(0.3);
    await collection.merge(await staged.finish(), { replace }, never);
  }
}
