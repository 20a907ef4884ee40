/**
 * A good request of every RPC, with as many of its fields set as one request can have. Each is
 * about the target's collection, so that what the mutated ones destroy is no loss.
 */
import { createHash } from 'node:crypto';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import {
  AggregateRecordsRequest,
  CreateCollectionRequest,
  UpdateCollectionRequest,
} from '../../../src/gen/protovec/v1/collection_service.js';
import { Filter, type MetadataCondition } from '../../../src/gen/protovec/v1/filter.js';
import { IndexKind, Quantization } from '../../../src/gen/protovec/v1/index.js';
import { BuildIndexRequest } from '../../../src/gen/protovec/v1/index_service.js';
import { MergePolicy } from '../../../src/gen/protovec/v1/merge.js';
import { Durability, SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import {
  type MetadataValue,
  VectorRecord,
  WriteMode,
} from '../../../src/gen/protovec/v1/record.js';
import * as records from '../../../src/gen/protovec/v1/record_service.js';
import {
  BatchSearchRequest,
  SearchRequest,
  SearchStreamRequest,
} from '../../../src/gen/protovec/v1/search_service.js';
import * as snapshots from '../../../src/gen/protovec/v1/snapshot_service.js';
import { bytesField } from '../../support/records.js';

/** What the requests are about. */
export interface Target {
  readonly collection: string;
  /** May be deleted and created again by requests that are good. */
  readonly victim: string;
  readonly dimension: number;
  readonly snapshotId: string;
  /** The bytes of that snapshot. */
  readonly snapshot: Buffer;
}

/** The messages of one call, by the path of its method. */
export type Requests = ReadonlyMap<string, readonly Uint8Array[]>;

interface Codec<T, P> {
  encode(message: T): { finish(): Uint8Array };
  fromPartial(partial: P): T;
}

function encode<T, P>(codec: Codec<T, P>, partial: P): Uint8Array {
  return codec.encode(codec.fromPartial(partial)).finish();
}

const text = (value: string): MetadataValue => ({ kind: { $case: 'stringValue', value } });
const embeddingOf = (dimension: number, seed: number): number[] =>
  Array.from({ length: dimension }, (_, i) => Math.sin(seed * 7 + i) + 0.01);

/** A record with every field; the same for the same seed. */
export function recordOf(dimension: number, seed: number): VectorRecord {
  return VectorRecord.fromPartial({
    id: `record-${seed}`,
    content: `content of record ${seed} `.repeat(4),
    title: `title ${seed}`,
    filePath: `docs/${seed}.md`,
    extension: 'md',
    embedding: embeddingOf(dimension, seed),
    metadata: new Map<string, MetadataValue>([
      ['language', text(seed % 2 === 0 ? 'en' : 'de')],
      ['year', { kind: { $case: 'intValue' as const, value: BigInt(2000 + (seed % 20)) } }],
      ['score', { kind: { $case: 'doubleValue' as const, value: seed / 7 } }],
      ['draft', { kind: { $case: 'boolValue' as const, value: seed % 3 === 0 } }],
      ['tags', { kind: { $case: 'listValue' as const, value: { values: ['a', 'b'] } } }],
    ]),
    createTime: { seconds: 1_700_000_000n, nanos: 5 },
    updateTime: { seconds: 1_700_000_001n, nanos: 999_999_999 },
  });
}

/** Every condition and test once, in groups of every kind. */
const filter: Filter = Filter.fromPartial({
  condition: {
    $case: 'anyOf',
    value: {
      filters: [
        metadata('language', { $case: 'equals', value: text('en') }),
        metadata('language', { $case: 'notEquals', value: text('fr') }),
        metadata('language', { $case: 'contains', value: 'e' }),
        metadata('language', { $case: 'startsWith', value: 'd' }),
        metadata('language', { $case: 'endsWith', value: 'n' }),
        metadata('language', { $case: 'oneOf', value: { values: [text('en'), text('de')] } }),
        metadata('year', { $case: 'range', value: { gte: 2001, lt: 2010 } }),
        metadata('draft', { $case: 'exists', value: true }),
        { condition: { $case: 'titleContains', value: 'title' } },
        { condition: { $case: 'extensionIn', value: { values: ['md'] } } },
        { condition: { $case: 'extensionNotIn', value: { values: ['pdf'] } } },
        { condition: { $case: 'contentLength', value: { gt: 1, lte: 1e6 } } },
        { condition: { $case: 'ids', value: { values: ['record-1', 'record-2'] } } },
        { condition: { $case: 'createTime', value: { start: { seconds: 1n, nanos: 1 } } } },
        { condition: { $case: 'updateTime', value: { end: { seconds: 9_999_999_999n } } } },
        {
          condition: {
            $case: 'allOf',
            value: {
              filters: [
                {
                  condition: {
                    $case: 'noneOf',
                    value: { filters: [{ condition: { $case: 'titleContains', value: 'zzz' } }] },
                  },
                },
              ],
            },
          },
        },
      ],
    },
  },
});

function metadata(key: string, test: NonNullable<MetadataCondition['test']>) {
  return { condition: { $case: 'metadata' as const, value: { key, test } } };
}

/** A good request, or the good messages of a stream, of every method. */
export function goodRequests(target: Target): Requests {
  return new Map([
    ...collectionRequests(target),
    ...recordRequests(target),
    ...searchRequests(target),
    ...snapshotRequests(target),
    ...otherRequests(),
  ]);
}

type Entries = [path: string, messages: Uint8Array[]][];

function collectionRequests({ collection, victim, dimension }: Target): Entries {
  const index = {
    kind: IndexKind.HNSW,
    connectivity: 8,
    expansionAdd: 32,
    efSearch: 64,
    quantization: Quantization.F16,
  };
  const persistence = {
    autoSaveThreshold: 1_000n,
    compressionEnabled: true,
    format: SnapshotFormat.BINARY,
    durability: Durability.INTERVAL,
    durabilityInterval: { seconds: 1n, nanos: 0 },
  };
  const embedder = { provider: { $case: 'builtin' as const, value: {} } };
  const config = {
    ...{ dimension, metric: Metric.COSINE, index, embeddingModel: '', persistence },
    embedder,
  };
  const named = bytesField(1, collection);
  const service = '/protovec.v1.CollectionService';
  const indexes = '/protovec.v1.IndexService';
  const aggregate = {
    ...{ collection, filter, centroid: true, centroidSimilarity: true, contentLengths: true },
    facets: [{ key: 'language', limit: 5 }, { key: 'year' }],
  };
  const updateMask = ['persistence.auto_save_threshold'];
  return [
    [
      `${service}/CreateCollection`,
      [encode(CreateCollectionRequest, { collection: victim, config })],
    ],
    [`${service}/GetCollection`, [named]],
    [`${service}/ListCollections`, [new Uint8Array(0)]],
    [
      `${service}/UpdateCollection`,
      [encode(UpdateCollectionRequest, { collection, config: { persistence }, updateMask })],
    ],
    [`${service}/DeleteCollection`, [bytesField(1, victim)]],
    [`${service}/AggregateRecords`, [encode(AggregateRecordsRequest, aggregate)]],
    [`${indexes}/BuildIndex`, [encode(BuildIndexRequest, { collection, config: index })]],
    [`${indexes}/DropIndex`, [named]],
    [`${indexes}/GetIndex`, [named]],
  ];
}

function recordRequests({ collection, victim, dimension }: Target): Entries {
  const several = [1, 2, 3].map((seed) => recordOf(dimension, seed));
  const [record] = several;
  const writeMode = WriteMode.UPSERT;
  const recordMask = ['id', 'title', 'embedding', 'metadata'];
  const ids = several.map(({ id }) => id);
  const service = '/protovec.v1.RecordService';
  const insert = encode(records.BatchInsertRequest, { collection, records: several, writeMode });
  const open = { idempotencyKey: 'load-1', acknowledgedNumber: 0n, writeMode };
  const ingest = [
    encode(records.IngestRecordsRequest, { collection, message: { $case: 'open', value: open } }),
    ...[1n, 2n].map((number) =>
      encode(records.IngestRecordsRequest, {
        message: { $case: 'batch', value: { number, records: several } },
      }),
    ),
  ];
  const page = { collection, pageSize: 10, filter, recordMask };
  const request = {
    UpsertRecord: encode(records.UpsertRecordRequest, { collection, record, writeMode }),
    BatchUpsertRecords: encode(records.BatchUpsertRecordsRequest, {
      ...{ collection, records: several, writeMode },
      allOrNothing: true,
    }),
    GetRecord: encode(records.GetRecordRequest, { collection, id: record.id, recordMask }),
    BatchGetRecords: encode(records.BatchGetRecordsRequest, { collection, ids, recordMask }),
    DeleteRecord: encode(records.DeleteRecordRequest, { collection, id: record.id }),
    BatchDeleteRecords: encode(records.BatchDeleteRecordsRequest, { collection, ids }),
    CountRecords: encode(records.CountRecordsRequest, { collection, filter }),
    ListRecords: encode(records.ListRecordsRequest, page),
    ExportRecords: encode(records.ExportRecordsRequest, { collection, filter, recordMask }),
    ClearRecords: bytesField(1, victim),
  };
  return [
    ...Object.entries(request).map(
      ([name, bytes]) => [`${service}/${name}`, [bytes]] as Entries[0],
    ),
    [`${service}/BatchInsert`, [insert, insert]],
    [`${service}/IngestRecords`, ingest],
  ];
}

function searchRequests({ collection, dimension }: Target): Entries {
  const value = { values: embeddingOf(dimension, 3) };
  const search = {
    ...{ collection, query: { $case: 'vector' as const, value }, limit: 5, threshold: -1 },
    ...{ filter, hitMask: ['id', 'content'], efSearch: 32 },
  };
  const near = { collection, query: { $case: 'recordId' as const, value: 'record-2' } };
  const searches = [search, near];
  const service = '/protovec.v1.SearchService';
  return [
    [`${service}/Search`, [encode(SearchRequest, search)]],
    [`${service}/BatchSearch`, [encode(BatchSearchRequest, { collection, searches })]],
    [
      `${service}/SearchStream`,
      searches.map((one, i) =>
        encode(SearchStreamRequest, { collection, requestId: BigInt(i + 1), search: one }),
      ),
    ],
  ];
}

function snapshotRequests({
  collection,
  victim,
  dimension,
  snapshotId,
  snapshot,
}: Target): Entries {
  const uploadId = '0190b6f0-0000-7000-8000-000000000001';
  const sha256 = createHash('sha256').update(snapshot).digest();
  const about = { collection, snapshotId };
  const policy = MergePolicy.NEWEST_WINS;
  const batch = { $case: 'batch' as const, value: { records: [recordOf(dimension, 4)] } };
  const chunk = { $case: 'snapshotChunk' as const, value: snapshot };
  const upload = {
    ...{ collection, snapshotId: uploadId, sizeBytes: BigInt(snapshot.length), sha256 },
    data: snapshot,
  };
  const create = { collection, format: SnapshotFormat.BINARY, compressionEnabled: true, filter };
  const request = {
    CreateSnapshot: encode(snapshots.CreateSnapshotRequest, create),
    ListSnapshots: bytesField(1, collection),
    DeleteSnapshot: encode(snapshots.DeleteSnapshotRequest, { ...about, snapshotId: uploadId }),
    ForceSave: bytesField(1, collection),
    DownloadSnapshot: encode(snapshots.DownloadSnapshotRequest, { ...about, offset: 10n }),
    UploadSnapshot: encode(snapshots.UploadSnapshotRequest, upload),
    GetUpload: encode(snapshots.GetUploadRequest, { ...about, snapshotId: uploadId }),
    ValidateSnapshot: encode(snapshots.ValidateSnapshotRequest, about),
    RestoreSnapshot: encode(snapshots.RestoreSnapshotRequest, {
      ...{ ...about, targetCollection: victim, filter },
      indexConfig: { kind: IndexKind.FLAT },
    }),
    MergeSnapshot: encode(snapshots.MergeSnapshotRequest, { ...about, policy, dryRun: false }),
    DiffSnapshots: encode(snapshots.DiffSnapshotsRequest, {
      ...about,
      otherCollection: collection,
    }),
  };
  const merge = [batch, chunk].map((source) =>
    encode(snapshots.MergeRecordsRequest, { collection, source, policy }),
  );
  const service = '/protovec.v1.SnapshotService';
  return [
    ...Object.entries(request).map(
      ([name, bytes]) => [`${service}/${name}`, [bytes]] as Entries[0],
    ),
    [`${service}/MergeRecords`, merge.slice(0, 1)],
  ];
}

/** What no collection is about, of every standard service too. */
function otherRequests(): Entries {
  const service = 'protovec.v1.SearchService';
  const health = '/grpc.health.v1.Health';
  const reflection = ['v1', 'v1alpha'].map((version): Entries[0] => [
    `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
    [bytesField(7, ''), bytesField(4, service), bytesField(3, 'protovec/v1/record.proto')],
  ]);
  return [
    ['/protovec.v1.ServerService/GetServerInfo', [new Uint8Array(0)]],
    [`${health}/Check`, [bytesField(1, service)]],
    [`${health}/List`, [new Uint8Array(0)]],
    [`${health}/Watch`, [bytesField(1, service)]],
    ...reflection,
  ];
}
