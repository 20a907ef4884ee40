/**
 * The fields of a snapshot that are not records: what the records are and where they come from.
 * Invariant: a header that was read has a dimension within the limits, a known metric (unset is
 * cosine) and valid UTF-8.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  type IndexConfig,
  type IndexKind,
  indexKinds,
  type Metric,
  metrics,
  type Quantization,
  quantizations,
  toIndexConfig,
} from '../collection-info.js';
import { toEnum } from '../enum-names.js';
import { ProtovecError } from '../errors.js';
import { Timestamp } from '../gen/google/protobuf/timestamp.js';
import { IndexConfig as ProtoIndexConfig } from '../gen/protovec/v1/index.js';
import { StorageSnapshot } from '../gen/protovec/v1/snapshot.js';
import { toDate, toTimestamp } from '../timestamp.js';
import { Damage, DIMENSION_MAX, decoded, FORMAT_MAJOR, FORMAT_VERSION, tags } from './format.js';

/** Most bytes of a name. */
const TEXT_BYTES_MAX = 255;

/** What a part of a snapshot says of its records. */
export interface SnapshotHeader {
  /** Version of the format, such as 1.0.0. */
  version: string;
  /** Length of every embedding. */
  dimension: number;
  /** How the collection compares vectors. */
  metric: Metric;
  /** Name of the collection that it was taken of. '' when unknown. */
  collection: string;
  /** Name of the model that made the embeddings. '' when unknown. */
  embeddingModel: string;
  /** The instant whose records these are, to the millisecond. Absent: unknown. */
  createdAt?: Date;
  /** Log sequence that it includes. 0: unknown. */
  logSequence: number;
  /** How to rebuild the index; what is absent has its default. Absent: the defaults. */
  indexConfig?: IndexConfig;
}

/** What the writer is told of the records. */
export interface HeaderOptions {
  /** Length of every embedding, 1 to 65,536. */
  dimension: number;
  /** Default `cosine`. */
  metric?: Metric | undefined;
  /** Name of the collection. Default: unknown. */
  collection?: string | undefined;
  /** Name of the model that made the embeddings: it guards merges. Default: unknown. */
  embeddingModel?: string | undefined;
  /** The instant whose records these are; a Timestamp holds nanoseconds. Default: now. */
  createdAt?: Date | Timestamp | undefined;
  /** Log sequence that is included. Default 0: unknown. */
  logSequence?: number | undefined;
  /** How to rebuild the index on load. Default: the server's defaults. */
  indexConfig?: IndexConfig | undefined;
}

/** The encoded header, in the order that every writer has. INVALID_ARGUMENT for bad options. */
export function encodeHeader(options: HeaderOptions): Uint8Array {
  const { dimension, collection = '', embeddingModel = '', logSequence = 0 } = options;
  const { createdAt = new Date() } = options;
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > DIMENSION_MAX) {
    const what = `dimension is ${dimension}; it is a whole number from 1 to ${DIMENSION_MAX}`;
    throw ProtovecError.invalid('dimension', what);
  }
  if (!Number.isSafeInteger(logSequence) || logSequence < 0) {
    const what = `log_sequence is ${logSequence}; it is a whole number from 0 to 2^53 - 1`;
    throw ProtovecError.invalid('log_sequence', what);
  }
  checkText(collection, 'collection');
  checkText(embeddingModel, 'embedding_model');
  const time = createdAt instanceof Date ? toTimestamp(createdAt, 'created_at') : createdAt;
  const index = toIndexConfig(options.indexConfig, 'index_config');
  const writer = new BinaryWriter();
  writer.uint32(tags.version).string(FORMAT_VERSION);
  writer.uint32(tags.dimension).uint32(dimension);
  if (index !== undefined) {
    writer.uint32(tags.indexConfig).bytes(ProtoIndexConfig.encode(index).finish());
  }
  writer.uint32(tags.createdAt).bytes(Timestamp.encode(time).finish());
  if (collection !== '') writer.uint32(tags.collection).string(collection);
  writer.uint32(tags.metric).int32(toEnum(metrics, options.metric ?? 'cosine', 'metric'));
  if (embeddingModel !== '') writer.uint32(tags.embeddingModel).string(embeddingModel);
  if (logSequence !== 0) writer.uint32(tags.logSequence).uint64(logSequence);
  return writer.finish();
}

function checkText(text: string, field: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= TEXT_BYTES_MAX) return;
  throw ProtovecError.invalid(
    field,
    `${field} has ${bytes} bytes; it has at most ${TEXT_BYTES_MAX}`,
  );
}

/** Decodes header fields, given one after the other with their tags. Throws Damage. */
export function decodeHeader(fields: Uint8Array): SnapshotHeader {
  const message = decoded('the header cannot be decoded', () => StorageSnapshot.decode(fields));
  const { version, dimension, collection, embeddingModel } = message;
  if (dimension < 1 || dimension > DIMENSION_MAX) {
    const got = dimension === 0 ? 'no dimension' : `dimension ${dimension}`;
    throw new Damage(`${got}: one from 1 to ${DIMENSION_MAX} must come before the records`);
  }
  const metric = message.metric === 0 ? 'cosine' : nameOf<Metric>(metrics, message.metric);
  if (metric === undefined) {
    throw new Damage(`unknown metric ${message.metric}: read it with a newer @protovec/client`);
  }
  const logSequence = Number(message.logSequence);
  if (!Number.isSafeInteger(logSequence)) {
    throw new Damage(`log_sequence ${message.logSequence} is not below 2^53`);
  }
  const header: SnapshotHeader = {
    version,
    dimension,
    metric,
    collection,
    embeddingModel,
    logSequence,
  };
  if (message.createdAt !== undefined) header.createdAt = timeOf(message.createdAt);
  if (message.indexConfig !== undefined) header.indexConfig = indexOf(message.indexConfig);
  return header;
}

function timeOf(timestamp: Timestamp): Date {
  const date = toDate(timestamp);
  if (Number.isNaN(date.getTime())) {
    throw new Damage(`created_at has ${timestamp.seconds} seconds, which are no time`);
  }
  return date;
}

/** What it does not say, or says in words of a newer version, is left to the defaults. */
function indexOf(index: ProtoIndexConfig): IndexConfig {
  return {
    kind: nameOf<IndexKind>(indexKinds, index.kind),
    connectivity: index.connectivity || undefined,
    expansionAdd: index.expansionAdd || undefined,
    efSearch: index.efSearch || undefined,
    quantization: nameOf<Quantization>(quantizations, index.quantization),
  };
}

function nameOf<Name extends string>(
  names: Readonly<Record<Name, number>>,
  value: number,
): Name | undefined {
  return (Object.keys(names) as Name[]).find((name) => names[name] === value);
}

/** Throws Damage when records under `header` cannot be in one file with those under `others`. */
export function checkAgreement(header: SnapshotHeader, others: SnapshotHeader): void {
  const conflict = conflictOf(header, others);
  if (conflict === undefined) return;
  throw new Damage(`${conflict} as in the parts before: such parts are no snapshot together`);
}

function conflictOf(header: SnapshotHeader, others: SnapshotHeader): string | undefined {
  if (header.dimension !== others.dimension) {
    return `dimension ${header.dimension} instead of ${others.dimension}`;
  }
  if (header.metric !== others.metric) {
    return `metric ${header.metric} instead of ${others.metric}`;
  }
  const [model, wanted] = [header.embeddingModel, others.embeddingModel];
  // A part without a model agrees with every model.
  if (model === wanted || model === '' || wanted === '') return undefined;
  return `embedding model "${model}" instead of "${wanted}"`;
}

/** Throws Damage for a version that cannot be read; a newer minor can. `bytes`: the field's value. */
export function checkVersion(bytes: Uint8Array): void {
  const text = bytes.length <= 32 ? Buffer.from(bytes).toString('latin1') : '';
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (match === null) {
    const what = 'the version is not of the form 1.0.0: the file is no snapshot, or it is damaged';
    throw new Damage(what);
  }
  if (Number(match[1]) <= FORMAT_MAJOR) return;
  throw new Damage(
    `written in format ${text}, this version of @protovec/client reads ${FORMAT_MAJOR}.x: ` +
      'use a newer one',
  );
}
