/** Restores over a real server: into the same, a new and another collection, or not at all. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type {
  Collection,
  CollectionConfig,
  SnapshotInfo,
} from '../../clients/typescript/src/index.js';
import { all, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';

const recordsOf = (from: number, to: number, title = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `r${String(from + i).padStart(4, '0')}`,
    title,
    content: `Grüße ${from + i}`,
    embedding: Float32Array.from(vectorOf(from + i)),
    metadata: { n: from + i, big: 2n ** 62n, tags: ['a', 'b'] },
  }));

describe('restore', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function create(config: CollectionConfig = {}): Promise<Collection> {
    const docs = served.client.collection(`restore-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4, ...config });
    return docs;
  }
  const download = async (docs: Collection, { id }: SnapshotInfo, offset = 0): Promise<Buffer> =>
    Buffer.concat(await all(docs.snapshots.download(id, { offset })));
  const idsOf = async (docs: Collection) => (await all(docs.list())).map(({ id }) => id);

  it('replaces the content of its collection, with times kept', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 20, 'old'));
    const before = await all(docs.list());
    const made = await docs.snapshots.create();
    await docs.clear();
    await docs.upsertMany(recordsOf(15, 40, 'new'));
    const progress: number[] = [];
    const result = await docs.snapshots.restore(made.id, {
      onProgress: ({ records }) => progress.push(records),
    });
    expect(result.restored).equals(20);
    expect(progress.at(-1)).equals(20);
    const restored = await all(docs.list());
    expect(restored).deep.equals(
      before.map((record) => ({ ...record, revision: result.sequence })),
    );
    await served.restart();
    const again = served.client.collection(docs.name);
    expect(await all(again.list())).deep.equals(restored);
    const { hits } = await again.search({ vector: vectorOf(7), limit: 1 });
    expect(hits[0]!.id).equals('r0007');
  });

  it('makes a new collection with the configuration of the old', async () => {
    const index = { kind: 'flat' } as const;
    const docs = await create({ metric: 'euclidean', index, embeddingModel: 'm' });
    await docs.upsertMany(recordsOf(0, 5));
    const { id } = await docs.snapshots.create();
    const into = `${docs.name}-copy`;
    await docs.snapshots.restore(id, { into });
    const copy = served.client.collection(into);
    expect((await copy.describe()).config).deep.equals((await docs.describe()).config);
    expect(await idsOf(copy)).deep.equals(await idsOf(docs));
    await copy.clear();
    expect(await docs.count()).equals(5);
  });

  for (const how of [{ format: 'json' }, { format: 'binary', compression: true }] as const) {
    it(`takes every encoding: ${JSON.stringify(how)}`, async () => {
      const docs = await create();
      await docs.upsertMany(recordsOf(0, 30));
      const before = await all(docs.list());
      const { id } = await docs.snapshots.create(how);
      for (const into of [docs.name, `${docs.name}-new`]) {
        const result = await docs.snapshots.restore(id, { into });
        expect(result.restored).equals(30);
        const restored = await all(served.client.collection(into).list());
        expect(restored).deep.equals(
          before.map((record) => ({ ...record, revision: result.sequence })),
        );
      }
    });
  }

  it('brings another index when it is asked for one, and keeps it', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 30));
    const { id } = await docs.snapshots.create();
    const indexConfig = { kind: 'flat' } as const;
    const fresh = `${docs.name}-flat`;
    for (const into of [docs.name, fresh]) {
      await docs.snapshots.restore(id, { into, indexConfig });
      expect((await served.client.getCollection(into)).config.index.kind).equals('flat');
    }
    await served.restart();
    const again = served.client.collection(docs.name);
    for (const name of [docs.name, fresh]) {
      const collection = served.client.collection(name);
      expect((await collection.index.stats()).config.kind).equals('flat');
      expect((await collection.describe()).config.index.kind).equals('flat');
      const { hits } = await collection.search({ vector: vectorOf(7), limit: 1 });
      expect(hits[0]!.id).equals('r0007');
    }
    // Without one asked for: the target as it is, a new one as the snapshot says.
    await again.snapshots.restore(id);
    expect((await again.describe()).config.index.kind).equals('flat');
    const other = `${docs.name}-hnsw`;
    await again.snapshots.restore(id, { into: other, indexConfig: { connectivity: 6 } });
    await again.snapshots.restore(id, { into: `${other}-2` });
    const indexOf = async (name: string) => (await served.client.getCollection(name)).config.index;
    expect(await indexOf(other)).deep.include({ kind: 'hnsw', connectivity: 6 });
    expect(await indexOf(`${other}-2`)).deep.include({ kind: 'hnsw', connectivity: 24 });
    for (const into of [docs.name, 'fresh-index']) {
      const failure = await failureOf(
        again.snapshots.restore(id, { into, indexConfig: { connectivity: 1_000 } }),
      );
      expect(summary(failure)).equals(
        'INVALID_ARGUMENT INVALID_ARGUMENT index_config.connectivity',
      );
    }
    const names = (await served.client.listCollections()).map(({ name }) => name);
    expect(names).not.includes('fresh-index');
  });

  it('is refused into a collection that does not fit, and changes nothing', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 3));
    const { id } = await docs.snapshots.create();
    for (const config of [{ dimension: 5 }, { metric: 'dot' } as const]) {
      const other = await create(config);
      const embedding = vectorOf(1, config.dimension);
      await other.upsert({ id: 'kept', embedding });
      const failure = await failureOf(docs.snapshots.restore(id, { into: other.name }));
      expect(summary(failure)).equals('FAILED_PRECONDITION INCOMPATIBLE_SNAPSHOT');
      expect(await idsOf(other)).deep.equals(['kept']);
    }
  });

  it('is refused when its file is damaged, with the file, and changes nothing', () =>
    inTemporaryDirectory(async (data) => {
      const own = await serve({ dataDirectory: data });
      try {
        await own.client.createCollection('docs', { dimension: 4 });
        const docs = own.client.collection('docs');
        await docs.upsertMany(recordsOf(0, 30));
        const made = await docs.snapshots.create();
        const bytes = await download(docs, made);
        bytes[1_000]! ^= 1;
        const directory = join(data, 'collections', (await docs.describe()).id, 'snapshots');
        await writeFile(join(directory, `${made.id}.pb`), bytes);
        await docs.upsert({ id: 'new', embedding: vectorOf(1) });
        for (const into of ['docs', 'fresh']) {
          const failure = await failureOf(docs.snapshots.restore(made.id, { into }));
          expect(summary(failure)).equals('DATA_LOSS STORAGE_CORRUPTED');
          expect(failure.message).includes(made.id);
        }
        await rm(join(directory, `${made.id}.pb`));
        const missing = [docs.snapshots.restore(made.id), docs.snapshots.mergeFrom(made.id)];
        for (const call of missing) {
          expect(summary(await failureOf(call))).equals('DATA_LOSS STORAGE_CORRUPTED');
        }
        expect(await docs.count()).equals(31);
        expect(await own.client.listCollections()).lengthOf(1);
      } finally {
        await own.close();
      }
    }));
});
