/** The public API of @protovec/client. The generated stubs are at @protovec/client/raw. */
export type {
  AggregateQuery,
  AggregateResult,
  CentroidSimilarity,
  ContentLengths,
  Facet,
  FacetQuery,
} from './aggregate.js';
export { Client, connect, type RawClients } from './client.js';
export { Collection } from './collection.js';
export type { CollectionChanges } from './collection-changes.js';
export {
  CollectionIndex,
  type IndexBuild,
  type IndexProgress,
  type IndexStats,
} from './collection-index.js';
export type {
  CollectionConfig,
  CollectionInfo,
  CollectionSettings,
  IndexConfig,
  IndexKind,
  IndexSettings,
  Metric,
  Quantization,
} from './collection-info.js';
export type {
  DeleteManyOptions,
  DeleteSelector,
  ExportOptions,
  FoundRecords,
  InsertManyOptions,
  ListOptions,
  ReadOptions,
  UpsertManyOptions,
  UpsertOptions,
} from './collection-options.js';
export type { EmbedderConfig, OpenAiCompatible } from './embedder.js';
export type { FieldViolation } from './error-details.js';
export { ProtovecError } from './errors.js';
export { type Filter, type NumberRange, type TimeRange, where } from './filter.js';
export type { HealthStatus } from './health.js';
export type { IngestOptions, IngestProgress } from './ingest/ingest-options.js';
export { IngestError, type IngestResult } from './ingest/ingest-result.js';
export type { MergeConflict, MergeOptions, MergePolicy, MergeResult } from './merge-result.js';
export type { Metadata, MetadataValue } from './metadata.js';
export type { CallOptions, ConnectOptions, TlsOptions } from './options.js';
export type {
  Durability,
  PersistenceConfig,
  PersistenceSettings,
  PersistenceStatus,
} from './persistence.js';
export type { RecordSource, StoredRecord, VectorRecord } from './record.js';
export type {
  SearchAnswer,
  SearchHit,
  SearchQuery,
  SearchResult,
  SearchSettings,
} from './search.js';
export type { ServerInfo, ServerLimits } from './server-info.js';
export {
  type ComparedField,
  type DifferenceKind,
  type DifferenceSummary,
  type RecordDifference,
  SnapshotDiff,
} from './snapshot-diff.js';
export type {
  RestoreResult,
  SnapshotFormat,
  SnapshotInfo,
  SnapshotProgress,
} from './snapshot-info.js';
export type {
  SnapshotFinding,
  SnapshotFindingKind,
  SnapshotReport,
} from './snapshot-report.js';
export { Snapshots } from './snapshots.js';
export type { UploadOptions, UploadProgress } from './upload-snapshot.js';
export type { BlobLike, ReadFrom, UploadSource } from './upload-source.js';
export { uuidv7 } from './uuid.js';
export type {
  InsertProgress,
  InsertResult,
  RecordError,
  RecordResult,
  UpsertResult,
  WriteMode,
} from './write-result.js';
