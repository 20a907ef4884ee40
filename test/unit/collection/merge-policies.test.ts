/** What merges do with records that exist, live and replayed alike, against a plain model. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Collection } from '../../../src/collection/collection.js';
import type { Registry } from '../../../src/collection/registry.js';
import type { MergeOptions } from '../../../src/collection/writes/merge.js';
import type { Timestamp } from '../../../src/gen/google/protobuf/timestamp.js';
import { MergePolicy } from '../../../src/gen/protovec/v1/merge.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
import type { ResolvedPolicy } from '../../../src/snapshot/merge/merge-policy.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { rejection } from '../storage/rejection.js';

type Part = Partial<VectorRecord> & { id: string };

async function merge(collection: Collection, records: Part[], options: MergeOptions = {}) {
  const staged = await collection.stageMerge(false);
  await staged.addRecords(RecordBatch.encode(RecordBatch.fromPartial({ records })).finish());
  return collection.merge(await staged.finish(), options, never);
}

/** Opens the data again as after a crash. */
async function reopen(directory: string, collection: Collection): Promise<Registry> {
  await collection.abandon();
  return openRegistry(directory);
}

const at = (seconds: number, nanos = 0): Timestamp => ({ seconds: BigInt(seconds), nanos });
const record = (id: string, title: string, updateTime?: Timestamp): Part => ({
  id,
  title,
  embedding: [1, 2, 3],
  ...(updateTime && { updateTime }),
});

function withCollection(test: (collection: Collection, directory: string) => Promise<void>) {
  return inTemporaryDirectory(async (directory) => {
    const registry = await openRegistry(directory);
    await test(await registry.create('docs', configOf({ dimension: 3 })), directory);
  });
}

const policies = [
  MergePolicy.SKIP_EXISTING,
  MergePolicy.OVERWRITE,
  MergePolicy.NEWEST_WINS,
  MergePolicy.FAIL,
] as ResolvedPolicy[];

describe('merge policies', () => {
  it('decide as a plain model does, and replay decides the same', async function () {
    this.timeout(120_000);
    const time = fc.option(
      fc.record({ seconds: fc.bigInt(1n, 3n), nanos: fc.constantFrom(0, 1, 999_999_999) }),
      { nil: undefined },
    );
    const merged = fc
      .record({ n: fc.nat(5), title: fc.string({ maxLength: 5 }), time, created: time })
      .map(({ n, title, time: updateTime, created: createTime }) => ({
        ...record(`id-${n}`, title, updateTime),
        ...(createTime && { createTime }),
      }));
    const step = fc.oneof(
      fc.record({
        policy: fc.constantFrom(...policies),
        records: fc.uniqueArray(merged, { selector: ({ id }) => id, minLength: 1 }),
      }),
      fc.record({ written: fc.nat(5) }),
      fc.record({ checkpoint: fc.constant(true) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), (steps) =>
        withCollection(async (collection, directory) => {
          for (const next of steps) {
            const before = readAll(collection);
            if ('checkpoint' in next) await collection.checkpoint();
            else if ('written' in next) {
              await write(collection, [record(`id-${next.written}`, 'written')]);
            } else {
              const { policy, records } = next;
              const conflicts = records.filter(({ id }) => before.has(id));
              if (policy === MergePolicy.FAIL && conflicts.length > 0) {
                await rejection(merge(collection, records, { policy }), 'ALREADY_EXISTS');
                expect(readAll(collection)).deep.equals(before);
                continue;
              }
              const dry = await merge(collection, records, { policy, dryRun: true });
              expect(readAll(collection)).deep.equals(before);
              const outcome = await merge(collection, records, { policy });
              expect({ ...dry, sequence: outcome.sequence }).deep.equals(outcome);
              const replaced = conflicts.filter((one) => wins(policy, one, before.get(one.id)!));
              expect(outcome).deep.include({
                created: records.length - conflicts.length,
                replaced: replaced.length,
                skipped: conflicts.length - replaced.length,
              });
              const after = readAll(collection);
              for (const one of records) {
                const old = before.get(one.id);
                const now = after.get(one.id)!;
                if (old !== undefined && !replaced.includes(one)) {
                  expect(now).deep.equals(old);
                  continue;
                }
                expect(now.title).equals(one.title);
                expect(now.revision).equals(BigInt(outcome.sequence));
                if (one.updateTime) expect(now.updateTime).deep.include(one.updateTime);
                const created = one.createTime ?? old?.createTime;
                if (created) expect(now.createTime).deep.include(bare(created));
              }
            }
          }
          const live = readAll(collection);
          const registry = await reopen(directory, collection);
          expect(readAll(registry.get('docs'))).deep.equals(live);
          await registry.close();
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('under FAIL name the first ids, count all, log nothing and leave no file', () =>
    withCollection(async (collection, directory) => {
      const many = Array.from({ length: 25 }, (_, i) => record(`r${i}`, ''));
      await merge(collection, many);
      const { sequence } = collection.state;
      for (const dryRun of [false, true]) {
        const options = { policy: MergePolicy.FAIL as ResolvedPolicy, dryRun };
        const refused = merge(collection, [record('new', ''), ...many], options);
        const error = await rejection(refused, 'ALREADY_EXISTS');
        expect(error.metadata.count).equals('25');
        expect(JSON.parse(error.metadata.ids!)).deep.equals(many.slice(0, 10).map(({ id }) => id));
        expect(error.message).includes('"r0"').includes('15 more').not.includes('"r10"');
      }
      expect(collection.state.count).equals(25);
      await write(collection, [record('next', '')]);
      // At most an idle marker stands between.
      expect(collection.state.sequence).within(sequence + 1, sequence + 3);
      const staging = join(directory, 'collections', collection.id, 'staging');
      expect(await readdir(staging)).lengthOf(1);
    }));

  it('sample the first 100 conflicts with both times', () =>
    withCollection(async (collection) => {
      const ids = Array.from({ length: 150 }, (_, i) => `r${String(i).padStart(3, '0')}`);
      await merge(
        collection,
        ids.map((id) => record(id, 'old', at(50, 7))),
      );
      const later = ids.map((id, i) =>
        record(id, 'new', i === 0 ? undefined : at(50, 6 + (i % 3))),
      );
      const outcome = await merge(collection, later, { policy: MergePolicy.NEWEST_WINS });
      expect(outcome).deep.include({ created: 0, replaced: 50, skipped: 100 });
      expect(outcome.conflicts.map(({ id }) => id)).deep.equals(ids.slice(0, 100));
      const [none, tie, newer, older] = outcome.conflicts;
      expect(none!.merged.seconds).deep.equals(Number.NaN);
      expect(none!.replaced).equals(false);
      expect(tie).deep.include({ merged: { seconds: 50, nanos: 7 }, replaced: false });
      expect(newer).deep.include({ merged: { seconds: 50, nanos: 8 }, replaced: true });
      expect(older).deep.include({ existing: { seconds: 50, nanos: 7 }, replaced: false });
    }));
});

/** Whether the merged record replaces the existing one, told with bigint arithmetic. */
function wins(policy: MergePolicy, merged: Part, existing: VectorRecord): boolean {
  if (policy === MergePolicy.OVERWRITE) return true;
  if (policy !== MergePolicy.NEWEST_WINS || merged.updateTime === undefined) return false;
  const nanosOf = ({ seconds, nanos }: Timestamp) => seconds * 1_000_000_000n + BigInt(nanos);
  return nanosOf(merged.updateTime) > nanosOf(existing.updateTime!);
}

function bare({ seconds, nanos }: Timestamp): Timestamp {
  return { seconds, nanos };
}
