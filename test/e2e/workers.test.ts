/** A server with several engine workers is one server to its callers. */
import { expect } from 'chai';
import { workerOf } from '../../src/engine/pool-routing.js';
import { all, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';

const workers = 3;
const names = ['z', 'A', 'a.b', 'a-b', 'docs', 'Docs', '0', '00', 'é-less', 'm_1', 'm_2', 'm_3']
  .filter((name) => /^[A-Za-z0-9_.-]+$/.test(name))
  .concat(Array.from({ length: 12 }, (_, i) => `c${i}`));
const bytewise = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('several workers', () => {
  let served: Served;
  before(async () => {
    served = await serve({ workers });
    await Promise.all(names.map((name) => served.client.createCollection(name, { dimension: 4 })));
    await Promise.all(
      names.map((name, i) =>
        served.client.collection(name).upsert({ id: name, embedding: vectorOf(i) }),
      ),
    );
  });
  after(() => served.close());

  it('share the collections and list them all in byte order', async () => {
    const used = new Set(names.map((name) => workerOf(name, workers)));
    expect([...used].sort()).deep.equals([0, 1, 2]);
    const listed = await served.client.listCollections();
    expect(listed.map(({ name }) => name)).deep.equals([...names].sort(bytewise));
    expect(new Set(listed.map(({ id }) => id)).size).equals(names.length);
    expect(listed.every(({ recordCount }) => recordCount === 1)).equals(true);
  });

  it('answer each for its own collections, also after a restart with other numbers', async () => {
    const found = async () =>
      Promise.all(
        names.map(async (name, i) => {
          const { hits } = await served.client.collection(name).search({ vector: vectorOf(i) });
          return hits.map(({ id }) => id).join();
        }),
      );
    expect(await found()).deep.equals(names);
    await served.restart();
    expect(await found()).deep.equals(names);
    expect(await served.client.listCollections()).lengthOf(names.length);
  });

  it('restore snapshots of collections that another worker has', async () => {
    const source = served.client.collection('docs');
    const { id } = await source.snapshots.create();
    const home = workerOf('docs', workers);
    const existing = names.find((name) => workerOf(name, workers) !== home)!;
    const fresh = Array.from({ length: 50 }, (_, i) => `new-${i}`).find(
      (name) => ![home, workerOf(existing, workers)].includes(workerOf(name, workers)),
    )!;
    for (const into of [existing, fresh, 'docs']) {
      expect((await source.snapshots.restore(id, { into })).restored).equals(1);
      const records = await all(served.client.collection(into).list());
      expect(records.map((record) => record.id)).deep.equals(['docs']);
    }
    const absent = failureOf(
      served.client.collection('absent').snapshots.restore(id, { into: existing }),
    );
    expect(summary(await absent)).equals('NOT_FOUND COLLECTION_NOT_FOUND collection');
    await served.client.deleteCollection(fresh);
    const names2 = (await served.client.listCollections()).map(({ name }) => name);
    expect(names2).deep.equals([...names].sort(bytewise));
  });

  it('let only one of many callers create a name', async () => {
    const create = () => served.client.createCollection('contested', { dimension: 4 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, create));
    const created = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(created).lengthOf(1);
    await served.client.deleteCollection('contested');
  });
});
