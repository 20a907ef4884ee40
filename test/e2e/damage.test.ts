/** What becomes of damaged files: quarantine, a cut tail or a new index, and never wrong data. */
import { cp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection, StoredRecord } from '../../clients/typescript/src/index.js';
import { all, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import {
  contentOf,
  dimension,
  expectSearchable,
  fileOf,
  flipByte,
  marker,
  open,
  recordsOf,
} from './durability-fixture.js';

describe('damage', function () {
  this.timeout(60_000);

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
            () => broken.count(),
            () => broken.get('r1'),
            () => broken.search({ vector: vectorOf(1, dimension) }),
            () => broken.upsert({ id: 'x', embedding: vectorOf(1, dimension) }),
            () => broken.insertMany(recordsOf(0, 5)),
            () => all(broken.export()),
            () => broken.snapshots.create(),
            () => broken.index.stats(),
          ]) {
            const failure = await failureOf(call());
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
        await docs.insertMany(recordsOf(0, 400));
        await (await open(first.client, 'other')).upsertMany(recordsOf(0, 10));
        while ((await docs.index.stats()).pending > 0)
          await new Promise((done) => setTimeout(done, 20));
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
        async (file) => flipByte(await file('base-'), 30_000),
        expectQuarantine(/base-\d+\.pb$/),
      ));
    it('quarantines a collection whose base was cut', () =>
      afterDamage(
        async (file) => truncate(await file('base-'), 30_000),
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
            while ((await docs.index.stats()).pending > 0) {
              await new Promise((done) => setTimeout(done, 20));
            }
            expect((await docs.index.stats()).indexed).equals(400);
            await expectSearchable(docs, recordsOf(0, 20));
          },
        );
      }
    });
  });
});
