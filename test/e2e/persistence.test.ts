/** Saves by themselves, saves on request, and durability modes, on a real server. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Collection, connect } from '../../clients/typescript/src/index.js';
import {
  CollectionServiceService,
  UpdateCollectionRequest,
} from '../../src/gen/protovec/v1/collection_service.js';
import {
  BatchDeleteRecordsRequest,
  ClearRecordsRequest,
  DeleteRecordRequest,
  RecordServiceService,
} from '../../src/gen/protovec/v1/record_service.js';
import { encode, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import { run } from './cli-process.js';
import { contentOf, dimension, expectSearchable, recordsOf } from './durability-fixture.js';
import { startServerProcess } from './server-process.js';

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe('persistence', function () {
  this.timeout(60_000);
  let served: Served;
  beforeEach(async () => {
    served = await serve();
  });
  afterEach(() => served.close());

  const create = async (name: string, persistence: object): Promise<Collection> => {
    await served.client.createCollection(name, { dimension, metric: 'euclidean', persistence });
    return served.client.collection(name);
  };
  const status = async (docs: Collection) => (await docs.describe()).persistence!;
  const filesOf = async (docs: Collection) =>
    readdir(join(served.server.dataDirectory, 'collections', (await docs.describe()).id));

  it('saves a collection by itself under load, and serves the same after a restart', async () => {
    const docs = await create('docs', { autoSaveThreshold: 500 });
    expect(await status(docs)).includes({ operationsSinceSave: 0, lastSaveSequence: 0 });
    let saves = 0;
    let last = 0;
    for (let i = 0; i < 3_000 || saves < 3; i += 100) {
      await docs.upsertMany(recordsOf(i, i + 100));
      if (i % 500 === 0) await docs.deleteMany({ ids: [`r${i}`] });
      await expectSearchable(docs, recordsOf(i + 1, i + 3));
      const { lastSaveSequence, lastSaveError } = await status(docs);
      expect(lastSaveError).equals('');
      if (lastSaveSequence > last) saves += 1;
      last = lastSaveSequence;
    }
    await docs.save();
    const files = await filesOf(docs);
    expect(files.filter((name) => name.startsWith('base-'))).lengthOf(1);
    expect(files.filter((name) => name.startsWith('log-'))).lengthOf(1);
    const content = await contentOf(docs);
    await served.restart();
    const again = served.client.collection('docs');
    expect(await contentOf(again)).deep.equals(content);
    expect((await again.describe()).config.persistence).deep.equals({
      autoSaveThreshold: 500,
      compression: false,
      format: 'binary',
      durability: 'always',
      durabilityIntervalMs: 1_000,
    });
  });

  it('saves on request and tells what is saved', async () => {
    const docs = await create('docs', {});
    await docs.insertMany(recordsOf(0, 250));
    await docs.upsertMany(recordsOf(0, 10, 'again'));
    await docs.deleteMany({ ids: ['r1', 'r2', 'none'] });
    const before = await status(docs);
    expect(before).includes({ operationsSinceSave: 262, baseSizeBytes: 0, saving: false });
    expect(before).not.property('lastSaveTime');
    const { sequence } = await docs.describe();
    const saved = await docs.save();
    expect(saved).includes({ operationsSinceSave: 0, lastSaveError: '' });
    expect(saved.lastSaveSequence).least(sequence);
    expect(Math.abs(saved.lastSaveTime!.getTime() - Date.now())).below(60_000);
    expect(saved.logSizeBytes).below(before.logSizeBytes);
    const [listed] = await served.client.listCollections();
    expect(listed.persistence).deep.includes({
      lastSaveTime: saved.lastSaveTime,
      baseSizeBytes: saved.baseSizeBytes,
    });
    expect(summary(await failureOf(served.client.collection('none').save()))).equals(
      'NOT_FOUND COLLECTION_NOT_FOUND collection',
    );
  });

  for (const durability of ['interval', 'os'] as const) {
    it(`acknowledges before the disk has it under durability ${durability}, and says so`, async () => {
      const docs = await create('docs', { durability, durabilityIntervalMs: 60_000 });
      const answers = [
        (await docs.upsert(recordsOf(0, 1)[0]!)).durable,
        (await docs.insertMany(recordsOf(1, 50))).durable,
      ];
      const { raw } = served;
      const { deleteRecord, batchDeleteRecords, clearRecords } = RecordServiceService;
      const collection = 'docs';
      const one = encode(DeleteRecordRequest, { collection, id: 'r1' });
      answers.push((await raw.answer(deleteRecord, one)).durable);
      const some = encode(BatchDeleteRecordsRequest, { collection, ids: ['r2'] });
      answers.push((await raw.answer(batchDeleteRecords, some)).durable);
      const clear = encode(ClearRecordsRequest, { collection });
      answers.push((await raw.answer(clearRecords, clear)).durable);
      expect(answers).deep.equals([false, false, false, false, false]);
      // A merge names a file and is always on the disk, and everything before it.
      expect((await docs.snapshots.mergeRecords(recordsOf(0, 20))).durable).equals(true);
      await docs.update({ persistence: { durability: 'always' } });
      expect((await docs.upsert(recordsOf(0, 1)[0]!)).durable).equals(true);
      await served.restart();
      const again = served.client.collection('docs');
      expect(await again.count()).equals(20);
      expect((await again.describe()).config.persistence.durability).equals('always');
    });

    it(`keeps everything acknowledged under durability ${durability} after SIGKILL`, () =>
      inTemporaryDirectory(async (data) => {
        const server = await startServerProcess(data);
        const client = connect(server.address);
        const persistence = { durability, autoSaveThreshold: 300 };
        await client.createCollection('docs', { dimension, metric: 'euclidean', persistence });
        const docs = client.collection('docs');
        for (let i = 0; i < 1_000; i += 50) await docs.upsertMany(recordsOf(i, i + 50));
        await server.kill('SIGKILL');
        client.close();
        const copy = await serve({ dataDirectory: data });
        try {
          const again = copy.client.collection('docs');
          expect((await again.describe()).state).equals('serving');
          expect(await again.count()).equals(1_000);
        } finally {
          await copy.close();
        }
      }));
  }

  it('takes changes at once and refuses what cannot be changed', async () => {
    const docs = await create('docs', { durability: 'os' });
    await docs.insertMany(recordsOf(0, 40));
    await docs.update({ persistence: { autoSaveThreshold: 40 } });
    while ((await status(docs)).lastSaveSequence === 0) await pause(5);
    const info = await docs.update({ persistence: { durability: 'interval' } });
    expect(info.config.persistence).includes({ durability: 'interval', autoSaveThreshold: 40 });
    const refusal = async (...updateMask: string[]) => {
      const request = encode(UpdateCollectionRequest, {
        collection: 'docs',
        config: { dimension: 9 },
        updateMask,
      });
      const { failure } = await served.raw.call(CollectionServiceService.updateCollection, request);
      return summary(failure!);
    };
    expect(await refusal()).equals('INVALID_ARGUMENT INVALID_ARGUMENT update_mask');
    expect(await refusal('dimension')).equals('INVALID_ARGUMENT INVALID_ARGUMENT update_mask');
    expect(await refusal('persistence.x')).equals('INVALID_ARGUMENT INVALID_ARGUMENT update_mask');
    const failure = await failureOf(docs.update({ persistence: { durabilityIntervalMs: 5 } }));
    expect(summary(failure)).equals(
      'INVALID_ARGUMENT INVALID_ARGUMENT config.persistence.durability_interval',
    );
    expect(summary(await failureOf(docs.update({ persistence: {} })))).equals(
      'INVALID_ARGUMENT INVALID_ARGUMENT update_mask',
    );
    await docs.upsert({ id: 'new', embedding: vectorOf(1, dimension) });
  });

  it('is set, changed, shown and asked for on the command line', async () => {
    const protovec = async (args: string) => {
      const { code, stdout, stderr } = await run(args.split(' '), served.server.address);
      return { code, stdout, stderr };
    };
    const made = await protovec('collection create docs --dimension 3 --durability os --json');
    expect(JSON.parse(made.stdout).config.persistence.durability, made.stderr).equals('os');
    const updated = await protovec('collection update docs --auto-save-threshold 7 --compress');
    expect(updated.stdout)
      .match(/after 7 changed records/)
      .and.match(/binary, compressed/);
    expect((await protovec('collection update docs')).code).equals(2);
    const saved = await protovec('collection save docs');
    expect(saved.stdout).match(/^Saved the collection docs up to sequence 0/);
    const shown = await protovec('collection describe docs');
    expect(shown.stdout)
      .match(/Last save +20\d\d-/)
      .and.match(/Since then +0 changed/);
  });
});
