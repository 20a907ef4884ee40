/** Merges over a real server: all or nothing, existing records kept, damage refused. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection, CollectionConfig } from '../../clients/typescript/src/index.js';
import type { MergePolicy } from '../../src/gen/protovec/v1/merge.js';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { StorageSnapshot } from '../../src/gen/protovec/v1/snapshot.js';
import {
  MergeRecordsRequest,
  MergeSnapshotRequest,
  SnapshotServiceService as service,
} from '../../src/gen/protovec/v1/snapshot_service.js';
import {
  all,
  encode,
  failureOf,
  type Served,
  serve,
  summary,
  vectorOf,
} from '../support/client.js';

const recordsOf = (from: number, to: number, title = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `r${String(from + i).padStart(4, '0')}`,
    title,
    content: 'x'.repeat(500),
    embedding: vectorOf(from + i),
  }));

describe('merge', () => {
  let served: Served;
  let next = 0;
  /** Two snapshots whose ids overlap from r0300 to r0399. */
  let a: Buffer;
  let b: Buffer;

  before(async () => {
    served = await serve();
    a = await snapshotOf(0, 400, 'a');
    b = await snapshotOf(300, 700, 'b');
  });
  after(() => served.close());

  async function create(config: CollectionConfig = {}): Promise<Collection> {
    const docs = served.client.collection(`merge-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4, ...config });
    return docs;
  }

  async function snapshotOf(from: number, to: number, title: string): Promise<Buffer> {
    const docs = await create();
    await docs.upsertMany(recordsOf(from, to, title));
    const { id } = await docs.snapshots.create();
    return Buffer.concat(await all(docs.snapshots.download(id)));
  }

  /** The records but for their revisions, which the merge assigns. */
  const contentOf = async (docs: Collection) =>
    (await all(docs.list({ pageSize: 1_000 }))).map(({ revision: _, ...record }) => record);

  function* pieces(bytes: Buffer, size: number) {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  it('keeps the records that exist, and the times of those that come', async () => {
    const docs = await create();
    await docs.upsert({ id: 'r0000', title: 'mine', embedding: [1, 1, 1, 1] });
    const sent: number[] = [];
    const result = await docs.snapshots.merge(pieces(a, 7_777), {
      onProgress: ({ bytes }) => sent.push(bytes),
    });
    expect(result).deep.include({ created: 399, skipped: 1, durable: true });
    expect(sent.at(-1)).equals(a.length);
    expect((await docs.get('r0000'))!.title).equals('mine');
    const { records } = StorageSnapshot.decode(a);
    const sample = records.find(({ id }) => id === 'r0123')!;
    const stored = (await docs.get('r0123'))!;
    expect(stored.createTime!.getTime()).equals(
      Number(sample.createTime!.seconds) * 1000 + Math.floor(sample.createTime!.nanos / 1e6),
    );
    expect(stored.revision).equals(result.sequence);
    const { hits } = await docs.search({ vector: vectorOf(123), limit: 1 });
    expect(hits[0]!.id).equals('r0123');
    expect(await docs.snapshots.merge([a])).deep.include({ created: 0, skipped: 400 });
  });

  it('takes `cat a.pb b.pb` for the merge of both, where the later record wins', async () => {
    const both = await create();
    const result = await both.snapshots.merge([Buffer.concat([a, b])]);
    expect(result).deep.include({ created: 700, skipped: 0 });
    const apart = await create();
    // Existing records are kept, so the one that is to win goes first.
    await apart.snapshots.merge([b]);
    await apart.snapshots.merge([a]);
    expect(await contentOf(both)).deep.equals(await contentOf(apart));
    expect((await both.get('r0350'))!.title).equals('b');
    const other = await create();
    await other.snapshots.merge([Buffer.concat([b, a])]);
    expect((await other.get('r0350'))!.title).equals('a');
    await served.restart();
    const again = served.client.collection(both.name);
    expect(await contentOf(again)).deep.equals(
      await contentOf(served.client.collection(apart.name)),
    );
  });

  it('merges batches of records, with the times that they carry', async () => {
    const docs = await create();
    await docs.upsert({ id: 'r0001', title: 'mine', embedding: [1, 1, 1, 1] });
    const createTime = new Date('2001-02-03T04:05:06.789Z');
    const many = recordsOf(0, 2_000).map((record) => ({ ...record, createTime }));
    const result = await docs.snapshots.mergeRecords(many);
    expect(result).deep.include({ created: 1_999, skipped: 1 });
    expect((await docs.get('r0002'))!.createTime).deep.equals(createTime);
    expect((await docs.get('r0001'))!.createTime).not.deep.equals(createTime);
  });

  describe('refuses, with nothing applied,', () => {
    let docs: Collection;
    before(async () => {
      docs = await create({ embeddingModel: 'ours' });
      await docs.upsert({ id: 'kept', embedding: [1, 1, 1, 1] });
    });
    afterEach(async () => {
      docs = served.client.collection(docs.name);
      expect((await contentOf(docs)).map(({ id }) => id)).deep.equals(['kept']);
      const { id } = await docs.describe();
      const directory = join(served.server.dataDirectory, 'collections', id, 'staging');
      expect(await readdir(directory).catch(() => [])).deep.equals([]);
    });

    const refused = async (bytes: Buffer, expected: string, allowUnsealed = false) => {
      const failure = await failureOf(
        docs.snapshots.merge(pieces(bytes, 65_536), { allowUnsealed }),
      );
      expect(summary(failure)).equals(expected);
      return failure;
    };
    const broken = 'INVALID_ARGUMENT SERIALIZATION_ERROR';
    const flipped = (at: number) => {
      const bytes = Buffer.from(a);
      bytes[at < 0 ? bytes.length + at : at]! ^= 0x20;
      return bytes;
    };
    /** The snapshot after a program decoded, changed and encoded it. */
    const rewritten = (change: (snapshot: StorageSnapshot) => void) => {
      const snapshot = StorageSnapshot.decode(a);
      snapshot.checksums = [];
      snapshot.footers = [];
      change(snapshot);
      return Buffer.from(StorageSnapshot.encode(snapshot).finish());
    };

    for (const at of [0, 3, 20, 5_000, -200, -5]) {
      it(`a snapshot with a flipped bit at ${at}`, async () => {
        const failure = await refused(flipped(at), broken);
        expect(Number(failure.metadata.offset)).least(0);
      });
    }
    for (const length of [0, 1, 100, -1, -60, -2_000]) {
      it(`a snapshot cut at ${length}`, () =>
        refused(a.subarray(0, length < 0 ? a.length + length : length), broken));
    }
    it('a whole snapshot followed by a damaged one', () =>
      refused(Buffer.concat([a, flipped(9_000)]), broken));
    it('half a JSON and bytes of another kind', async () => {
      await refused(Buffer.from('{"version":"1.0.0"'), broken);
      await refused(Buffer.from('PK\x03\x04 something else'), broken);
    });
    it('a newer major version', () =>
      refused(Buffer.from(a.toString('latin1').replace('1.0.0', '2.0.0'), 'latin1'), broken));
    it('an unsealed snapshot unless it is allowed', () =>
      refused(
        rewritten(() => {}),
        broken,
      ));
    it('one that was decoded and encoded again', async () => {
      const again = Buffer.from(StorageSnapshot.encode(StorageSnapshot.decode(a)).finish());
      await refused(again, broken);
      await refused(again, broken, true);
    });
    it('another dimension, metric or model', async () => {
      const incompatible = 'FAILED_PRECONDITION INCOMPATIBLE_SNAPSHOT';
      const others = [{ dimension: 5 }, { metric: 'dot' } as const, { embeddingModel: 'theirs' }];
      for (const config of others) {
        const other = await create(config);
        await other.upsert({ id: 'x', embedding: vectorOf(1, config.dimension ?? 4) });
        const { id } = await other.snapshots.create();
        await refused(Buffer.concat(await all(other.snapshots.download(id))), incompatible);
      }
    });
    it('bad records in an unsealed snapshot, with their path', async () => {
      const at = (name: string) => `records[7].${name}`;
      const nan = rewritten(({ records }) => {
        records[7]!.embedding[0] = Number.NaN;
      });
      await refused(nan, `INVALID_ARGUMENT INVALID_EMBEDDING ${at('embedding')}`, true);
      const short = rewritten(({ records }) => {
        records[7]!.embedding.pop();
      });
      await refused(short, `INVALID_ARGUMENT INVALID_EMBEDDING ${at('embedding')}`, true);
      const twice = rewritten(({ records }) => {
        records[7]!.id = records[2]!.id;
      });
      const failure = await refused(twice, `${broken} ${at('id')}`, true);
      expect(failure.message).includes('r0002');
    });
    it('a bad record in the last of many batches, and one id twice', async () => {
      const merge = (...records: VectorRecord[]) =>
        encode(MergeRecordsRequest, {
          collection: docs.name,
          source: { $case: 'batch', value: { records } },
        });
      const good = (id: string) => VectorRecord.fromPartial({ id, embedding: [1, 2, 3, 4] });
      const bad = VectorRecord.fromPartial({ id: 'c', embedding: [1] });
      const first = await served.raw.call(
        service.mergeRecords,
        merge(good('a')),
        merge(good('b'), bad),
      );
      expect(summary(first.failure!)).equals(
        'INVALID_ARGUMENT INVALID_EMBEDDING records[2].embedding',
      );
      const again = await served.raw.call(service.mergeRecords, merge(good('a')), merge(good('a')));
      expect(summary(again.failure!)).equals(`${broken} records[1].id`);
      const chunk = encode(MergeRecordsRequest, {
        source: { $case: 'snapshotChunk', value: a.subarray(0, 100) },
      });
      const mixed = await served.raw.call(service.mergeRecords, merge(good('a')), chunk);
      expect(summary(mixed.failure!)).equals('INVALID_ARGUMENT INVALID_ARGUMENT source');
    });
    it('what the caller cancels', async () => {
      const abort = new AbortController();
      async function* slow() {
        yield a.subarray(0, 1_000);
        abort.abort();
        yield a.subarray(1_000);
      }
      const failure = await failureOf(docs.snapshots.merge(slow(), { signal: abort.signal }));
      expect(failure.code).equals('CANCELLED');
      // The server hears of it a little later.
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
  });

  it('takes an unsealed snapshot of another program when it is allowed', async () => {
    const snapshot = StorageSnapshot.decode(a);
    snapshot.checksums = [];
    snapshot.footers = [];
    const bytes = StorageSnapshot.encode(snapshot).finish();
    const docs = await create();
    const result = await docs.snapshots.merge([bytes], { allowUnsealed: true });
    expect(result).deep.include({ created: 400, skipped: 0 });
    const sealed = await create();
    await sealed.snapshots.merge([a]);
    expect(await contentOf(docs)).deep.equals(await contentOf(sealed));
  });

  it('takes no records at all for a merge of nothing', async () => {
    const docs = await create();
    expect(await docs.snapshots.mergeRecords([])).deep.include({ created: 0, skipped: 0 });
    expect(await docs.insertMany([])).deep.include({ created: 0, failed: 0 });
    expect(await docs.count()).equals(0);
  });

  it('takes a snapshot without records', async () => {
    const docs = await create();
    const { id } = await docs.snapshots.create();
    const empty = Buffer.concat(await all(docs.snapshots.download(id)));
    expect(await docs.snapshots.merge([empty])).deep.include({ created: 0, skipped: 0 });
  });

  describe('by a policy', () => {
    /** Titles by id that the merges ended with, by collection. */
    const merged = new Map<string, object>();
    const old = new Date('2001-01-01T00:00:00Z');
    const recent = new Date('2002-01-01T00:00:00Z');
    const later = new Date('2003-01-01T00:00:00Z');
    const titled = (title: string, times: Record<string, Date | undefined>) =>
      Object.entries(times).map(([id, updateTime]) => ({
        id,
        title,
        embedding: [1, 2, 3, 4],
        createTime: old,
        updateTime,
      }));

    /** A collection with records of three ids, and the id of a snapshot of others with two of them. */
    async function prepare() {
      const docs = await create();
      await docs.snapshots.mergeRecords(titled('ours', { a: recent, b: recent, c: recent }));
      const other = await create();
      await other.snapshots.mergeRecords(titled('theirs', { b: later, c: old, d: old }));
      const { id } = await other.snapshots.create();
      const titles = async () =>
        Object.fromEntries((await contentOf(docs)).map(({ id: key, title }) => [key, title]));
      return { docs, from: other.name, id, titles };
    }
    const cases = [
      [undefined, { created: 1, replaced: 0, skipped: 2 }, { b: 'ours', c: 'ours' }],
      ['skip-existing', { created: 1, replaced: 0, skipped: 2 }, { b: 'ours', c: 'ours' }],
      ['overwrite', { created: 1, replaced: 2, skipped: 0 }, { b: 'theirs', c: 'theirs' }],
      ['newest-wins', { created: 1, replaced: 1, skipped: 1 }, { b: 'theirs', c: 'ours' }],
    ] as const;
    for (const [policy, counts, expected] of cases) {
      it(`${policy ?? 'left out'} merges a snapshot of the server, after a dry run of it`, async () => {
        const { docs, from, id, titles } = await prepare();
        const before = await titles();
        const dry = await docs.snapshots.mergeFrom(id, { from, policy, dryRun: true });
        expect(dry).deep.include({ ...counts, sequence: 0, durable: false });
        expect(await titles()).deep.equals(before);
        const progress: [number, number][] = [];
        const result = await docs.snapshots.mergeFrom(id, {
          from,
          policy,
          onProgress: ({ records, total }) => progress.push([records, total]),
        });
        expect(result).deep.include({ ...counts, durable: true, conflicts: dry.conflicts });
        expect(result.conflicts.map(({ id: key }) => key)).deep.equals(['b', 'c']);
        expect(result.conflicts[0]).deep.include({
          existingUpdateTime: recent,
          mergedUpdateTime: later,
        });
        expect(progress.at(-1)).deep.equals([3, 3]);
        expect(await titles()).deep.equals({ a: 'ours', d: 'theirs', ...expected });
        merged.set(docs.name, await titles());
      });
    }

    it('end the same after a restart', async () => {
      await served.restart();
      expect(merged.size).equals(cases.length);
      for (const [name, expected] of merged) {
        const records = await all(served.client.collection(name).list());
        const titles = records.map(({ id, title }) => [id, title] as const);
        expect(Object.fromEntries(titles)).deep.equals(expected);
      }
    });

    it('fail refuses with the ids, and merges when there are none', async () => {
      const { docs, from, id, titles } = await prepare();
      const before = await titles();
      for (const dryRun of [true, false]) {
        const failure = await failureOf(
          docs.snapshots.mergeFrom(id, { from, policy: 'fail', dryRun }),
        );
        expect(summary(failure)).equals('ALREADY_EXISTS ALREADY_EXISTS policy');
        expect(failure.metadata).includes({ count: '2', ids: '["b","c"]' });
      }
      expect(await titles()).deep.equals(before);
      await docs.deleteMany({ ids: ['b', 'c'] });
      const result = await docs.snapshots.mergeFrom(id, { from, policy: 'fail' });
      expect(result).deep.include({ created: 3, replaced: 0, skipped: 0 });
    });

    it('streams of files and of records are merged as well, and dry runs leave no file', async () => {
      const docs = await create();
      expect(await docs.snapshots.merge([a], { dryRun: true })).deep.include({ created: 400 });
      expect(await docs.count()).equals(0);
      await docs.snapshots.merge([a]);
      const result = await docs.snapshots.merge(pieces(b, 10_000), { policy: 'overwrite' });
      expect(result).deep.include({ created: 300, replaced: 100, skipped: 0 });
      expect(result.conflicts).lengthOf(100);
      const records = [{ id: 'r0000', title: 'mine', embedding: [1, 1, 1, 1] }];
      // A record without a time is older than any.
      const older = await docs.snapshots.mergeRecords(records, { policy: 'newest-wins' });
      expect(older).deep.include({ skipped: 1 });
      expect(older.conflicts[0]).not.property('mergedUpdateTime');
      const before = (await docs.get('r0000'))!;
      const replaced = await docs.snapshots.mergeRecords(records, { policy: 'overwrite' });
      const after = (await docs.get('r0000'))!;
      expect(after).deep.include({ title: 'mine', revision: replaced.sequence });
      expect(after.createTime).deep.equals(before.createTime);
      const { id } = await docs.describe();
      const staging = join(served.server.dataDirectory, 'collections', id, 'staging');
      // One for each merge that was no dry run, until a save.
      expect(await readdir(staging)).lengthOf(4);
    });

    it('is refused when it is unknown, and so is a snapshot that is', async () => {
      const docs = await create();
      const request = encode(MergeSnapshotRequest, {
        collection: docs.name,
        snapshotId: '00000000-0000-7000-8000-000000000000',
        policy: 9 as MergePolicy,
      });
      const { failure } = await served.raw.call(service.mergeSnapshot, request);
      expect(summary(failure!)).equals('INVALID_ARGUMENT INVALID_ARGUMENT policy');
      const stream = encode(MergeRecordsRequest, {
        collection: docs.name,
        policy: 9 as MergePolicy,
      });
      const other = await served.raw.call(service.mergeRecords, stream);
      expect(summary(other.failure!)).equals('INVALID_ARGUMENT INVALID_ARGUMENT policy');
      const none = docs.snapshots.mergeFrom('00000000-0000-7000-8000-000000000000');
      expect(summary(await failureOf(none))).equals('NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id');
      const nowhere = docs.snapshots.mergeFrom('00000000-0000-7000-8000-000000000000', {
        from: 'none',
      });
      expect(summary(await failureOf(nowhere))).equals('NOT_FOUND COLLECTION_NOT_FOUND collection');
    });
  });
});
