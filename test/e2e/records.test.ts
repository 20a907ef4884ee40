/** What writes and reads of records promise, over a real server. */
import { expect } from 'chai';
import type { Collection, VectorRecord } from '../../clients/typescript/src/index.js';
import { VectorRecord as Message, WriteOutcome } from '../../src/gen/protovec/v1/record.js';
import {
  BatchUpsertRecordsRequest,
  GetRecordRequest,
  RecordServiceService as records,
  UpsertRecordRequest,
} from '../../src/gen/protovec/v1/record_service.js';
import { all, encode, failureOf, type Served, serve, summary } from '../support/client.js';
import { bytesField, join, timestamp, varintField } from '../support/records.js';

const embedding = [1, 2, 3, 4];
const uuid = '0190b6f0-0000-7000-8000-00000000000a';

/** A record with something in every field. */
const full = {
  id: 'full',
  content: 'Grüße, 世界 🌍',
  title: '',
  filePath: '/a/b.txt',
  extension: 'txt',
  embedding: Float32Array.of(0.1, -0, 1e-40, 3),
  metadata: {
    text: 'x',
    int: 2n ** 60n,
    real: 0.5,
    flag: false,
    tags: ['a', ''],
    ['__proto__']: 1,
  },
};

describe('records', () => {
  let served: Served;
  let docs: Collection;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());
  beforeEach(async () => {
    docs = served.client.collection(`records-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4 });
  });

  const idsOf = (found: { id?: string | undefined }[]) => found.map(({ id }) => id);

  describe('writing one', () => {
    it('returns every field as it was written, with times and revision', async () => {
      const written = await docs.upsert(full);
      expect(written).deep.include({ id: 'full', outcome: 'created', durable: true });
      const read = (await docs.get('full'))!;
      expect(read).deep.include({ ...full, revision: written.sequence });
      expect(Object.is(read.embedding![1], -0)).equals(true);
      expect(read.createTime).deep.equals(written.updateTime);
      expect(read.updateTime).deep.equals(written.updateTime);
      expect(Math.abs(Date.now() - read.createTime!.getTime())).below(60_000);
    });

    it('replaces the whole record, keeps create_time and raises the revision', async () => {
      const first = await docs.upsert(full);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const second = await docs.upsert({ id: 'full', title: 'new', embedding });
      expect(second.outcome).equals('updated');
      expect(second.sequence).above(first.sequence);
      const { createTime, updateTime, ...read } = (await docs.get('full'))!;
      expect(read).deep.equals({
        id: 'full',
        content: '',
        title: 'new',
        embedding: Float32Array.from(embedding),
        metadata: {},
        revision: second.sequence,
      });
      expect(createTime).deep.equals(first.updateTime);
      expect(updateTime!.getTime()).above(createTime!.getTime());
    });

    it('inserts only what is new and updates only what is there', async () => {
      await docs.upsert({ id: 'a', embedding }, { mode: 'insert' });
      const again = await failureOf(docs.upsert({ id: 'a', embedding }, { mode: 'insert' }));
      expect(summary(again)).equals('ALREADY_EXISTS ALREADY_EXISTS record.id');
      const missing = await failureOf(docs.upsert({ id: 'b', embedding }, { mode: 'update' }));
      expect(summary(missing)).equals('NOT_FOUND RECORD_NOT_FOUND record.id');
      const updated = await docs.upsert({ id: 'a', title: 'u', embedding }, { mode: 'update' });
      expect(updated.outcome).equals('updated');
      expect(await docs.count()).equals(1);
    });

    it('writes only over the expected revision, and one of several racing writers wins', async () => {
      const { sequence } = await docs.upsert({ id: 'a', embedding });
      const write = (title: string) =>
        docs.upsert({ id: 'a', title, embedding }, { expectedRevision: sequence });
      const outcomes = await Promise.allSettled(['x', 'y', 'z'].map(write));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).lengthOf(1);
      const late = await failureOf(write('late'));
      expect(summary(late)).equals('ABORTED REVISION_MISMATCH expected_revision');
      expect(late.metadata.revision).equals(String((await docs.get('a'))!.revision));
      const absent = docs.upsert({ id: 'b', embedding }, { expectedRevision: 1 });
      expect((await failureOf(absent)).reason).equals('REVISION_MISMATCH');
    });

    it('drops the fields that the server owns, in any form, and never mixes them with its own', async () => {
      const own = [
        bytesField(8, timestamp(5n, 7)),
        bytesField(9, timestamp(6n, 8)),
        varintField(10, 2n ** 63n),
      ];
      const body = join(
        ...own,
        Message.encode(Message.fromPartial({ id: 'a', embedding })).finish(),
        ...own,
        bytesField(8, new Uint8Array(0)),
      );
      const request = join(bytesField(1, docs.name), bytesField(2, body));
      const written = await served.raw.answer(records.upsertRecord, request);
      const read = encode(GetRecordRequest, { collection: docs.name, id: 'a' });
      const { record } = await served.raw.answer(records.getRecord, read);
      expect(record!.createTime).deep.equals(written.updateTime);
      expect(record!.updateTime).deep.equals(written.updateTime);
      expect(record!.revision).equals(written.sequence);
    });

    it('makes an id for a record without one', async () => {
      const record = Message.fromPartial({ embedding });
      const request = encode(UpsertRecordRequest, { collection: docs.name, record });
      const { id } = await served.raw.answer(records.upsertRecord, request);
      expect(id).matches(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect((await docs.get(id))?.id).equals(id);
    });
  });

  describe('writing a batch', () => {
    const mixed: VectorRecord[] = [
      { id: 'a', embedding },
      { id: 'bad', embedding: [1] },
      { id: 'b', embedding },
      { id: 'zero', embedding: [0, 0, 0, 0] },
    ];

    it('stores the good ones and tells why of each of the others', async () => {
      await docs.upsert({ id: 'b', embedding });
      const results = await docs.upsertMany(mixed);
      expect(results.map(({ id, outcome }) => `${id} ${outcome}`)).deep.equals([
        'a created',
        'bad failed',
        'b updated',
        'zero failed',
      ]);
      const errors = results.map(({ error }) => error && [error.index, error.reason, error.field]);
      expect(errors).deep.equals([
        undefined,
        [1, 'INVALID_EMBEDDING', 'records[1].embedding'],
        undefined,
        [3, 'INVALID_EMBEDDING', 'records[3].embedding'],
      ]);
      expect(results[1]!.error).deep.include({ code: 3, id: 'bad' });
      expect(idsOf(await all(docs.list()))).deep.equals(['a', 'b']);
    });

    it('stores nothing under all_or_nothing when one is refused, and names each of them', async () => {
      const invalid = await failureOf(docs.upsertMany(mixed, { allOrNothing: true }));
      expect(summary(invalid)).equals(
        'INVALID_ARGUMENT INVALID_EMBEDDING records[1].embedding, records[3].embedding',
      );
      await docs.upsert({ id: 'a', embedding });
      const both = [
        { id: 'c', embedding },
        { id: 'a', embedding },
      ];
      const options = { allOrNothing: true, mode: 'insert' } as const;
      const exists = await failureOf(docs.upsertMany(both, options));
      expect(summary(exists)).equals('ALREADY_EXISTS ALREADY_EXISTS records[1].id');
      expect(await docs.count()).equals(1);
    });

    it('keeps the later of two records with one id', async () => {
      const twice = ['first', 'second'].map((title) => ({ id: 'a', title, embedding }));
      const results = await docs.upsertMany(twice);
      expect(results.map(({ outcome }) => outcome)).deep.equals(['created', 'updated']);
      expect((await docs.get('a'))!.title).equals('second');
    });

    it('refuses empty ids, and every record under insert and update where it must', async () => {
      const batch = { collection: docs.name, records: [Message.fromPartial({ embedding })] };
      const request = encode(BatchUpsertRecordsRequest, batch);
      const { results, sequence } = await served.raw.answer(records.batchUpsertRecords, request);
      expect(sequence).equals(0n);
      expect(results[0]).deep.include({ id: '', outcome: WriteOutcome.FAILED });
      expect(results[0]!.error!.field).equals('records[0].id');
      const one = [{ id: 'a', embedding }];
      expect((await docs.upsertMany(one, { mode: 'update' }))[0]!.error?.reason).equals(
        'RECORD_NOT_FOUND',
      );
      await docs.upsertMany(one);
      expect((await docs.upsertMany(one, { mode: 'insert' }))[0]!.error?.reason).equals(
        'ALREADY_EXISTS',
      );
    });
  });

  it('deletes by id, several at once, and clears', async () => {
    await docs.upsertMany(['a', 'b', 'c', 'd', uuid].map((id) => ({ id, embedding })));
    expect(await docs.delete('a')).equals(true);
    expect(await docs.delete('a')).equals(false);
    expect(await docs.deleteMany({ ids: ['b', 'x', 'b'] }, { dryRun: true })).equals(1);
    expect(await docs.count()).equals(4);
    expect(await docs.deleteMany({ ids: ['b', 'x', 'b', uuid] })).equals(2);
    expect(await docs.deleteMany({ ids: ['x'] })).equals(0);
    const { sequence } = await docs.upsert({ id: 'a', embedding });
    expect((await docs.get('a'))!.revision).equals(sequence);
    expect(await docs.clear()).equals(3);
    expect(await docs.count()).equals(0);
    expect((await docs.search({ vector: embedding })).hits).deep.equals([]);
    expect(await docs.clear()).equals(0);
    expect((await docs.upsert({ id: 'a', embedding })).outcome).equals('created');
  });

  it('counts a collection as it is described', async () => {
    await docs.upsertMany(['a', 'b'].map((id) => ({ id, embedding })));
    const { sequence } = await docs.upsert({ id: 'c', embedding });
    const info = await docs.describe();
    expect(info).deep.include({ recordCount: 3, sequence, state: 'serving', stateMessage: '' });
    expect(info.config).deep.include({ dimension: 4, metric: 'cosine' });
  });
});
