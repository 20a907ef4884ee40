/** What the LangChain store is given. */
import type { Client } from '../client.js';
import type { CollectionConfig } from '../collection-info.js';
import type { CallOptions } from '../options.js';
import type { ProtovecFilter } from './filter.js';

/** Where the documents are. */
export interface ProtovecStoreConfig {
  /** The connection. The store never closes it. */
  client: Client;
  /** Name of the collection. */
  collection: string;
}

/** Where the documents are, and how the collection is made when there is none. */
export interface ProtovecCreateConfig extends ProtovecStoreConfig {
  /** Default: the server's; `dimension` is that of the embeddings. */
  collectionConfig?: CollectionConfig | undefined;
  /** Ids of the documents, in their order; see `ProtovecAddOptions`. */
  ids?: readonly (string | undefined)[] | undefined;
}

/** Settings of `addDocuments` and `addVectors`. A deadline is that of each call to the server. */
export interface ProtovecAddOptions extends CallOptions {
  /** Ids in the order of the documents, before each document's own. Absent ones are made. */
  ids?: readonly (string | undefined)[] | undefined;
}

/** Which documents `delete` deletes: those with these ids, or those that match. */
export type ProtovecDeleteParams =
  | { ids: readonly string[]; filter?: undefined }
  | { filter: ProtovecFilter; ids?: undefined };
