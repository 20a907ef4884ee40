/**
 * Which calls gRPC itself repeats, in the form that every gRPC library takes. Published for other
 * clients as docs/service-config.json, which a test holds to be the same.
 *
 * Only calls that change nothing are repeated, and only when the server could not be reached or asks
 * for it. A write may have been done though its answer was lost: whether to repeat it, its caller
 * decides, who knows its mode and its expected revision. The deadline of a call bounds its attempts
 * together, and once an answer of a stream is here, nothing is repeated.
 */

/** The methods that change nothing, by service. Validation reads whole snapshots: it is not here. */
const repeatable: Readonly<Record<string, readonly string[]>> = {
  'protovec.v1.CollectionService': ['GetCollection', 'ListCollections', 'AggregateRecords'],
  'protovec.v1.IndexService': ['GetIndex'],
  'protovec.v1.RecordService': [
    'GetRecord',
    'BatchGetRecords',
    'CountRecords',
    'ListRecords',
    'ExportRecords',
  ],
  'protovec.v1.SearchService': ['Search', 'BatchSearch'],
  'protovec.v1.ServerService': ['GetServerInfo'],
  'protovec.v1.SnapshotService': ['ListSnapshots', 'GetUpload', 'DownloadSnapshot'],
};

/** The service config as gRPC defines it. */
export const serviceConfig = {
  methodConfig: [
    {
      name: Object.entries(repeatable).flatMap(([service, methods]) =>
        methods.map((method) => ({ service, method })),
      ),
      retryPolicy: {
        maxAttempts: 4,
        initialBackoff: '0.1s',
        maxBackoff: '2s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
  // When more than half of the last calls failed, none is repeated: the server has enough to do.
  retryThrottling: { maxTokens: 100, tokenRatio: 0.1 },
} as const;
