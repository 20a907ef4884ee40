/**
 * How a collection is configured and described, and the conversions from and to the generated
 * messages.
 */
import { status } from '@grpc/grpc-js';
import { type EmbedderConfig, fromEmbedder, toEmbedder } from './embedder.js';
import { fromEnum, toEnum } from './enum-names.js';
import { ProtovecError } from './errors.js';
import {
  CollectionState,
  type Collection as ProtoCollection,
  type CollectionConfig as ProtoConfig,
  Metric as ProtoMetric,
} from './gen/protovec/v1/collection.js';
import {
  type IndexConfig as ProtoIndexConfig,
  IndexKind as ProtoIndexKind,
  Quantization as ProtoQuantization,
} from './gen/protovec/v1/index.js';
import {
  fromPersistenceConfig,
  fromPersistenceStatus,
  type PersistenceConfig,
  type PersistenceSettings,
  type PersistenceStatus,
  toPersistenceConfig,
} from './persistence.js';
import { toDate } from './timestamp.js';

/** How two vectors are compared. */
export type Metric = 'cosine' | 'dot' | 'euclidean';
/** `hnsw`: a graph, approximate and fast. `flat`: every record is compared, exact. */
export type IndexKind = 'hnsw' | 'flat';
/** Precision of the vectors inside the graph; answers are rescored from the exact ones. */
export type Quantization = 'f32' | 'f16' | 'bf16' | 'i8';

/** How nearest neighbours are found. What is absent is set by the server. */
export interface IndexConfig {
  /** Default `hnsw`. */
  kind?: IndexKind | undefined;
  /** Links per node and layer. Default 24; from 4 to 128. */
  connectivity?: number | undefined;
  /** Candidates kept while a node is linked. Default 160; from 8 to 4,096. */
  expansionAdd?: number | undefined;
  /** Candidates asked of the graph per search. Default 128; from 1 to 10,000. */
  efSearch?: number | undefined;
  /** Default `bf16`. `i8` only with the cosine metric. */
  quantization?: Quantization | undefined;
}

/**
 * How a collection is created. `persistence` and `embedder` can be changed later by `update`, and
 * `index` by `index.build`. What is absent is set by the server.
 */
export interface CollectionConfig {
  /** Length of every embedding. Default 384; from 1 to 65,536. */
  dimension?: number | undefined;
  /** Default `cosine`. */
  metric?: Metric | undefined;
  index?: IndexConfig | undefined;
  /**
   * Name of the model that makes the embeddings: a merge from another model is refused. With an
   * embedder it is that one's.
   */
  embeddingModel?: string | undefined;
  /** When and how it is saved; `update` changes it. */
  persistence?: PersistenceConfig | undefined;
  /**
   * Makes vectors of texts: of records that come without an embedding, and of searches by content.
   * Default: nothing does.
   */
  embedder?: EmbedderConfig | undefined;
}

/** The index configuration in force. */
export interface IndexSettings {
  kind: IndexKind;
  connectivity: number;
  expansionAdd: number;
  efSearch: number;
  quantization: Quantization;
}

/** The configuration in force. */
export interface CollectionSettings {
  dimension: number;
  metric: Metric;
  index: IndexSettings;
  /** '' when unknown. */
  embeddingModel: string;
  persistence: PersistenceSettings;
  /** Absent: it has none. */
  embedder?: EmbedderConfig;
}

/** A collection as the server describes it. */
export interface CollectionInfo {
  name: string;
  /** UUID that the server gave it. */
  id: string;
  config: CollectionSettings;
  /** `quarantined`: a file of it is damaged; calls get DATA_LOSS, but it can be deleted. */
  state: 'serving' | 'quarantined';
  /** Why it does not serve; '' when it does. */
  stateMessage: string;
  recordCount: number;
  /** Log sequence of the last change. 0: never changed. */
  sequence: number;
  createTime: Date;
  /** What of it is saved. Absent while it does not serve. */
  persistence?: PersistenceStatus;
}

/** The words for the generated metrics. */
export const metrics = {
  cosine: ProtoMetric.COSINE,
  dot: ProtoMetric.DOT,
  euclidean: ProtoMetric.EUCLIDEAN,
} as const;
/** The words for the generated kinds of index. */
export const indexKinds = { hnsw: ProtoIndexKind.HNSW, flat: ProtoIndexKind.FLAT } as const;
/** The words for the generated quantizations. */
export const quantizations = {
  bf16: ProtoQuantization.BF16,
  f32: ProtoQuantization.F32,
  f16: ProtoQuantization.F16,
  i8: ProtoQuantization.I8,
} as const;
const states = {
  serving: CollectionState.SERVING,
  quarantined: CollectionState.QUARANTINED,
} as const;

/** The generated message; zero values stand for the server's defaults. */
export function toCollectionConfig(config: CollectionConfig): ProtoConfig {
  const { index } = config;
  return {
    dimension: config.dimension ?? 0,
    metric: toEnum(metrics, config.metric, 'config.metric'),
    index: toIndexConfig(index, 'config.index'),
    embeddingModel: config.embeddingModel ?? '',
    persistence: config.persistence && toPersistenceConfig(config.persistence),
    embedder: config.embedder && toEmbedder(config.embedder),
  };
}

/** The generated message of an index configuration; `field` is its path in the request. */
export function toIndexConfig(
  index: IndexConfig | undefined,
  field: string,
): ProtoIndexConfig | undefined {
  if (index === undefined) return undefined;
  return {
    kind: toEnum(indexKinds, index.kind, `${field}.kind`),
    connectivity: index.connectivity ?? 0,
    expansionAdd: index.expansionAdd ?? 0,
    efSearch: index.efSearch ?? 0,
    quantization: toEnum(quantizations, index.quantization, `${field}.quantization`),
  };
}

/** A collection from its generated message. Throws INTERNAL when the server sent none. */
export function fromCollection(collection: ProtoCollection | undefined): CollectionInfo {
  if (collection === undefined) {
    throw new ProtovecError(status.INTERNAL, 'The server sent no collection');
  }
  const { config, persistenceStatus } = collection;
  const persistence = persistenceStatus && fromPersistenceStatus(persistenceStatus);
  const embedder = fromEmbedder(config?.embedder);
  return {
    name: collection.name,
    id: collection.collectionId,
    config: {
      dimension: config?.dimension ?? 0,
      metric: fromEnum(metrics, config?.metric ?? 0, 'metric'),
      index: fromIndexConfig(config?.index),
      embeddingModel: config?.embeddingModel ?? '',
      persistence: fromPersistenceConfig(config?.persistence),
      ...(embedder && { embedder }),
    },
    state: fromEnum(states, collection.state, 'state'),
    stateMessage: collection.stateMessage,
    recordCount: Number(collection.recordCount),
    sequence: Number(collection.sequence),
    createTime: toDate(collection.createTime),
    ...(persistence && { persistence }),
  };
}

/** The generated index configuration in the words of this client. */
export function fromIndexConfig(config: ProtoIndexConfig | undefined): IndexSettings {
  return {
    kind: fromEnum(indexKinds, config?.kind ?? 0, 'index.kind'),
    connectivity: config?.connectivity ?? 0,
    expansionAdd: config?.expansionAdd ?? 0,
    efSearch: config?.efSearch ?? 0,
    quantization: fromEnum(quantizations, config?.quantization ?? 0, 'index.quantization'),
  };
}
