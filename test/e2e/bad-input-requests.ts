/** Requests with one mistake each, for bad-input.test.ts: of a record, a search, a collection. */
import { type CollectionConfig, Metric } from '../../src/gen/protovec/v1/collection.js';
import {
  AggregateRecordsRequest,
  CreateCollectionRequest,
} from '../../src/gen/protovec/v1/collection_service.js';
import { Filter } from '../../src/gen/protovec/v1/filter.js';
import { type IndexKind, Quantization } from '../../src/gen/protovec/v1/index.js';
import {
  type MetadataValue,
  VectorRecord,
  type WriteMode,
} from '../../src/gen/protovec/v1/record.js';
import {
  BatchDeleteRecordsRequest,
  BatchGetRecordsRequest,
  BatchInsertRequest,
  BatchUpsertRecordsRequest,
  CountRecordsRequest,
  ExportRecordsRequest,
  GetRecordRequest,
  type IngestAckLevel,
  type IngestOpen,
  IngestRecordsRequest,
  ListRecordsRequest,
  UpsertRecordRequest,
} from '../../src/gen/protovec/v1/record_service.js';
import { SearchRequest } from '../../src/gen/protovec/v1/search_service.js';
import {
  CreateSnapshotRequest,
  RestoreSnapshotRequest,
} from '../../src/gen/protovec/v1/snapshot_service.js';
import { encode } from '../support/client.js';
import { bytesField, join } from '../support/records.js';

/** What is wrong, the request, and the path of the field that the answer names. */
export type Mistake = [what: string, request: Uint8Array, field: string];

/** The collection that the requests are about; of dimension 4, cosine. */
export const collection = 'docs';
/** A good embedding. */
export const embedding = [1, 2, 3, 4];
/** No UTF-8. */
export const badText = Uint8Array.of(0x61, 0xff);

/** A good record but for the fields that are given. */
export const record = (fields: Partial<VectorRecord>): VectorRecord =>
  VectorRecord.fromPartial({ id: 'a', embedding, ...fields });
/** An upsert of `record(fields)`. */
export const upsert = (fields: Partial<VectorRecord>): Uint8Array =>
  encode(UpsertRecordRequest, { collection, record: record(fields) });
/** A good search but for the fields that are given. */
export const find = (fields: Partial<SearchRequest>): Uint8Array =>
  encode(SearchRequest, {
    collection,
    query: { $case: 'vector', value: { values: embedding } },
    ...fields,
  });

/** An upsert of a good record whose encoding goes on with this field. */
function upsertWith(number: number, value: Uint8Array): Uint8Array {
  const body = join(VectorRecord.encode(record({})).finish(), bytesField(number, value));
  return join(bytesField(1, collection), bytesField(2, body));
}
const metadataWith = (value: MetadataValue): Uint8Array =>
  upsert({ metadata: new Map([['k', value]]) });
const metadataBytes = (key: string | Uint8Array, text: string | Uint8Array): Uint8Array =>
  upsertWith(7, join(bytesField(1, key), bytesField(2, bytesField(1, text))));
const query = (...values: number[]): Uint8Array =>
  find({ query: { $case: 'vector', value: { values } } });

/** Of UpsertRecord; the reason is INVALID_EMBEDDING. */
export const badEmbeddings: Mistake[] = (
  [
    ['a wrong dimension', upsert({ embedding: [1, 2, 3] })],
    ['no embedding', upsert({ embedding: [] })],
    ['NaN', upsert({ embedding: [1, Number.NaN, 3, 4] })],
    ['Infinity', upsert({ embedding: [1, 2, Number.POSITIVE_INFINITY, 4] })],
    ['-Infinity', upsert({ embedding: [1, 2, Number.NEGATIVE_INFINITY, 4] })],
    ['a zero vector', upsert({ embedding: [0, 0, 0, 0] })],
    ['a zero vector of -0', upsert({ embedding: [-0, -0, -0, -0] })],
    ['a norm that overflows', upsert({ embedding: [3e38, 3e38, 0, 0] })],
    ['half a float', upsertWith(6, new Uint8Array(3))],
  ] as const
).map(([what, request]) => [what, request, 'record.embedding']);

/** Of Search; the reason is INVALID_EMBEDDING. */
export const badVectors: Mistake[] = (
  [
    ['a query of a wrong dimension', query(1, 2)],
    ['a query without values', query()],
    ['NaN in a query', query(1, 2, 3, Number.NaN)],
    ['Infinity in a query', query(Number.POSITIVE_INFINITY, 2, 3, 4)],
    ['a zero vector as query', query(0, 0, 0, 0)],
  ] as const
).map(([what, request]) => [what, request, 'vector']);

/** Of UpsertRecord. */
export const badRecords: Mistake[] = [
  ['an id of 300 bytes', upsert({ id: 'x'.repeat(300) }), 'record.id'],
  ['an id of 256 bytes in 128 letters', upsert({ id: 'ß'.repeat(128) }), 'record.id'],
  ['an id that is not UTF-8', upsertWith(1, badText), 'record.id'],
  ['content that is not UTF-8', upsertWith(2, badText), 'record.content'],
  ['a title that is not UTF-8', upsertWith(3, badText), 'record.title'],
  ['a metadata key that is not UTF-8', metadataBytes(badText, 'v'), 'record.metadata'],
  ['an empty metadata key', metadataBytes('', 'v'), 'record.metadata'],
  ['a metadata text that is not UTF-8', metadataBytes('k', badText), 'record.metadata["k"]'],
  ['metadata without a value', metadataWith({}), 'record.metadata["k"]'],
  [
    'NaN in metadata',
    metadataWith({ kind: { $case: 'doubleValue', value: Number.NaN } }),
    'record.metadata["k"]',
  ],
  ['no record', encode(UpsertRecordRequest, { collection }), 'record'],
  [
    'an unknown write mode',
    encode(UpsertRecordRequest, {
      collection,
      record: record({}),
      writeMode: 99 as number as WriteMode,
    }),
    'write_mode',
  ],
];

const tooMany = Array<VectorRecord>(10_001).fill(record({}));

/** Of BatchUpsertRecords. */
export const badBatches: Mistake[] = [
  ['an empty batch', encode(BatchUpsertRecordsRequest, { collection }), 'records'],
  [
    '10,001 records',
    encode(BatchUpsertRecordsRequest, { collection, records: tooMany }),
    'records',
  ],
];

/** Of BatchInsert. */
export const badStreams: Mistake[] = [
  ['10,001 records', encode(BatchInsertRequest, { collection, records: tooMany }), 'records'],
  [
    'an unknown write mode',
    encode(BatchInsertRequest, { collection, writeMode: 99 as number as WriteMode }),
    'write_mode',
  ],
];

const opening = (fields: Partial<IngestOpen>): Uint8Array =>
  encode(IngestRecordsRequest, { collection, message: { $case: 'open', value: fields } });

/** Of IngestRecords, as first messages. */
export const badOpenings: Mistake[] = [
  ['neither a load nor a batch', encode(IngestRecordsRequest, { collection }), 'open'],
  [
    'a batch before the load is open',
    encode(IngestRecordsRequest, {
      collection,
      message: { $case: 'batch', value: { number: 1n, records: [record({})] } },
    }),
    'open',
  ],
  ['no collection', bytesField(2, new Uint8Array(0)), 'collection'],
  ['a key of 256 bytes', opening({ idempotencyKey: 'ß'.repeat(128) }), 'open.idempotency_key'],
  [
    'a key that is not UTF-8',
    join(bytesField(1, collection), bytesField(2, bytesField(1, badText))),
    'open.idempotency_key',
  ],
  ['an unknown write mode', opening({ writeMode: 99 as number as WriteMode }), 'open.write_mode'],
  ['an unknown level', opening({ ackLevel: 9 as number as IngestAckLevel }), 'open.ack_level'],
];

/** Of IngestRecords, as messages that follow the opening of a load. */
export const badIngestBatches: Mistake[] = (
  [
    ['no batch', encode(IngestRecordsRequest, {}), 'batch'],
    ['a load that is opened twice', opening({}), 'open'],
    ['another collection', bytesField(1, 'other'), 'collection'],
    ...(
      [
        ['batch 0', 0n, [record({})], 'batch.number'],
        ['a gap', 2n, [record({})], 'batch.number'],
        ['a number of 2^64 - 1', 2n ** 64n - 1n, [record({})], 'batch.number'],
        ['an empty batch', 1n, [], 'batch.records'],
        ['10,001 records', 1n, tooMany, 'batch.records'],
      ] as const
    ).map(([what, number, records, field]) => {
      const value = { number, records: [...records] };
      const request = encode(IngestRecordsRequest, { message: { $case: 'batch', value } });
      return [what, request, field] as const;
    }),
  ] as const
).map(([what, request, field]) => [what, request, field]);

/** An encoded filter of `depth` nested groups, the last of them with a condition. */
export function nested(depth: number): Uint8Array {
  let filter = encode(Filter, { condition: { $case: 'titleContains', value: 'x' } });
  for (let level = 1; level < depth; level += 1) filter = bytesField(1, bytesField(1, filter));
  return filter;
}

/** Of Search. */
export const badSearches: Mistake[] = [
  ['limit 0', find({ limit: 0 }), 'limit'],
  ['limit 10,001', find({ limit: 10_001 }), 'limit'],
  ['limit 2^32 - 1', find({ limit: 2 ** 32 - 1 }), 'limit'],
  ['ef_search 0', find({ efSearch: 0 }), 'ef_search'],
  ['ef_search 10,001', find({ efSearch: 10_001 }), 'ef_search'],
  ['a threshold of NaN', find({ threshold: Number.NaN }), 'threshold'],
  ['no query', find({ query: undefined }), 'query'],
  ['an empty record_id', find({ query: { $case: 'recordId', value: '' } }), 'record_id'],
  ['a content that is not UTF-8', join(find({}), bytesField(4, badText)), 'content'],
  ['a content of over a MiB', join(find({}), bytesField(4, 'x'.repeat(2 ** 20 + 1))), 'content'],
  ['a model that is not UTF-8', join(find({}), bytesField(11, badText)), 'embedding_model'],
  ['an unknown mask path', find({ hitMask: ['id', 'vector'] }), 'hit_mask'],
  ['a mask path in camel case', find({ hitMask: ['filePath'] }), 'hit_mask'],
  ['a mask path into metadata', find({ hitMask: ['metadata.lang'] }), 'hit_mask'],
  ['a filter without a condition', find({ filter: {} }), 'filter'],
  ['a filter 17 levels deep', join(find({}), bytesField(7, nested(17))), 'filter'],
  ['a filter 5,000 levels deep', join(find({}), bytesField(7, nested(5_000))), 'filter'],
];

/** Of BatchSearch: each bad search behind a good one. */
export const badBatchSearches: Mistake[] = badSearches.map(([what, request, field]) => [
  what,
  join(bytesField(1, collection), bytesField(2, find({})), bytesField(2, request)),
  `searches[1].${field}`,
]);

const countWith = (filter: Uint8Array): Uint8Array =>
  join(bytesField(1, collection), bytesField(2, filter));

/** Of CountRecords. */
export const badFilters: Mistake[] = [
  ['a filter without a condition', countWith(new Uint8Array(0)), 'filter'],
  ['a condition of a later version', countWith(bytesField(99, 'x')), 'filter'],
  ['a filter 17 levels deep', countWith(nested(17)), 'filter'],
  [
    'a bound of NaN',
    encode(CountRecordsRequest, {
      collection,
      filter: { condition: { $case: 'contentLength', value: { gt: Number.NaN } } },
    }),
    'filter.content_length.gt',
  ],
];

const aggregateWith = (facets: { key: string; limit?: number }[]): Uint8Array =>
  encode(AggregateRecordsRequest, { collection, facets });

/** Of AggregateRecords. */
export const badAggregates: Mistake[] = [
  ...badFilters,
  ['33 facets', aggregateWith(Array.from({ length: 33 }, (_, i) => ({ key: `k${i}` }))), 'facets'],
  ['a facet without a key', aggregateWith([{ key: 'a' }, { key: '' }]), 'facets[1].key'],
  ['a facet twice', aggregateWith([{ key: 'a' }, { key: 'a' }]), 'facets[1].key'],
  ['1,001 values of a facet', aggregateWith([{ key: 'a', limit: 1_001 }]), 'facets[0].limit'],
];

const noCondition = { collection, filter: {} };
const nanBound = { condition: { $case: 'contentLength' as const, value: { gt: Number.NaN } } };

/** Of CreateSnapshot. */
export const badCreations: Mistake[] = [
  ['a filter without a condition', encode(CreateSnapshotRequest, noCondition), 'filter'],
  [
    'a filter 17 levels deep',
    join(encode(CreateSnapshotRequest, { collection }), bytesField(4, nested(17))),
    'filter',
  ],
  [
    'a bound of NaN',
    encode(CreateSnapshotRequest, { collection, filter: nanBound }),
    'filter.content_length.gt',
  ],
];

const restored = { collection, snapshotId: '0190b6f0-0000-7000-8000-000000000000' };

/** Of RestoreSnapshot; the filter is looked at before the snapshot. */
export const badRestores: Mistake[] = [
  [
    'a filter without a condition',
    encode(RestoreSnapshotRequest, { ...restored, filter: {} }),
    'filter',
  ],
  [
    'a filter 17 levels deep',
    join(encode(RestoreSnapshotRequest, restored), bytesField(5, nested(17))),
    'filter',
  ],
  [
    'a bound of NaN',
    encode(RestoreSnapshotRequest, { ...restored, filter: nanBound }),
    'filter.content_length.gt',
  ],
];

/** Of GetRecord. */
export const badReads: Mistake[] = [
  [
    'an unknown mask path',
    encode(GetRecordRequest, { collection, id: 'a', recordMask: ['nope'] }),
    'record_mask',
  ],
  ['no id', encode(GetRecordRequest, { collection }), 'id'],
];

/** Of ExportRecords. */
export const badExports: Mistake[] = [
  [
    'an unknown mask path',
    encode(ExportRecordsRequest, { collection, recordMask: ['id', ''] }),
    'record_mask',
  ],
];

/** Of BatchGetRecords. */
export const badIds: Mistake[] = [
  [
    '10,001 ids',
    encode(BatchGetRecordsRequest, { collection, ids: Array<string>(10_001).fill('a') }),
    'ids',
  ],
];

/** Of BatchDeleteRecords. */
export const badDeletions: Mistake[] = [
  ['neither ids nor a filter', encode(BatchDeleteRecordsRequest, { collection }), 'ids'],
  [
    'both ids and a filter',
    encode(BatchDeleteRecordsRequest, {
      collection,
      ids: ['a'],
      filter: { condition: { $case: 'titleContains', value: 'x' } },
    }),
    'ids',
  ],
];

/** Of ListRecords. */
export const badPages: Mistake[] = [
  ['1,001 a page', encode(ListRecordsRequest, { collection, pageSize: 1001 }), 'page_size'],
  ['a token made up', encode(ListRecordsRequest, { collection, pageToken: 'AAAA' }), 'page_token'],
];

const names = ['../x', '', '.x', 'a/b', 'x'.repeat(64), 'ä', 'a\0', 'a\n'];
const configs: [string, Parameters<typeof CollectionConfig.fromPartial>[0], string][] = [
  ['dimension 65,537', { dimension: 65_537 }, 'config.dimension'],
  ['an unknown metric', { metric: 99 as number as Metric }, 'config.metric'],
  ['a model of 256 bytes', { embeddingModel: 'm'.repeat(256) }, 'config.embedding_model'],
  ['an embedder that is none', { embedder: {} }, 'config.embedder'],
  [
    'the builtin embedder with Euclidean',
    { metric: Metric.EUCLIDEAN, embedder: { provider: { $case: 'builtin', value: {} } } },
    'config.embedder.builtin',
  ],
  [
    'an embedder without a model',
    { embedder: { provider: { $case: 'openaiCompatible', value: {} } } },
    'config.embedder.openai_compatible.model',
  ],
  ['connectivity 3', { index: { connectivity: 3 } }, 'config.index.connectivity'],
  ['ef_search 10,001', { index: { efSearch: 10_001 } }, 'config.index.ef_search'],
  ['an unknown kind', { index: { kind: 99 as number as IndexKind } }, 'config.index.kind'],
  [
    'I8 with dot',
    { metric: Metric.DOT, index: { quantization: Quantization.I8 } },
    'config.index.quantization',
  ],
];

/** Of CreateCollection. */
export const badCollections: Mistake[] = [
  ...names.map((name): Mistake => {
    const request = encode(CreateCollectionRequest, { collection: name });
    return [`the name ${JSON.stringify(name)}`, request, 'collection'];
  }),
  ['a name that is not UTF-8', bytesField(1, badText), 'collection'],
  ...configs.map(([what, config, field]): Mistake => {
    return [what, encode(CreateCollectionRequest, { collection: 'new', config }), field];
  }),
];
