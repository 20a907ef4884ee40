/**
 * The fixed facts of the snapshot file: tags, limits, and the error that everything here throws about
 * bytes. proto/protovec/v1/snapshot.proto is the specification; nothing here reads or writes.
 */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from '../errors.js';

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

/** Version that the writer puts first, and the newest major that the reader understands. */
export const FORMAT_VERSION = '1.0.0';
export const FORMAT_MAJOR = 1;
/** Highest field number that this version knows. */
export const KNOWN_FIELD_MAX = 12;

const MiB = 1024 * 1024;

export const DIMENSION_MAX = 65_536;
export const RECORD_BYTES_MAX = 3 * MiB;
/** Bytes after which the writer puts a checksum, and of which it makes a compressed fragment. */
export const BLOCK_BYTES = MiB;
/** Most bytes between two checksums, and of one field. */
export const COVERED_BYTES_MAX = 16 * MiB;
/** Most bytes that a compressed fragment is inflated to. */
export const INFLATED_BYTES_MAX = 4 * MiB;
/** Bounds what a hostile file makes us keep; headers take some hundred bytes. */
export const HEADER_BYTES_MAX = 64 * 1024;

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

/** What is wrong with the bytes of a file. Whoever knows the file's name adds it and the offset. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Said whenever checksums are not where they belong. */
export const movedHint =
  'the file is damaged, or a program decoded it and encoded it again, which moves the checksums to ' +
  'the end; such a program must clear `checksums` and `footers`, and the file be read with ' +
  'allowUnsealed';

/** The error that callers get: DATA_LOSS, reason STORAGE_CORRUPTED. */
export function corrupted(
  name: string,
  offset: number,
  recordsRead: number,
  damage: Damage,
): ProtovecError {
  const message = `${name}, offset ${offset}: ${damage.message} (${recordsRead} records were read)`;
  return new ProtovecError(status.DATA_LOSS, message, {
    reason: 'STORAGE_CORRUPTED',
    metadata: { file: name, offset: String(offset), records_read: String(recordsRead) },
    cause: damage,
  });
}

/** Runs a decoder of bytes that nobody has looked into yet; its RangeErrors and Errors are damage. */
export function decoded<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Damage) throw error;
    throw new Damage(`${what}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
