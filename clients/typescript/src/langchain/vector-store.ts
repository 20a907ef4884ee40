/** A collection as a vector store of LangChain. */
import type { Document, DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { maximalMarginalRelevance } from '@langchain/core/utils/math';
import { type MaxMarginalRelevanceSearchOptions, VectorStore } from '@langchain/core/vectorstores';
import type { Collection } from '../collection.js';
import { ProtovecError } from '../errors.js';
import type { SearchHit } from '../search.js';
import type {
  ProtovecAddOptions,
  ProtovecCreateConfig,
  ProtovecDeleteParams,
  ProtovecStoreConfig,
} from './config.js';
import { checkIds, DOCUMENT_FIELDS, fromTexts, toDocument, toRecords } from './documents.js';
import { ensureCollection } from './ensure-collection.js';
import { type ProtovecFilter, toFilter } from './filter.js';

/** Ids of one call that deletes: the server takes no more. */
const DELETE_IDS_MAX = 10_000;
/** Ids of one call that reads, so that an answer of long documents stays a moderate message. */
const READ_IDS_MAX = 1_000;
/** Candidates of a search for diverse documents when the caller does not say: LangChain's number. */
const FETCH_K = 20;

/**
 * Documents in a collection of Protovec. Making one makes no call, and the collection must exist:
 * `fromTexts` and `fromDocuments` create it. What fails on the server or is refused before, fails
 * with a ProtovecError; what the embeddings throw is thrown as it is.
 */
export class ProtovecVectorStore extends VectorStore {
  declare FilterType: ProtovecFilter;
  /** The collection, for all that LangChain has no word for. */
  readonly collection: Collection;

  constructor(embeddings: EmbeddingsInterface, config: ProtovecStoreConfig) {
    // The base class shows what it is given to whoever logs the store; a connection is not for that.
    super(embeddings, { collection: config.collection });
    this.collection = config.client.collection(config.collection);
  }

  override _vectorstoreType(): string {
    return 'protovec';
  }

  /**
   * Embeds and writes documents and returns their ids, in order. An id is that of `options.ids`, or
   * the document's, or is made; a document whose id exists is replaced.
   */
  override async addDocuments(
    documents: DocumentInterface[],
    options: ProtovecAddOptions = {},
  ): Promise<string[]> {
    // Before the embeddings, which cost time and money.
    checkIds(options.ids, documents.length);
    if (documents.length === 0) return [];
    const texts = documents.map(({ pageContent }) => pageContent);
    const vectors = await this.embeddings.embedDocuments(texts);
    return this.addVectors(vectors, documents, options);
  }

  /**
   * Writes documents that are embedded already; see `addDocuments`. When the server refuses some, the
   * others are written and the call fails with the first refusal.
   */
  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options: ProtovecAddOptions = {},
  ): Promise<string[]> {
    const { ids, ...call } = options;
    const records = toRecords(vectors, documents, ids);
    const results = await this.collection.upsertMany(records, call);
    const refused = results.flatMap(({ error }) => error ?? []);
    if (refused.length > 0) {
      const { code, message, reason, field } = refused[0];
      const text = `${message} (${refused.length} of ${records.length} documents were refused, the others are written)`;
      const fieldViolations = [{ field, description: message }];
      throw new ProtovecError(code, text, { reason, fieldViolations });
    }
    return records.map(({ id }) => id);
  }

  /**
   * Deletes documents by their ids, of which some may be missing, or all that match a filter. A filter
   * that asks for nothing is refused; `collection.clear()` deletes all.
   */
  override async delete(params?: ProtovecDeleteParams): Promise<void> {
    const { ids, filter } = params ?? {};
    if ((ids === undefined) === (filter === undefined)) {
      throw ProtovecError.invalid('params', 'delete takes { ids } or { filter }, one of them');
    }
    if (ids !== undefined) {
      for (const part of parts(ids, DELETE_IDS_MAX)) {
        await this.collection.deleteMany({ ids: part });
      }
      return;
    }
    const matching = toFilter(filter);
    if (matching?.condition === undefined) {
      const message = 'filter asks for nothing; to delete all documents call collection.clear()';
      throw ProtovecError.invalid('filter', message);
    }
    await this.collection.deleteMany({ filter: matching });
  }

  /** The documents with these ids, in the order of the ids; missing ones are left out. */
  async getByIds(ids: readonly string[]): Promise<Document[]> {
    const documents: Document[] = [];
    for (const part of parts(ids, READ_IDS_MAX)) {
      const { records } = await this.collection.getMany(part, { fields: DOCUMENT_FIELDS });
      for (const record of records) documents.push(toDocument(record));
    }
    return documents;
  }

  /** The `k` documents nearest to a vector, best first, each with its score: higher is nearer. */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: ProtovecFilter,
  ): Promise<[Document, number][]> {
    const hits = await this.#search(query, k, filter, DOCUMENT_FIELDS);
    return hits.map(({ record, score }) => [toDocument(record), score]);
  }

  /**
   * The `k` documents that are near to the query and far from each other, the nearest first. They are
   * chosen from the `fetchK` nearest, by default 20. `lambda` is from 0, most diverse, to 1, nearest; by
   * default 0.5.
   */
  override async maxMarginalRelevanceSearch(
    query: string,
    options: MaxMarginalRelevanceSearchOptions<ProtovecFilter>,
  ): Promise<Document[]> {
    const { k, fetchK = FETCH_K, lambda, filter } = options;
    checkCount('k', k);
    checkCount('fetchK', fetchK);
    const vector = await this.embeddings.embedQuery(query);
    const fields = [...DOCUMENT_FIELDS, 'embedding'];
    const hits = await this.#search(vector, Math.max(k, fetchK), filter, fields);
    const embeddings = hits.map(({ record }) => Array.from(record.embedding ?? []));
    const chosen = maximalMarginalRelevance(vector, embeddings, lambda, k);
    return chosen.map((index) => toDocument(hits[index].record));
  }

  /** Embeds texts and writes them to a collection, which is created when there is none. */
  static override async fromTexts(
    texts: string[],
    metadatas: object[] | object,
    embeddings: EmbeddingsInterface,
    config: ProtovecCreateConfig,
  ): Promise<ProtovecVectorStore> {
    const documents = fromTexts(texts, metadatas);
    return ProtovecVectorStore.fromDocuments(documents, embeddings, config);
  }

  /** Embeds documents and writes them to a collection, which is created when there is none. */
  static override async fromDocuments(
    documents: DocumentInterface[],
    embeddings: EmbeddingsInterface,
    config: ProtovecCreateConfig,
  ): Promise<ProtovecVectorStore> {
    const { client, collection, collectionConfig, ids } = config;
    checkIds(ids, documents.length);
    await ensureCollection(client, collection, embeddings, collectionConfig);
    const store = new ProtovecVectorStore(embeddings, { client, collection });
    await store.addDocuments(documents, { ids });
    return store;
  }

  /**
   * A store on a collection that exists and serves: otherwise NOT_FOUND, reason COLLECTION_NOT_FOUND,
   * or DATA_LOSS, reason STORAGE_CORRUPTED.
   */
  static async fromExistingCollection(
    embeddings: EmbeddingsInterface,
    config: ProtovecStoreConfig,
  ): Promise<ProtovecVectorStore> {
    const store = new ProtovecVectorStore(embeddings, config);
    // What this call fails with, all others would.
    await store.collection.count();
    return store;
  }

  async #search(
    vector: number[],
    k: number,
    filter: ProtovecFilter | undefined,
    fields: readonly string[],
  ): Promise<SearchHit[]> {
    checkCount('k', k);
    const query = { vector, limit: k, filter: toFilter(filter), fields };
    return (await this.collection.search(query)).hits;
  }
}

/** The server takes 0 for its default, which nobody who asks for none means. */
function checkCount(field: string, count: number): void {
  if (Number.isInteger(count) && count > 0) return;
  throw ProtovecError.invalid(field, `${field} is ${count}; give a whole number from 1 to 10,000`);
}

function* parts(ids: readonly string[], size: number): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += size) yield ids.slice(start, start + size);
}
