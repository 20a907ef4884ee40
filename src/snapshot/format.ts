/**
 * The fixed facts of the snapshot file: its version, the tags of its top-level fields and the error
 * that every reader of it throws. The schema, proto/protovec/v1/snapshot.proto, is the
 * specification; nothing here reads or writes.
 */
import { ProtovecError } from '../errors.js';

/** Version that our writers put first. */
export const formatVersion = '1.0.0';

/** Newest major version that our readers understand. */
export const formatMajor = 1;

/** Tags (field number << 3 | wire type) of the fields of StorageSnapshot. */
export const tags = {
  version: 0x0a,
  dimension: 0x10,
  record: 0x1a,
  indexConfig: 0x22,
  createdAt: 0x2a,
  collection: 0x32,
  metric: 0x38,
  embeddingModel: 0x42,
  logSequence: 0x48,
  checksum: 0x52,
  fragment: 0x5a,
  footer: 0x62,
} as const;

/** Highest field number that this version knows. */
export const knownFieldMax = 12;

const headerTags: ReadonlySet<number> = new Set([
  tags.version,
  tags.dimension,
  tags.indexConfig,
  tags.createdAt,
  tags.collection,
  tags.metric,
  tags.embeddingModel,
  tags.logSequence,
]);

/** Whether `tag` is that of a field which describes the part rather than being a record or a seal. */
export function isHeaderField(tag: number): boolean {
  return headerTags.has(tag);
}

/** Said when a file as a whole is not the one expected. */
export const otherFile = 'the SHA-256 of the file is not the one on record: it is another file';

/**
 * A SERIALIZATION_ERROR about the file `name`. `message` says what is wrong and what to do;
 * `offset` counts from the file's first byte and is repeated in the metadata.
 */
export function damaged(
  name: string,
  offset: number,
  message: string,
  cause?: unknown,
): ProtovecError {
  return new ProtovecError('SERIALIZATION_ERROR', `${name}, offset ${offset}: ${message}`, {
    metadata: { file: name, offset: String(offset) },
    ...(cause === undefined ? {} : { cause }),
  });
}
