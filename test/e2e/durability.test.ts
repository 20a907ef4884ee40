/** What an acknowledged write survives: graceful stops and SIGKILL, on a real data directory. */
import { expect } from 'chai';
import { connect } from '../../clients/typescript/src/index.js';
import { serve, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import { startTestServer } from '../support/server.js';
import { contentOf, dimension, expectSearchable, open, recordsOf } from './durability-fixture.js';
import { startServerProcess } from './server-process.js';

describe('durability', function () {
  this.timeout(60_000);

  it('has everything after a graceful stop, times, revisions and the index included', async () => {
    const served = await serve();
    try {
      const docs = await open(served.client, 'docs');
      const plain = await open(served.client, 'empty');
      await docs.insertMany(recordsOf(0, 1_200));
      await docs.upsertMany(recordsOf(100, 200, 'again'));
      await docs.deleteMany({ ids: ['r0', 'r150', 'r1199'] });
      const before = await contentOf(docs);
      const { sequence } = await docs.describe();
      while ((await docs.index.stats()).pending > 0)
        await new Promise((done) => setTimeout(done, 20));
      for (let round = 0; round < 2; round += 1) {
        await served.restart();
        const again = served.client.collection('docs');
        const index = await again.index.stats();
        expect([index.indexed, index.pending]).deep.equals([1_197, 0]);
        expect(await contentOf(again)).deep.equals(before);
        await expectSearchable(again, recordsOf(1, 50));
        expect((await again.describe()).sequence).least(sequence);
      }
      const again = served.client.collection('docs');
      expect((await again.upsert({ id: 'new', embedding: vectorOf(9, dimension) })).sequence).above(
        sequence,
      );
      expect(await served.client.collection(plain.name).count()).equals(0);
    } finally {
      await served.close();
    }
  });

  it('has every acknowledged write after SIGKILL under load, and no half batch', () =>
    inTemporaryDirectory(async (data) => {
      const acknowledged = new Set<number>();
      let size = 0;
      const server = await startServerProcess(data);
      const client = connect(server.address);
      const docs = await open(client, 'docs');
      const streamed = await open(client, 'streamed');
      const inUse = await startTestServer({ dataDirectory: data }).catch((error: Error) => error);
      expect((inUse as Error).message)
        .includes(String(server.pid))
        .and.includes(data);
      await streamed.insertMany(recordsOf(0, 500));
      const writer = async () => {
        for (;;) {
          const batch = size;
          size += 1;
          await docs.upsertMany(recordsOf(batch * 10, batch * 10 + 10));
          acknowledged.add(batch);
        }
      };
      async function* endless() {
        for (let i = 500; ; i += 1) {
          yield recordsOf(i, i + 1)[0]!;
          if (i % 100 === 0) await new Promise((done) => setTimeout(done, 5));
        }
      }
      const load = Promise.allSettled([
        ...[1, 2, 3, 4].map(writer),
        streamed.insertMany(endless()),
      ]);
      while (acknowledged.size < 60) await new Promise((done) => setTimeout(done, 5));
      await server.kill('SIGKILL');
      await load;
      client.close();
      const served = await serve({ dataDirectory: data, workers: 2 });
      try {
        const again = served.client.collection('docs');
        const stored = new Map((await contentOf(again)).map((record) => [record.id, record]));
        for (let batch = 0; batch < size; batch += 1) {
          const wanted = recordsOf(batch * 10, batch * 10 + 10);
          const found = wanted.filter(({ id }) => stored.has(id!));
          expect(found.length, `batch ${batch}`).oneOf(acknowledged.has(batch) ? [10] : [0, 10]);
          for (const { id, content } of found) expect(stored.get(id!)!.content).equals(content);
        }
        await expectSearchable(again, recordsOf(0, 30));
        const kept = await served.client.collection('streamed').count();
        expect(kept).least(500);
        await expectSearchable(served.client.collection('streamed'), recordsOf(0, 20));
        expect((await again.upsertMany(recordsOf(0, 10))).map((r) => r.outcome)).deep.equals(
          Array(10).fill('updated'),
        );
      } finally {
        await served.close();
      }
    }));
});
