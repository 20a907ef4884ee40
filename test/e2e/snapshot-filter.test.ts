/** Snapshots of some records, and restores of some records of a snapshot, over a real server. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Collection, type StoredRecord, where } from '../../clients/typescript/src/index.js';
import { all, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';

const recordsOf = (from: number, to: number, title = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `r${String(from + i).padStart(4, '0')}`,
    title,
    content: `Grüße ${from + i}`,
    embedding: Float32Array.from(vectorOf(from + i)),
    metadata: { n: from + i, even: (from + i) % 2 === 0 },
  }));

const encodings = [{}, { compression: true }, { format: 'json' }] as const;
const even = where.eq('even', true);

describe('a filter', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function create(): Promise<Collection> {
    const docs = served.client.collection(`filtered-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4, embeddingModel: 'm' });
    return docs;
  }
  const stored = (docs: Collection) => all(docs.list());
  /** As a restore leaves them: all but the revision. */
  const restoredAs = (records: StoredRecord[], revision: number) =>
    records.map((record) => ({ ...record, revision }));

  for (const how of encodings) {
    it(`says which records go into a snapshot: ${JSON.stringify(how)}`, async () => {
      const docs = await create();
      await docs.upsertMany(recordsOf(0, 400));
      const wanted = (await stored(docs)).filter(({ metadata }) => metadata.even);
      const progress: { records: number; total: number }[] = [];
      const onProgress = (step: { records: number; total: number }) => progress.push(step);
      const snapshot = await docs.snapshots.create({ ...how, filter: even, onProgress });
      expect(snapshot.recordCount).equals(200);
      expect(snapshot.sequence).equals((await docs.describe()).sequence);
      for (const { total } of progress) expect(total).equals(200);
      expect(progress.at(-1)!.records).equals(200);
      const { valid, recordCount } = await docs.snapshots.validate(snapshot.id);
      expect([valid, recordCount]).deep.equals([true, 200]);
      await docs.upsertMany(recordsOf(300, 500, 'later'));
      const { sequence, restored } = await docs.snapshots.restore(snapshot.id);
      expect(restored).equals(200);
      expect(await stored(docs)).deep.equals(restoredAs(wanted, sequence));
    });

    it(`says which records of a snapshot are restored: ${JSON.stringify(how)}`, async () => {
      const docs = await create();
      await docs.upsertMany(recordsOf(0, 100));
      const wanted = (await stored(docs)).filter(({ metadata }) => (metadata.n as number) >= 90);
      const { id } = await docs.snapshots.create(how);
      await docs.upsertMany(recordsOf(50, 150, 'later'));
      const filter = where.gte('n', 90);
      for (const into of [docs.name, `${docs.name}-copy`]) {
        const progress: { records: number; total: number }[] = [];
        const onProgress = (step: { records: number; total: number }) => progress.push(step);
        const { restored, sequence } = await docs.snapshots.restore(id, {
          into,
          filter,
          onProgress,
        });
        expect(restored).equals(10);
        expect(progress.at(-1)).deep.equals({ records: 10, total: 10 });
        for (const { records, total } of progress) expect(records).most(total);
        const target = served.client.collection(into);
        expect(await stored(target)).deep.equals(restoredAs(wanted, sequence));
        expect((await target.describe()).config.embeddingModel).equals('m');
      }
      await served.restart();
      for (const name of [docs.name, `${docs.name}-copy`]) {
        const again = served.client.collection(name);
        expect(await again.count()).equals(10);
        const { hits } = await again.search({ vector: vectorOf(95), limit: 1 });
        expect(hits[0]!.id).equals('r0095');
      }
    });
  }

  it('of times looks at those that the records carry', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 5));
    await new Promise((resolve) => setTimeout(resolve, 5));
    await docs.upsertMany(recordsOf(5, 10));
    const { createTime } = (await docs.get('r0005'))!;
    const filter = where.createdIn({ start: createTime! });
    const { recordCount } = await docs.snapshots.create({ filter });
    expect(recordCount).equals(5);
    const { id } = await docs.snapshots.create();
    const into = `${docs.name}-times`;
    await docs.snapshots.restore(id, { into, filter });
    const copy = served.client.collection(into);
    expect((await stored(copy)).map((record) => record.id)).deep.equals(
      recordsOf(5, 10).map((record) => record.id),
    );
    // What was restored keeps its times, so that the same filter finds it again.
    expect(await copy.count(filter)).equals(5);
  });

  it('that matches nothing makes an empty snapshot, and an empty collection', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 10));
    const filter = where.any();
    const empty = await docs.snapshots.create({ filter });
    expect(empty.recordCount).equals(0);
    expect((await docs.snapshots.validate(empty.id)).valid).equals(true);
    const { id } = await docs.snapshots.create();
    const { restored } = await docs.snapshots.restore(id, { filter });
    expect(restored).equals(0);
    expect(await docs.count()).equals(0);
  });

  it('lets no damage pass in the records that it leaves out', () =>
    inTemporaryDirectory(async (data) => {
      const own = await serve({ dataDirectory: data });
      try {
        await own.client.createCollection('docs', { dimension: 4 });
        const docs = own.client.collection('docs');
        await docs.upsertMany(recordsOf(0, 30));
        const { id } = await docs.snapshots.create();
        const bytes = Buffer.concat(await all(docs.snapshots.download(id)));
        bytes[bytes.indexOf('Grüße 28')]! ^= 1;
        const directory = join(data, 'collections', (await docs.describe()).id);
        await writeFile(join(directory, 'snapshots', `${id}.pb`), bytes);
        for (const into of ['docs', 'fresh']) {
          const filter = where.lt('n', 5);
          const failure = await failureOf(docs.snapshots.restore(id, { into, filter }));
          expect(summary(failure)).equals('DATA_LOSS STORAGE_CORRUPTED');
        }
        expect(await docs.count()).equals(30);
        expect(await readdir(join(directory, 'staging'))).deep.equals([]);
        expect(await own.client.listCollections()).lengthOf(1);
      } finally {
        await own.close();
      }
    }));

  it('that is wrong is refused before anything is made', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 3));
    const { id } = await docs.snapshots.create();
    const filter = where.titleContains('');
    const wanted = 'INVALID_ARGUMENT INVALID_ARGUMENT filter.title_contains';
    expect(summary(await failureOf(docs.snapshots.create({ filter })))).equals(wanted);
    const into = `${docs.name}-none`;
    expect(summary(await failureOf(docs.snapshots.restore(id, { into, filter })))).equals(wanted);
    expect(summary(await failureOf(docs.snapshots.restore(id, { filter })))).equals(wanted);
    expect(await docs.snapshots.list()).lengthOf(1);
    expect(await docs.count()).equals(3);
    const names = (await served.client.listCollections()).map(({ name }) => name);
    expect(names).not.includes(into);
  });
});
