/** Whatever is wrong with a request has one answer: code, reason and the path of the field. */
import { expect } from 'chai';
import {
  AggregateRecordsRequest,
  CreateCollectionRequest,
  CollectionServiceService as collections,
  DeleteCollectionRequest,
  GetCollectionRequest,
  UpdateCollectionRequest,
} from '../../src/gen/protovec/v1/collection_service.js';
import {
  BuildIndexRequest,
  DropIndexRequest,
  GetIndexRequest,
  IndexServiceService,
} from '../../src/gen/protovec/v1/index_service.js';
import type { SnapshotFormat } from '../../src/gen/protovec/v1/persistence.js';
import {
  BatchDeleteRecordsRequest,
  BatchGetRecordsRequest,
  BatchInsertRequest,
  BatchUpsertRecordsRequest,
  ClearRecordsRequest,
  CountRecordsRequest,
  DeleteRecordRequest,
  ExportRecordsRequest,
  GetRecordRequest,
  ListRecordsRequest,
  RecordServiceService as records,
  UpsertRecordRequest,
} from '../../src/gen/protovec/v1/record_service.js';
import { SearchServiceService } from '../../src/gen/protovec/v1/search_service.js';
import { ServerServiceService } from '../../src/gen/protovec/v1/server_service.js';
import {
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DiffSnapshotsRequest,
  ForceSaveRequest,
  ListSnapshotsRequest,
  MergeRecordsRequest,
  MergeSnapshotRequest,
  RestoreSnapshotRequest,
  SnapshotServiceService as snapshots,
  UploadSnapshotRequest,
} from '../../src/gen/protovec/v1/snapshot_service.js';
import { encode, type Method, type Served, serve, summary } from '../support/client.js';
import { bytesField, join } from '../support/records.js';
import * as bad from './bad-input-requests.js';

const { collection, embedding, find, record } = bad;
const { search, batchSearch, searchStream } = SearchServiceService;
const uuid = '0190b6f0-0000-7000-8000-000000000000';
const invalid = 'INVALID_ARGUMENT INVALID_ARGUMENT';

/** Every method of the server. */
const methods = [
  collections,
  records,
  SearchServiceService,
  IndexServiceService,
  snapshots,
  ServerServiceService,
].flatMap((service) => Object.values(service) as Method<unknown>[]);

const nameOf = ({ path }: Method<unknown>): string => path.split('/').at(-1)!;

describe('bad input', () => {
  let served: Served;

  before(async () => {
    served = await serve();
    await served.client.createCollection(collection, { dimension: 4 });
    await served.client.createCollection('other', { dimension: 4 });
    const docs = served.client.collection(collection);
    await docs.upsertMany(['kept', 'next'].map((id) => ({ id, embedding })));
  });
  after(() => served.close());

  async function check(method: Method<unknown>, request: Uint8Array, expected: string) {
    const { answers, failure } = await served.raw.call(method, request);
    expect(failure && summary(failure)).equals(expected);
    expect(failure!.message).not.equals('');
    expect(answers).deep.equals([]);
  }

  function refuses(method: Method<unknown>, mistakes: bad.Mistake[], status = invalid) {
    describe(nameOf(method), () => {
      for (const [what, request, field] of mistakes) {
        it(`refuses ${what}`, () => check(method, request, `${status} ${field}`));
      }
    });
  }

  refuses(records.upsertRecord, bad.badEmbeddings, 'INVALID_ARGUMENT INVALID_EMBEDDING');
  refuses(search, bad.badVectors, 'INVALID_ARGUMENT INVALID_EMBEDDING');
  refuses(records.upsertRecord, bad.badRecords);
  refuses(records.batchUpsertRecords, bad.badBatches);
  refuses(records.batchInsert, bad.badStreams);
  refuses(records.ingestRecords, bad.badOpenings);
  describe('IngestRecords, once it is open,', () => {
    const open = join(bytesField(1, collection), bytesField(2, new Uint8Array(0)));
    for (const [what, request, field] of bad.badIngestBatches) {
      it(`refuses ${what}`, async () => {
        const { answers, failure } = await served.raw.call(records.ingestRecords, open, request);
        expect(failure && summary(failure)).equals(`${invalid} ${field}`);
        expect(answers.map(({ message }) => message?.$case)).deep.equals(['opened']);
      });
    }
  });
  refuses(search, bad.badSearches);
  refuses(batchSearch, bad.badBatchSearches);
  refuses(batchSearch, [['no search', bytesField(1, collection), 'searches']]);
  refuses(records.countRecords, bad.badFilters);
  refuses(collections.aggregateRecords, bad.badAggregates);
  refuses(snapshots.createSnapshot, bad.badCreations);
  refuses(snapshots.restoreSnapshot, bad.badRestores);
  refuses(records.getRecord, bad.badReads);
  refuses(records.exportRecords, bad.badExports);
  refuses(records.batchGetRecords, bad.badIds);
  refuses(records.deleteRecord, [bad.badReads[1]]);
  refuses(records.batchDeleteRecords, bad.badDeletions);
  refuses(records.listRecords, bad.badPages);
  refuses(collections.createCollection, bad.badCollections);
  const outside = encode(GetCollectionRequest, { collection: '../x' });
  refuses(collections.getCollection, [['the name ../x', outside, 'collection']]);
  refuses(collections.deleteCollection, [['the name ../x', outside, 'collection']]);
  const noUuid = encode(DeleteSnapshotRequest, { collection, snapshotId: '../../manifest' });
  for (const method of [
    snapshots.deleteSnapshot,
    snapshots.downloadSnapshot,
    snapshots.restoreSnapshot,
  ]) {
    refuses(method, [['a snapshot id that is no UUID', noUuid, 'snapshot_id']]);
  }
  const target = { collection, snapshotId: uuid, targetCollection: '../x' };
  const restore = encode(RestoreSnapshotRequest, target);
  refuses(snapshots.restoreSnapshot, [['the target ../x', restore, 'target_collection']]);
  const format = 99 as number as SnapshotFormat;
  const create = encode(CreateSnapshotRequest, { collection, format });
  refuses(snapshots.createSnapshot, [['an unknown format', create, 'format']]);

  describe('an id that is not UTF-8', () => {
    const in2 = join(bytesField(1, collection), bytesField(2, bad.badText));
    const in3 = join(bytesField(1, collection), bytesField(3, bad.badText));
    const ids = bytesField(9, bytesField(1, bad.badText));
    const inFilter = (field: number) => join(bytesField(1, collection), bytesField(field, ids));
    refuses(records.getRecord, [['it', in2, 'id']]);
    refuses(records.deleteRecord, [['it', in2, 'id']]);
    refuses(records.batchGetRecords, [['it', in2, 'ids[0]']]);
    refuses(records.batchDeleteRecords, [['it', in2, 'ids[0]']]);
    refuses(search, [['it', in3, 'record_id']]);
    for (const [method, request] of [
      [records.batchDeleteRecords, inFilter(3)],
      [records.countRecords, inFilter(2)],
      [collections.aggregateRecords, inFilter(2)],
      [snapshots.createSnapshot, inFilter(4)],
      [snapshots.restoreSnapshot, inFilter(5)],
      [records.listRecords, inFilter(4)],
      [records.exportRecords, inFilter(2)],
      [search, join(find({}), bytesField(7, ids))],
    ] as [Method<unknown>, Uint8Array][]) {
      it(`${nameOf(method)} refuses it in a filter`, async () => {
        const { failure } = await served.raw.call(method, request);
        expect(failure && summary(failure).split(' ').slice(0, 2).join(' ')).equals(invalid);
      });
    }

    it('never stands for the record whose id it decodes to', async () => {
      const docs = served.client.collection(collection);
      await docs.upsert({ id: 'a\ufffd', embedding });
      await served.raw.call(records.deleteRecord, in2);
      await served.raw.call(records.batchDeleteRecords, in2);
      await served.raw.call(records.batchDeleteRecords, inFilter(3));
      expect(await docs.delete('a\ufffd')).equals(true);
    });
  });

  it('refuses a filter of a count 5,000 levels deep', async () => {
    const request = join(bytesField(1, collection), bytesField(2, bad.nested(5_000)));
    const { failure } = await served.raw.call(records.countRecords, request);
    expect(failure && [failure.code, failure.reason].join(' ')).equals(invalid);
  });

  it('refuses the page token of another collection, of another filter, and a changed one', async () => {
    const page = encode(ListRecordsRequest, { collection, pageSize: 1 });
    const { nextPageToken: pageToken } = await served.raw.answer(records.listRecords, page);
    expect(pageToken).not.equals('');
    const list = (fields: Parameters<typeof ListRecordsRequest.fromPartial>[0]) =>
      check(records.listRecords, encode(ListRecordsRequest, fields), `${invalid} page_token`);
    await list({ collection: 'other', pageToken });
    const filter = { condition: { $case: 'titleContains' as const, value: 'x' } };
    await list({ collection, pageToken, filter });
    const changed = pageToken.replace(/^../, (first) => (first === 'AA' ? 'BB' : 'AA'));
    await list({ collection, pageToken: changed });
  });

  describe('an unknown collection', () => {
    const name = { collection: 'absent' };
    const one = { ...name, records: [record({})] };
    const filter = { condition: { $case: 'titleContains' as const, value: 'x' } };
    const batch = { $case: 'batch' as const, value: { records: [record({})] } };
    const snapshot = encode(DeleteSnapshotRequest, { ...name, snapshotId: uuid });
    const requests: [Method<unknown>, Uint8Array][] = [
      [collections.getCollection, encode(GetCollectionRequest, name)],
      [
        collections.updateCollection,
        encode(UpdateCollectionRequest, { ...name, config: {}, updateMask: ['persistence'] }),
      ],
      [collections.deleteCollection, encode(DeleteCollectionRequest, name)],
      [collections.aggregateRecords, encode(AggregateRecordsRequest, name)],
      [IndexServiceService.getIndex, encode(GetIndexRequest, name)],
      [IndexServiceService.buildIndex, encode(BuildIndexRequest, name)],
      [IndexServiceService.dropIndex, encode(DropIndexRequest, name)],
      [records.upsertRecord, encode(UpsertRecordRequest, { ...name, record: record({}) })],
      [records.batchUpsertRecords, encode(BatchUpsertRecordsRequest, one)],
      [records.getRecord, encode(GetRecordRequest, { ...name, id: 'a' })],
      [records.batchGetRecords, encode(BatchGetRecordsRequest, { ...name, ids: ['a'] })],
      [records.deleteRecord, encode(DeleteRecordRequest, { ...name, id: 'a' })],
      [records.batchDeleteRecords, encode(BatchDeleteRecordsRequest, { ...name, filter })],
      [records.countRecords, encode(CountRecordsRequest, name)],
      [records.listRecords, encode(ListRecordsRequest, name)],
      [records.exportRecords, encode(ExportRecordsRequest, name)],
      [records.clearRecords, encode(ClearRecordsRequest, name)],
      [records.batchInsert, encode(BatchInsertRequest, one)],
      [records.ingestRecords, join(bytesField(1, 'absent'), bytesField(2, new Uint8Array(0)))],
      [search, find(name)],
      [batchSearch, join(bytesField(1, 'absent'), bytesField(2, find(name)))],
      [searchStream, join(bytesField(1, 'absent'), bytesField(3, find(name)))],
      [snapshots.createSnapshot, encode(CreateSnapshotRequest, name)],
      [snapshots.listSnapshots, encode(ListSnapshotsRequest, name)],
      [snapshots.deleteSnapshot, snapshot],
      [snapshots.downloadSnapshot, snapshot],
      [snapshots.restoreSnapshot, snapshot],
      [snapshots.mergeRecords, encode(MergeRecordsRequest, { ...name, source: batch })],
      [snapshots.forceSave, encode(ForceSaveRequest, name)],
      [snapshots.uploadSnapshot, encode(UploadSnapshotRequest, name)],
      [snapshots.getUpload, snapshot],
      [snapshots.validateSnapshot, snapshot],
      [snapshots.mergeSnapshot, encode(MergeSnapshotRequest, { ...name, snapshotId: uuid })],
      [snapshots.diffSnapshots, encode(DiffSnapshotsRequest, { ...name, snapshotId: uuid })],
    ];
    it('is asked for in every method that is about one', () => {
      const asked = new Set(requests.map(([method]) => nameOf(method)));
      const silent = methods.map(nameOf).filter((method) => !asked.has(method));
      const about = ['CreateCollection', 'ListCollections', 'GetServerInfo'];
      expect(silent).to.have.members(about);
    });

    for (const [method, request] of requests) {
      it(`${nameOf(method)} does not find it`, () =>
        check(method, request, 'NOT_FOUND COLLECTION_NOT_FOUND collection'));
    }
  });

  it('finds no record and no snapshot that is not there', async () => {
    const absent = encode(GetRecordRequest, { collection, id: 'absent' });
    await check(records.getRecord, absent, 'NOT_FOUND RECORD_NOT_FOUND id');
    await check(records.deleteRecord, absent, 'NOT_FOUND RECORD_NOT_FOUND id');
    const near = find({ query: { $case: 'recordId', value: 'absent' } });
    await check(search, near, 'NOT_FOUND RECORD_NOT_FOUND record_id');
    const snapshot = encode(DeleteSnapshotRequest, { collection, snapshotId: uuid });
    for (const method of [
      snapshots.deleteSnapshot,
      snapshots.downloadSnapshot,
      snapshots.restoreSnapshot,
      snapshots.getUpload,
      snapshots.validateSnapshot,
      snapshots.mergeSnapshot,
      snapshots.diffSnapshots,
    ]) {
      await check(method, snapshot, 'NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id');
    }
  });

  it('creates no collection twice', () => {
    const again = encode(CreateCollectionRequest, { collection });
    return check(collections.createCollection, again, 'ALREADY_EXISTS ALREADY_EXISTS collection');
  });

  describe('bytes that are no message', () => {
    const garbage = [
      Uint8Array.of(0x0a, 0xff),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      join(bytesField(1, collection), Uint8Array.of(0x12, 0x7f, 0x01)),
      join(bytesField(1, collection), Uint8Array.of(0x07)),
    ];
    for (const method of methods) {
      it(`${nameOf(method)} refuses them`, async () => {
        for (const bytes of garbage) await check(method, bytes, invalid);
      });
    }
  });

  it('refuses streams that end before their first message', async () => {
    for (const method of [
      records.batchInsert,
      records.ingestRecords,
      snapshots.mergeRecords,
    ] as Method<unknown>[]) {
      const { failure } = await served.raw.call(method);
      expect(failure && summary(failure)).equals(`${invalid} collection`);
    }
  });

  it('refuses a message of 100 MiB', async () => {
    const request = bad.upsert({ content: 'x'.repeat(100 * 1024 * 1024) });
    for (const method of [records.upsertRecord, records.batchInsert] as Method<unknown>[]) {
      const { failure } = await served.raw.call(method, request);
      expect(failure?.code).equals('RESOURCE_EXHAUSTED');
    }
  });

  it('serves on after all of this, with nothing of it stored', async () => {
    const docs = served.client.collection(collection);
    expect(await docs.count()).equals(2);
    expect((await docs.upsert({ id: 'last', embedding })).outcome).equals('created');
    const { hits } = await docs.search({ vector: embedding });
    expect(hits.map(({ id }) => id)).deep.equals(['kept', 'last', 'next']);
    const names = (await served.client.listCollections()).map(({ name }) => name);
    expect(names).deep.equals([collection, 'other']);
  });
});
