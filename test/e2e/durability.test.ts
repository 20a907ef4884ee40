/** What an acknowledged write survives, and what becomes of damage, on a real data directory. */
import { cp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  type Client,
  type Collection,
  connect,
  type StoredRecord,
  type VectorRecord,
} from '../../clients/typescript/src/index.js';
import { all, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import { startTestServer } from '../support/server.js';
import { startServerProcess } from './server-process.js';

const dimension = 16;

function recordsOf(from: number, to: number, title = ''): VectorRecord[] {
  return Array.from({ length: to - from }, (_, i) => ({
    id: `r${from + i}`,
    title,
    content: `content ${from + i}`,
    embedding: vectorOf(from + i, dimension),
    metadata: { n: from + i },
  }));
}

/** Every record with its times and its revision, by id. */
function contentOf(docs: Collection): Promise<StoredRecord[]> {
  return all(docs.list({ pageSize: 1_000 }));
}

/** Expects each of these records to be the nearest one to its own embedding. */
async function expectSearchable(docs: Collection, records: readonly VectorRecord[]) {
  for (const { id, embedding } of records) {
    const { hits } = await docs.search({ vector: embedding!, limit: 1 });
    expect(hits.map((hit) => [hit.id, hit.distance])).deep.equals([[id, 0]]);
  }
}

/** Path of the collection's only file whose name starts with `prefix`. */
async function fileOf(data: string, docs: Collection, prefix: string): Promise<string> {
  const directory = join(data, 'collections', (await docs.describe()).id);
  const names = (await readdir(directory)).filter((name) => name.startsWith(prefix));
  expect(names, prefix).lengthOf(1);
  return join(directory, names[0]!);
}

async function flipByte(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset < 0 ? bytes.length + offset : offset]! ^= 0x10;
  await writeFile(path, bytes);
}

const open = async (client: Client, name: string): Promise<Collection> => {
  await client.createCollection(name, { dimension, metric: 'euclidean' });
  return client.collection(name);
};
const marker = () => new Promise((resolve) => setTimeout(resolve, 400));

describe('durability', function () {
  this.timeout(60_000);

  it('has everything after a graceful stop, times, revisions and the index included', async () => {
    const served = await serve();
    try {
      const docs = await open(served.client, 'docs');
      const plain = await open(served.client, 'empty');
      await docs.insertMany(recordsOf(0, 3_000));
      await docs.upsertMany(recordsOf(100, 200, 'again'));
      await docs.deleteMany({ ids: ['r0', 'r150', 'r2999'] });
      const before = await contentOf(docs);
      const { sequence } = await docs.describe();
      while ((await docs.index()).pending > 0) await new Promise((done) => setTimeout(done, 20));
      for (let round = 0; round < 2; round += 1) {
        await served.restart();
        const again = served.client.collection('docs');
        const index = await again.index();
        expect([index.indexed, index.pending]).deep.equals([2_997, 0]);
        expect(await contentOf(again)).deep.equals(before);
        await expectSearchable(again, recordsOf(1, 50));
        expect((await again.describe()).sequence).equals(sequence);
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
        for (let i = 500; ; i += 1) yield recordsOf(i, i + 1)[0]!;
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

  describe('on a copy of the files of a running server', () => {
    let served: Served;
    let docs: Collection;
    let content: StoredRecord[];

    before(async () => {
      served = await serve();
      docs = await open(served.client, 'docs');
      const other = await open(served.client, 'other');
      for (let i = 0; i < 5; i += 1) await docs.upsertMany(recordsOf(i * 100, i * 100 + 100));
      await other.upsertMany(recordsOf(0, 100));
      await marker();
      content = await contentOf(docs);
    });
    after(() => served.close());

    /** Changes a copy of the data directory and starts a server there. */
    const onCopy = (
      change: (data: string) => Promise<unknown>,
      test: (copy: Served, data: string) => Promise<void>,
    ) =>
      inTemporaryDirectory(async (data) => {
        await cp(served.server.dataDirectory, data, { recursive: true });
        await change(data);
        const copy = await serve({ dataDirectory: data });
        try {
          await test(copy, data);
        } finally {
          await copy.close();
        }
      });
    const logOf = (data: string) => fileOf(data, docs, 'log-');

    it('recovers everything that was acknowledged', () =>
      onCopy(
        async () => undefined,
        async (copy) => {
          const again = copy.client.collection('docs');
          expect(await contentOf(again)).deep.equals(content);
          await expectSearchable(again, recordsOf(480, 500));
        },
      ));

    it('cuts a torn tail, keeps it beside the log and serves', () =>
      onCopy(
        async (data) => truncate(await logOf(data), (await stat(await logOf(data))).size - 7),
        async (copy, data) => {
          const again = copy.client.collection('docs');
          expect(await contentOf(again)).deep.equals(content);
          const names = await readdir(join(data, 'collections', (await again.describe()).id));
          expect(names.filter((name) => name.endsWith('.torn'))).lengthOf(1);
          await again.upsert({ id: 'new', embedding: vectorOf(1, dimension) });
        },
      ));

    it('quarantines a collection whose log is damaged; the others serve, and it can go', () =>
      onCopy(
        async (data) => flipByte(await logOf(data), 2_000),
        async (copy, data) => {
          const broken = copy.client.collection('docs');
          const info = await broken.describe();
          expect(info.state).equals('quarantined');
          expect(info.stateMessage).includes('log-');
          for (const call of [
            broken.count(),
            broken.get('r1'),
            broken.search({ vector: vectorOf(1, dimension) }),
            broken.upsert({ id: 'x', embedding: vectorOf(1, dimension) }),
            broken.insertMany(recordsOf(0, 5)),
            all(broken.export()),
            broken.snapshots.create(),
            broken.index(),
          ]) {
            const failure = await failureOf(call);
            expect(summary(failure)).equals('DATA_LOSS STORAGE_CORRUPTED');
            expect(failure.metadata.file).match(/log-\d+\.pb$/);
            expect(failure.message).includes(failure.metadata.file);
          }
          const states = (await copy.client.listCollections()).map(({ name, state }) => [
            name,
            state,
          ]);
          expect(states).deep.equals([
            ['docs', 'quarantined'],
            ['other', 'serving'],
          ]);
          await expectSearchable(copy.client.collection('other'), recordsOf(0, 10));
          await copy.client.deleteCollection('docs');
          expect(await readdir(join(data, 'collections'))).lengthOf(1);
          expect(await (await open(copy.client, 'docs')).count()).equals(0);
        },
      ));

    it('stays in quarantine, files untouched, until it is deleted', () =>
      onCopy(
        async (data) => flipByte(await logOf(data), 2_000),
        async (copy, data) => {
          const before = await readFile(await fileOf(data, copy.client.collection('docs'), 'log-'));
          await copy.restart();
          const broken = copy.client.collection('docs');
          expect((await broken.describe()).state).equals('quarantined');
          expect((await readFile(await fileOf(data, broken, 'log-'))).equals(before)).equals(true);
        },
      ));

    it('quarantines a collection whose log is missing', () =>
      onCopy(
        async (data) => rm(await logOf(data)),
        async (copy) => {
          const info = await copy.client.collection('docs').describe();
          expect(info.state).equals('quarantined');
          expect(info.stateMessage).includes('log-');
        },
      ));
  });

  describe('after a clean stop', () => {
    /** Fills a server, stops it, changes its files and starts it again. */
    const afterDamage = (
      change: (file: (prefix: string) => Promise<string>) => Promise<unknown>,
      test: (served: Served, content: StoredRecord[]) => Promise<void>,
    ) =>
      inTemporaryDirectory(async (data) => {
        const first = await serve({ dataDirectory: data });
        const docs = await open(first.client, 'docs');
        await docs.insertMany(recordsOf(0, 1_000));
        await (await open(first.client, 'other')).upsertMany(recordsOf(0, 10));
        while ((await docs.index()).pending > 0) await new Promise((done) => setTimeout(done, 20));
        const content = await contentOf(docs);
        const { id } = await docs.describe();
        await first.close();
        const directory = join(data, 'collections', id);
        await change(async (prefix) => {
          const names = (await readdir(directory)).filter((name) => name.startsWith(prefix));
          expect(names, prefix).lengthOf(1);
          return join(directory, names[0]!);
        });
        const second = await serve({ dataDirectory: data });
        try {
          await test(second, content);
        } finally {
          await second.close();
        }
      });
    const expectQuarantine = (file: RegExp) => async (served: Served) => {
      const failure = await failureOf(served.client.collection('docs').count());
      expect(summary(failure)).equals('DATA_LOSS STORAGE_CORRUPTED');
      expect(failure.metadata.file).match(file);
      expect(failure.message).match(/\.pb/);
      expect(Number(failure.metadata.offset)).least(0);
      expect(await served.client.collection('other').count()).equals(10);
      await served.client.deleteCollection('docs');
      expect((await served.client.listCollections()).map(({ name }) => name)).deep.equals([
        'other',
      ]);
    };

    it('quarantines a collection whose base has a flipped byte', () =>
      afterDamage(
        async (file) => flipByte(await file('base-'), 50_000),
        expectQuarantine(/base-\d+\.pb$/),
      ));
    it('quarantines a collection whose base was cut', () =>
      afterDamage(
        async (file) => truncate(await file('base-'), 50_000),
        expectQuarantine(/base-\d+\.pb$/),
      ));
    it('quarantines a collection whose log was cut', () =>
      afterDamage(
        async (file) => truncate(await file('log-'), 10),
        expectQuarantine(/log-\d+\.pb$/),
      ));
    it('builds an index anew whose graph or keys are damaged, and answers as before', async () => {
      for (const suffix of ['.usearch', '.keys']) {
        await afterDamage(
          async (file) =>
            flipByte((await file('base-')).replace(/base-(\d+).*$/, `index-$1${suffix}`), 100),
          async (served, content) => {
            const docs = served.client.collection('docs');
            expect((await docs.describe()).state).equals('serving');
            await expectSearchable(docs, recordsOf(0, 20));
            expect(await contentOf(docs)).deep.equals(content);
            while ((await docs.index()).pending > 0) {
              await new Promise((done) => setTimeout(done, 20));
            }
            expect((await docs.index()).indexed).equals(1_000);
            await expectSearchable(docs, recordsOf(0, 20));
          },
        );
      }
    });
  });
});
