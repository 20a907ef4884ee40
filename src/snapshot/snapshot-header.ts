/**
 * The fields of a snapshot that are not records: what the records are and where they come from.
 * Written in one fixed order at the start of a part; read from wherever a part has them.
 *
 * Invariants: a header that was read has a dimension within the limits, a known metric (unset is
 * cosine) and valid UTF-8. Never decides whether two snapshots may be merged beyond saying how
 * their headers differ.
 */
import { isUtf8 } from 'node:buffer';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { Timestamp } from '../gen/google/protobuf/timestamp.js';
import { Metric } from '../gen/protovec/v1/collection.js';
import { IndexConfig } from '../gen/protovec/v1/index.js';
import { StorageSnapshot } from '../gen/protovec/v1/snapshot.js';
import { limits } from '../limits.js';
import { formatMajor, formatVersion, tags } from './format.js';

/** What a part of a snapshot says about its records. */
export interface SnapshotHeader {
  /** Length of every embedding, 1 to limits.dimensionMax. */
  dimension: number;
  /** How to rebuild the index; undefined: the defaults. */
  indexConfig?: IndexConfig | undefined;
  /** The instant whose records these are; 0 seconds when a file does not say. */
  createdAt: Timestamp;
  /** Name of the collection; empty: unknown. */
  collection: string;
  metric: Metric;
  /** Name of the embedding model; empty: unknown. */
  embeddingModel: string;
  /** Log sequence that is included; 0: unknown. */
  logSequence: number;
}

/** The encoded header: the version first, the rest in the order that every part of ours has. */
export function encodeHeader(header: SnapshotHeader): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(tags.version).string(formatVersion);
  writer.uint32(tags.dimension).uint32(header.dimension);
  if (header.indexConfig !== undefined) {
    writer.uint32(tags.indexConfig).bytes(IndexConfig.encode(header.indexConfig).finish());
  }
  writer.uint32(tags.createdAt).bytes(Timestamp.encode(header.createdAt).finish());
  if (header.collection !== '') writer.uint32(tags.collection).string(header.collection);
  if (header.metric !== Metric.UNSPECIFIED) writer.uint32(tags.metric).int32(header.metric);
  if (header.embeddingModel !== '') {
    writer.uint32(tags.embeddingModel).string(header.embeddingModel);
  }
  if (header.logSequence !== 0) writer.uint32(tags.logSequence).uint64(header.logSequence);
  return writer.finish();
}

/**
 * Decodes header fields, given one after the other with their tags. Throws an Error that says what
 * is wrong; the reader adds where.
 */
export function decodeHeader(fields: Uint8Array): SnapshotHeader {
  const message = StorageSnapshot.decode(fields);
  const { dimension, metric } = message;
  if (dimension < 1 || dimension > limits.dimensionMax) {
    const got = dimension === 0 ? 'no dimension' : `dimension ${dimension}`;
    throw new Error(`${got}: one from 1 to ${limits.dimensionMax} must come before the records`);
  }
  if (Metric[metric] === undefined || metric === Metric.UNRECOGNIZED) {
    throw new Error(`unknown metric ${metric}: read it with a newer version of Protovec`);
  }
  if (message.logSequence > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Error(`log_sequence ${message.logSequence} is not below 2^53`);
  }
  return {
    dimension,
    indexConfig: message.indexConfig,
    createdAt: message.createdAt ?? { seconds: 0n, nanos: 0 },
    collection: message.collection,
    metric: metric === Metric.UNSPECIFIED ? Metric.COSINE : metric,
    embeddingModel: message.embeddingModel,
    logSequence: Number(message.logSequence),
  };
}

/**
 * Why records under `header` cannot join records under `others`, or undefined when they can. The
 * metrics are compared with unset as cosine; an unknown model agrees with every model.
 */
export function headerConflict(
  header: SnapshotHeader,
  others: Pick<SnapshotHeader, 'dimension' | 'metric' | 'embeddingModel'>,
): string | undefined {
  if (header.dimension !== others.dimension) {
    return `dimension ${header.dimension} instead of ${others.dimension}`;
  }
  const [metric, wanted] = [header.metric || Metric.COSINE, others.metric || Metric.COSINE];
  if (metric !== wanted) return `metric ${Metric[metric]} instead of ${Metric[wanted]}`;
  const [model, expected] = [header.embeddingModel, others.embeddingModel];
  if (model !== expected && model !== '' && expected !== '') {
    return `embedding model "${model}" instead of "${expected}"`;
  }
  return undefined;
}

/** Why a version cannot be read, or undefined when it can. `bytes` is the value of the field. */
export function versionProblem(bytes: Uint8Array): string | undefined {
  const match =
    bytes.length <= 32 ? versionPattern.exec(Buffer.from(bytes).toString('latin1')) : null;
  if (match === null) return 'the version is not of the form 1.0.0: the file is damaged';
  if (Number(match[1]) <= formatMajor) return undefined;
  return `written in format ${match[0]}, this version of Protovec reads ${formatMajor}.x: use a newer one`;
}

const versionPattern = /^(\d+)\.(\d+)\.(\d+)$/;

/** Whether the value of a string field is text. */
export const isText: (bytes: Uint8Array) => boolean = isUtf8;
