/** Whatever is wrong with a request has one answer: code, reason and the path of the field. */
import { expect } from 'chai';
import { type CollectionConfig, Metric } from '../../src/gen/protovec/v1/collection.js';
import {
  CollectionServiceService,
  CreateCollectionRequest,
  DeleteCollectionRequest,
  GetCollectionRequest,
} from '../../src/gen/protovec/v1/collection_service.js';
import { Filter } from '../../src/gen/protovec/v1/filter.js';
import { type IndexKind, Quantization } from '../../src/gen/protovec/v1/index.js';
import { GetIndexRequest, IndexServiceService } from '../../src/gen/protovec/v1/index_service.js';
import { VectorRecord, type WriteMode } from '../../src/gen/protovec/v1/record.js';
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
import { SearchRequest, SearchServiceService } from '../../src/gen/protovec/v1/search_service.js';
import { ServerServiceService } from '../../src/gen/protovec/v1/server_service.js';
import type { SnapshotFormat } from '../../src/gen/protovec/v1/snapshot.js';
import {
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DownloadSnapshotRequest,
  ListSnapshotsRequest,
  MergeRecordsRequest,
  RestoreSnapshotRequest,
  SnapshotServiceService as snapshots,
} from '../../src/gen/protovec/v1/snapshot_service.js';
import { encode, type Method, type Served, serve, summary } from '../support/client.js';
import { bytesField, join } from '../support/records.js';

const { search } = SearchServiceService;
const collections = CollectionServiceService;
const index = IndexServiceService;

/** What is called, what it is called with, and the answer as `summary` writes it. */
type Case = [name: string, method: Method<unknown>, request: Uint8Array, expected: string];

const collection = 'docs';
const embedding = [1, 2, 3, 4];
const vector = { $case: 'vector' as const, value: { values: embedding } };
const uuid = '0190b6f0-0000-7000-8000-000000000000';
const badText = Uint8Array.of(0x61, 0xff, 0xfe);
const noUtf8 = Uint8Array.of(0xc3, 0x28);

type Partial<T> = { [K in keyof T]?: T[K] };
const record = (fields: Partial<VectorRecord>) =>
  VectorRecord.fromPartial({ id: 'a', embedding, ...fields });
const upsert = (fields: Partial<VectorRecord>) =>
  encode(UpsertRecordRequest, { collection, record: record(fields) });
/** An upsert of a record whose encoding ends with these bytes. */
const upsertBytes = (...fields: Uint8Array[]) =>
  join(
    bytesField(1, collection),
    bytesField(2, join(VectorRecord.encode(record({})).finish(), ...fields)),
  );
const find = (fields: Partial<SearchRequest>) =>
  encode(SearchRequest, { collection, query: vector, ...fields });
const query = (...values: number[]) => find({ query: { $case: 'vector', value: { values } } });

/** An encoded filter of `depth` nested groups around one condition. */
function nested(depth: number): Uint8Array {
  let filter = encode(Filter, { condition: { $case: 'titleContains', value: 'x' } });
  for (let level = 1; level < depth; level += 1) filter = bytesField(1, bytesField(1, filter));
  return filter;
}
const deepPath = `filter${'.all_of.filters[0]'.repeat(16)}`;

const vectors: Case[] = [
  ['a wrong dimension', records.upsertRecord, upsert({ embedding: [1, 2, 3] }), 'record.embedding'],
  ['no embedding', records.upsertRecord, upsert({ embedding: [] }), 'record.embedding'],
  ['NaN', records.upsertRecord, upsert({ embedding: [1, NaN, 3, 4] }), 'record.embedding'],
  [
    'Infinity',
    records.upsertRecord,
    upsert({ embedding: [1, 2, Infinity, 4] }),
    'record.embedding',
  ],
  [
    '-Infinity',
    records.upsertRecord,
    upsert({ embedding: [1, 2, -Infinity, 4] }),
    'record.embedding',
  ],
  ['a zero vector', records.upsertRecord, upsert({ embedding: [0, 0, 0, 0] }), 'record.embedding'],
  [
    'a zero vector of -0',
    records.upsertRecord,
    upsert({ embedding: [-0, 0, 0, 0] }),
    'record.embedding',
  ],
  [
    'a norm that overflows',
    records.upsertRecord,
    upsert({ embedding: [3e38, 3e38, 0, 0] }),
    'record.embedding',
  ],
  [
    'half a float',
    records.upsertRecord,
    upsertBytes(bytesField(6, new Uint8Array(3))),
    'record.embedding',
  ],
  ['a query of a wrong dimension', search, query(1, 2), 'vector'],
  ['a query without values', search, query(), 'vector'],
  ['NaN in a query', search, query(1, 2, 3, NaN), 'vector'],
  ['Infinity in a query', search, query(Infinity, 2, 3, 4), 'vector'],
  ['a zero vector as query', search, query(0, 0, 0, 0), 'vector'],
].map(([name, method, request, field]) => [
  name,
  method,
  request,
  `INVALID_ARGUMENT INVALID_EMBEDDING ${field}`,
]) as Case[];

const fields: Case[] = [
  ['an id of 300 bytes', records.upsertRecord, upsert({ id: 'x'.repeat(300) }), 'record.id'],
  [
    'an id of 256 bytes in 128 letters',
    records.upsertRecord,
    upsert({ id: 'ß'.repeat(128) }),
    'record.id',
  ],
  [
    'an id that is not UTF-8',
    records.upsertRecord,
    upsertBytes(bytesField(1, badText)),
    'record.id',
  ],
  [
    'content that is not UTF-8',
    records.upsertRecord,
    upsertBytes(bytesField(2, noUtf8)),
    'record.content',
  ],
  [
    'a title that is not UTF-8',
    records.upsertRecord,
    upsertBytes(bytesField(3, badText)),
    'record.title',
  ],
  [
    'a metadata key that is not UTF-8',
    records.upsertRecord,
    upsertBytes(bytesField(7, join(bytesField(1, badText), bytesField(2, bytesField(1, 'v'))))),
    'record.metadata',
  ],
  [
    'a metadata text that is not UTF-8',
    records.upsertRecord,
    upsertBytes(bytesField(7, join(bytesField(1, 'k'), bytesField(2, bytesField(1, badText))))),
    'record.metadata["k"]',
  ],
  [
    'metadata without a value',
    records.upsertRecord,
    upsert({ metadata: new Map([['k', { kind: undefined }]]) }),
    'record.metadata["k"]',
  ],
  [
    'NaN in metadata',
    records.upsertRecord,
    upsert({ metadata: new Map([['k', { kind: { $case: 'doubleValue', value: NaN } }]]) }),
    'record.metadata["k"]',
  ],
  ['no record', records.upsertRecord, encode(UpsertRecordRequest, { collection }), 'record'],
  [
    'an unknown write mode',
    records.upsertRecord,
    encode(UpsertRecordRequest, {
      collection,
      record: record({}),
      writeMode: 99 as number as WriteMode,
    }),
    'write_mode',
  ],
  [
    'an empty batch',
    records.batchUpsertRecords,
    encode(BatchUpsertRecordsRequest, { collection }),
    'records',
  ],
  [
    '10,001 records in a batch',
    records.batchUpsertRecords,
    encode(BatchUpsertRecordsRequest, { collection, records: Array(10_001).fill(record({})) }),
    'records',
  ],
  [
    '10,001 records in a message of a stream',
    records.batchInsert,
    encode(BatchInsertRequest, { collection, records: Array(10_001).fill(record({})) }),
    'records',
  ],
  [
    'an unknown write mode of a stream',
    records.batchInsert,
    encode(BatchInsertRequest, { collection, writeMode: 99 as number as WriteMode }),
    'write_mode',
  ],
  ['limit 0', search, find({ limit: 0 }), 'limit'],
  ['limit 10,001', search, find({ limit: 10_001 }), 'limit'],
  ['limit 2^32 - 1', search, find({ limit: 2 ** 32 - 1 }), 'limit'],
  ['ef_search 0', search, find({ efSearch: 0 }), 'ef_search'],
  ['ef_search 10,001', search, find({ efSearch: 10_001 }), 'ef_search'],
  ['a threshold of NaN', search, find({ threshold: NaN }), 'threshold'],
  ['no query', search, find({ query: undefined }), 'query'],
  ['an empty record_id', search, find({ query: { $case: 'recordId', value: '' } }), 'record_id'],
  ['an unknown mask path of a search', search, find({ hitMask: ['id', 'vector'] }), 'hit_mask'],
  ['a mask path in camel case', search, find({ hitMask: ['filePath'] }), 'hit_mask'],
  ['a mask path into metadata', search, find({ hitMask: ['metadata.lang'] }), 'hit_mask'],
  [
    'an unknown mask path of a read',
    records.getRecord,
    encode(GetRecordRequest, { collection, id: 'a', recordMask: ['nope'] }),
    'record_mask',
  ],
  [
    'an unknown mask path of an export',
    records.exportRecords,
    encode(ExportRecordsRequest, { collection, recordMask: ['nope'] }),
    'record_mask',
  ],
  ['a read without id', records.getRecord, encode(GetRecordRequest, { collection }), 'id'],
  [
    'a deletion without id',
    records.deleteRecord,
    encode(DeleteRecordRequest, { collection }),
    'id',
  ],
  [
    '10,001 ids to read',
    records.batchGetRecords,
    encode(BatchGetRecordsRequest, { collection, ids: Array(10_001).fill('a') }),
    'ids',
  ],
  [
    'a deletion of neither ids nor matches',
    records.batchDeleteRecords,
    encode(BatchDeleteRecordsRequest, { collection }),
    'ids',
  ],
  [
    'a deletion of both',
    records.batchDeleteRecords,
    encode(BatchDeleteRecordsRequest, {
      collection,
      ids: ['a'],
      filter: { condition: { $case: 'titleContains', value: 'x' } },
    }),
    'ids',
  ],
  [
    'a page of 1,001',
    records.listRecords,
    encode(ListRecordsRequest, { collection, pageSize: 1001 }),
    'page_size',
  ],
  [
    'a page token made up',
    records.listRecords,
    encode(ListRecordsRequest, { collection, pageToken: 'AAAA' }),
    'page_token',
  ],
  [
    'a filter without a condition',
    records.countRecords,
    encode(CountRecordsRequest, { collection, filter: {} }),
    'filter',
  ],
  ['a filter of a search without a condition', search, find({ filter: {} }), 'filter'],
  [
    'a filter condition of a later version',
    records.countRecords,
    join(bytesField(1, collection), bytesField(2, bytesField(99, 'x'))),
    'filter',
  ],
  [
    'a filter 17 levels deep',
    records.countRecords,
    join(bytesField(1, collection), bytesField(2, nested(17))),
    deepPath,
  ],
  [
    'a filter of a search 17 levels deep',
    search,
    join(find({}), bytesField(7, nested(17))),
    'filter',
  ],
  [
    'a filter of a search 20,000 levels deep',
    search,
    join(find({}), bytesField(7, nested(20_000))),
    'filter',
  ],
  [
    'a bound of NaN',
    records.countRecords,
    encode(CountRecordsRequest, {
      collection,
      filter: { condition: { $case: 'contentLength', value: { gt: NaN } } },
    }),
    'filter.content_length.gt',
  ],
  ...['../x', '', '.x', 'a/b', 'x'.repeat(64), 'ä', 'a\0', 'a\n'].map(
    (name): [string, Method<unknown>, Uint8Array, string] => [
      `a collection to be named ${JSON.stringify(name)}`,
      collections.createCollection,
      encode(CreateCollectionRequest, { collection: name }),
      'collection',
    ],
  ),
  [
    'a collection name that is not UTF-8',
    collections.createCollection,
    bytesField(1, badText),
    'collection',
  ],
  [
    '../x to be described',
    collections.getCollection,
    encode(GetCollectionRequest, { collection: '../x' }),
    'collection',
  ],
  [
    '../x to be deleted',
    collections.deleteCollection,
    encode(DeleteCollectionRequest, { collection: '../x' }),
    'collection',
  ],
  ...(
    [
      ['dimension 65,537', { dimension: 65_537 }, 'config.dimension'],
      ['an unknown metric', { metric: 99 as number as Metric }, 'config.metric'],
      ['a model of 256 bytes', { embeddingModel: 'm'.repeat(256) }, 'config.embedding_model'],
      ['connectivity 3', { index: { connectivity: 3 } }, 'config.index.connectivity'],
      [
        'an unknown index kind',
        { index: { kind: 99 as number as IndexKind } },
        'config.index.kind',
      ],
      [
        'I8 with dot',
        { metric: Metric.DOT, index: { quantization: Quantization.I8 } },
        'config.index.quantization',
      ],
    ] as [string, Parameters<typeof CollectionConfig.fromPartial>[0], string][]
  ).map(([name, config, field]): [string, Method<unknown>, Uint8Array, string] => [
    name,
    collections.createCollection,
    encode(CreateCollectionRequest, { collection: 'new', config }),
    field,
  ]),
  ...[snapshots.deleteSnapshot, snapshots.downloadSnapshot, snapshots.restoreSnapshot].map(
    (method): [string, Method<unknown>, Uint8Array, string] => [
      `a snapshot id that is no UUID to ${method.path.split('/').at(-1)}`,
      method,
      encode(DeleteSnapshotRequest, { collection, snapshotId: '../../manifest' }),
      'snapshot_id',
    ],
  ),
  [
    'an unknown snapshot format',
    snapshots.createSnapshot,
    encode(CreateSnapshotRequest, { collection, format: 99 as number as SnapshotFormat }),
    'format',
  ],
  [
    'a restore into ../x',
    snapshots.restoreSnapshot,
    encode(RestoreSnapshotRequest, { collection, snapshotId: uuid, targetCollection: '../x' }),
    'target_collection',
  ],
].map(([name, method, request, field]) => [
  name,
  method,
  request,
  `INVALID_ARGUMENT INVALID_ARGUMENT ${field}`,
]) as Case[];

/** Every method that takes the name of a collection, with a request that is otherwise good. */
const unknown: [Method<unknown>, Uint8Array][] = (() => {
  const name = { collection: 'absent' };
  const filter = { condition: { $case: 'titleContains' as const, value: 'x' } };
  return [
    [collections.getCollection, encode(GetCollectionRequest, name)],
    [collections.deleteCollection, encode(DeleteCollectionRequest, name)],
    [index.getIndex, encode(GetIndexRequest, name)],
    [records.upsertRecord, encode(UpsertRecordRequest, { ...name, record: record({}) })],
    [
      records.batchUpsertRecords,
      encode(BatchUpsertRecordsRequest, { ...name, records: [record({})] }),
    ],
    [records.getRecord, encode(GetRecordRequest, { ...name, id: 'a' })],
    [records.batchGetRecords, encode(BatchGetRecordsRequest, { ...name, ids: ['a'] })],
    [records.deleteRecord, encode(DeleteRecordRequest, { ...name, id: 'a' })],
    [records.batchDeleteRecords, encode(BatchDeleteRecordsRequest, { ...name, filter })],
    [records.countRecords, encode(CountRecordsRequest, name)],
    [records.listRecords, encode(ListRecordsRequest, name)],
    [records.exportRecords, encode(ExportRecordsRequest, name)],
    [records.clearRecords, encode(ClearRecordsRequest, name)],
    [records.batchInsert, encode(BatchInsertRequest, { ...name, records: [record({})] })],
    [search, find(name)],
    [snapshots.createSnapshot, encode(CreateSnapshotRequest, name)],
    [snapshots.listSnapshots, encode(ListSnapshotsRequest, name)],
    [snapshots.deleteSnapshot, encode(DeleteSnapshotRequest, { ...name, snapshotId: uuid })],
    [snapshots.downloadSnapshot, encode(DownloadSnapshotRequest, { ...name, snapshotId: uuid })],
    [snapshots.restoreSnapshot, encode(RestoreSnapshotRequest, { ...name, snapshotId: uuid })],
    [
      snapshots.mergeRecords,
      encode(MergeRecordsRequest, {
        ...name,
        source: { $case: 'batch', value: { records: [record({})] } },
      }),
    ],
  ];
})();

/** Every method of the schema. */
const methods: Method<unknown>[] = [
  collections,
  records,
  SearchServiceService,
  index,
  snapshots,
  ServerServiceService,
].flatMap((service) => Object.values(service) as Method<unknown>[]);
const nameOf = ({ path }: Method<unknown>) => path.split('/').at(-1)!;

describe('bad input', () => {
  let served: Served;

  before(async () => {
    served = await serve();
    await served.client.createCollection(collection, { dimension: 4 });
    await served.client.createCollection('other', { dimension: 4 });
    const docs = served.client.collection(collection);
    await docs.upsertMany([
      { id: 'kept', embedding },
      { id: 'next', embedding },
    ]);
  });
  after(() => served.close());

  async function check(method: Method<unknown>, request: Uint8Array, expected: string) {
    const { answers, failure } = await served.raw.call(method, request);
    expect(answers).deep.equals([]);
    expect(failure && summary(failure)).equals(expected);
    expect(failure!.message).not.equals('');
  }

  describe('of a vector', () => {
    for (const [name, method, request, expected] of vectors) {
      it(`refuses ${name}`, () => check(method, request, expected));
    }
  });

  describe('of another field', () => {
    for (const [name, method, request, expected] of fields) {
      it(`refuses ${name}`, () => check(method, request, expected));
    }

    it('refuses ids that are not UTF-8 wherever ids are asked for', async () => {
      const one = join(bytesField(1, collection), bytesField(2, badText));
      const refused = 'INVALID_ARGUMENT INVALID_ARGUMENT';
      await check(records.getRecord, one, `${refused} id`);
      await check(records.deleteRecord, one, `${refused} id`);
      await check(records.batchGetRecords, one, `${refused} ids`);
      await check(records.batchDeleteRecords, one, `${refused} ids`);
      const byId = join(bytesField(1, collection), bytesField(3, badText));
      await check(search, byId, `${refused} record_id`);
    });

    it('does not take an id that is not UTF-8 for the one that it decodes to', async () => {
      const docs = served.client.collection(collection);
      await docs.upsert({ id: 'a\ufffd', embedding });
      const request = join(bytesField(1, collection), bytesField(2, Uint8Array.of(0x61, 0xff)));
      await served.raw.call(records.deleteRecord, request);
      expect(await docs.delete('a\ufffd')).equals(true);
    });

    it('refuses a filter of a count 20,000 levels deep', async () => {
      const request = join(bytesField(1, collection), bytesField(2, nested(20_000)));
      const { failure } = await served.raw.call(records.countRecords, request);
      expect(failure?.code).equals('INVALID_ARGUMENT');
      expect(failure?.reason).equals('INVALID_ARGUMENT');
    });

    it('refuses the page token of another collection and of another filter', async () => {
      const page = encode(ListRecordsRequest, { collection, pageSize: 1 });
      const { nextPageToken: pageToken } = await served.raw.answer(records.listRecords, page);
      expect(pageToken).not.equals('');
      const refused = 'INVALID_ARGUMENT INVALID_ARGUMENT page_token';
      const elsewhere = encode(ListRecordsRequest, { collection: 'other', pageToken });
      await check(records.listRecords, elsewhere, refused);
      const filter = { condition: { $case: 'titleContains' as const, value: 'x' } };
      const filtered = encode(ListRecordsRequest, { collection, pageToken, filter });
      await check(records.listRecords, filtered, refused);
      const changed = pageToken.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
      const damaged = encode(ListRecordsRequest, { collection, pageToken: changed });
      await check(records.listRecords, damaged, refused);
    });
  });

  describe('about something that is not there', () => {
    for (const [method, request] of unknown) {
      it(`${nameOf(method)}: an unknown collection`, () =>
        check(method, request, 'NOT_FOUND COLLECTION_NOT_FOUND collection'));
    }
    it('an unknown record', async () => {
      const read = encode(GetRecordRequest, { collection, id: 'absent' });
      await check(records.getRecord, read, 'NOT_FOUND RECORD_NOT_FOUND id');
      const remove = encode(DeleteRecordRequest, { collection, id: 'absent' });
      await check(records.deleteRecord, remove, 'NOT_FOUND RECORD_NOT_FOUND id');
      const near = find({ query: { $case: 'recordId', value: 'absent' } });
      await check(search, near, 'NOT_FOUND RECORD_NOT_FOUND record_id');
    });
    it('an unknown snapshot', async () => {
      for (const method of [
        snapshots.deleteSnapshot,
        snapshots.downloadSnapshot,
        snapshots.restoreSnapshot,
      ]) {
        const request = encode(DeleteSnapshotRequest, { collection, snapshotId: uuid });
        await check(method, request, 'NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id');
      }
    });
    it('a collection that exists already', () =>
      check(
        collections.createCollection,
        encode(CreateCollectionRequest, { collection }),
        'ALREADY_EXISTS ALREADY_EXISTS collection',
      ));
  });

  describe('that is no message at all', () => {
    const garbage = [
      Uint8Array.of(0x0a, 0xff),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      join(bytesField(1, collection), Uint8Array.of(0x12, 0x7f, 0x01)),
      join(bytesField(1, collection), Uint8Array.of(0x07)),
    ];
    for (const method of methods) {
      it(`${nameOf(method)} refuses it`, async () => {
        for (const bytes of garbage) {
          await check(method, bytes, 'INVALID_ARGUMENT INVALID_ARGUMENT');
        }
      });
    }
  });

  it('refuses streams that end before their first message', async () => {
    for (const method of [records.batchInsert, snapshots.mergeRecords]) {
      const { failure } = await served.raw.call(method as Method<unknown>);
      expect(failure && summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT collection');
    }
  });

  it('refuses a message of 100 MiB', async () => {
    const request = upsert({ content: 'x'.repeat(100 * 1024 * 1024) });
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
