/**
 * A record as it is written and as it is read. These are plain objects; the codec folder turns
 * them into bytes and back.
 */
import type { Metadata } from './metadata.js';

/** A record to be written. */
export interface VectorRecord<M extends Metadata = Metadata> {
  /** 1 to 255 bytes of UTF-8. Absent: the client makes a UUIDv7 before it sends the record. */
  id?: string | undefined;
  /** The text that the embedding stands for. */
  content?: string | undefined;
  /** A short name for people. */
  title?: string | undefined;
  /** Where the text came from. */
  filePath?: string | undefined;
  /** File extension or kind of source. */
  extension?: string | undefined;
  /** As long as the collection's dimension, all values finite. Sent as 32-bit floats. */
  embedding?: Float32Array | readonly number[] | undefined;
  /** Values to filter by. */
  metadata?: M | undefined;
  /** Kept by `mergeRecords` alone; every other write sets it on the server. */
  createTime?: Date | undefined;
  /** Kept by `mergeRecords` alone; every other write sets it on the server. */
  updateTime?: Date | undefined;
  /** Never sent: the server assigns it. Here so that a record that was read can be written. */
  revision?: number | undefined;
}

/** A record that was read. Fields that were not asked for are empty or absent. */
export interface StoredRecord<M extends Metadata = Metadata> {
  id: string;
  /** '' when the record has none or it was not asked for. */
  content: string;
  /** '' when the record has none or it was not asked for. */
  title: string;
  filePath?: string;
  extension?: string;
  /** Absent when it was not asked for: searches leave it out by default. */
  embedding?: Float32Array;
  /** {} when it was not asked for. */
  metadata: M;
  /** When the record was first stored, to the millisecond. */
  createTime?: Date;
  /** When the record was last written, to the millisecond. */
  updateTime?: Date;
  /** Log sequence of the last change; give it to `upsert` as `expectedRevision`. */
  revision?: number;
}

/** Records in any form that can be iterated. */
export type RecordSource<M extends Metadata = Metadata> =
  | Iterable<VectorRecord<M>>
  | AsyncIterable<VectorRecord<M>>;
