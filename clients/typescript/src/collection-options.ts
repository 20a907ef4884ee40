/** Settings of the calls on a collection. */
import type { Filter } from './filter.js';
import type { Metadata } from './metadata.js';
import type { CallOptions } from './options.js';
import type { StoredRecord } from './record.js';
import type { InsertProgress, WriteMode } from './write-result.js';

/** Settings of `upsert`. */
export interface UpsertOptions extends CallOptions {
  /** Default `upsert`. */
  mode?: WriteMode | undefined;
  /** Write only if the stored record has this revision, else ABORTED, reason REVISION_MISMATCH. */
  expectedRevision?: number | undefined;
}

/** Settings of `insertMany`. */
export interface InsertManyOptions extends CallOptions {
  /** Default `upsert`. */
  mode?: WriteMode | undefined;
  /** Called after each message of about 1 MiB. */
  onProgress?: ((progress: InsertProgress) => void) | undefined;
}

/** Settings of reads. */
export interface ReadOptions extends CallOptions {
  /** Fields of the record, such as `['content', 'metadata']`; the id always comes. Default: all. */
  fields?: readonly string[] | undefined;
}

/** Settings of `export`. */
export interface ExportOptions extends ReadOptions {
  /** Which records. Default: all. */
  filter?: Filter | undefined;
}

/** Settings of `list`. */
export interface ListOptions extends ExportOptions {
  /** Records asked for at a time. Default 100; at most 1,000. */
  pageSize?: number | undefined;
}

/** Which records `deleteMany` deletes: those with these ids, at most 10,000, or those that match. */
export type DeleteSelector =
  | { ids: readonly string[]; filter?: undefined }
  | { filter: Filter; ids?: undefined };

/** Settings of `deleteMany`. */
export interface DeleteManyOptions extends CallOptions {
  /** Only count, delete nothing. */
  dryRun?: boolean | undefined;
}

/** What `getMany` found. */
export interface FoundRecords<M extends Metadata = Metadata> {
  /** In the order of the ids. */
  records: StoredRecord<M>[];
  /** Ids that have no record. */
  missing: string[];
}

/** Settings of `upsertMany`. */
export interface UpsertManyOptions extends CallOptions {
  /** Default `upsert`. */
  mode?: WriteMode | undefined;
  /** Refuse everything when one record is refused; then everything travels in one call. */
  allOrNothing?: boolean | undefined;
}
