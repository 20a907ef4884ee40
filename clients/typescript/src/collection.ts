/**
 * One collection: writes, reads, searches. A Collection is only a name and a connection; it is made
 * without a call, so a missing one is noticed by the first call on it.
 */
import { status } from '@grpc/grpc-js';
import {
  type AggregateQuery,
  type AggregateResult,
  fromAggregateResponse,
  toAggregateRequest,
} from './aggregate.js';
import { ByteWriter } from './codec/byte-writer.js';
import { decodeRecords, decodeSearch } from './codec/decode-responses.js';
import { writeRecord } from './codec/encode-record.js';
import { encodeSearch } from './codec/encode-search.js';
import { type CollectionChanges, toUpdate } from './collection-changes.js';
import { CollectionIndex } from './collection-index.js';
import { type CollectionInfo, fromCollection } from './collection-info.js';
import type {
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
import { ProtovecError } from './errors.js';
import { toFieldMask } from './field-mask.js';
import type { Filter } from './filter.js';
import { CollectionServiceService } from './gen/protovec/v1/collection_service.js';
import {
  BatchInsertRequest,
  RecordServiceService as service,
  UpsertRecordRequest,
} from './gen/protovec/v1/record_service.js';
import { SearchServiceService } from './gen/protovec/v1/search_service.js';
import { SnapshotServiceService } from './gen/protovec/v1/snapshot_service.js';
import { ingest } from './ingest/ingest.js';
import type { IngestOptions } from './ingest/ingest-options.js';
import type { IngestResult } from './ingest/ingest-result.js';
import type { Metadata } from './metadata.js';
import type { CallOptions } from './options.js';
import { fromPersistenceStatus, type PersistenceStatus } from './persistence.js';
import type { RecordSource, StoredRecord, VectorRecord } from './record.js';
import type { SearchAnswer, SearchQuery, SearchResult } from './search.js';
import { searchMany } from './search-many.js';
import { searchStream } from './search-stream.js';
import { sendRecords } from './send-records.js';
import { Snapshots } from './snapshots.js';
import { decoded, encoded } from './transport/method.js';
import type { Transport } from './transport/transport.js';
import { unlessMissing } from './unless-missing.js';
import { upsertMany } from './upsert-many.js';
import { uuidv7 } from './uuid.js';
import {
  fromInsertResponse,
  fromUpsertResponse,
  type InsertResult,
  type RecordResult,
  toWriteMode,
  type UpsertResult,
} from './write-result.js';

/** Field 2 of UpsertRecordRequest and of BatchInsertRequest: a record. */
const RECORD_TAG = 0x12;
const batchInsert = encoded(service.batchInsert);

export class Collection<M extends Metadata = Metadata> {
  readonly name: string;
  readonly index: CollectionIndex;
  readonly snapshots: Snapshots;
  readonly #transport: Transport;

  /** Made by `client.collection(name)`. */
  constructor(transport: Transport, name: string) {
    this.#transport = transport;
    this.name = name;
    this.index = new CollectionIndex(transport, name);
    this.snapshots = new Snapshots(transport, name);
  }

  /** The collection's configuration, state and size. */
  async describe(call?: CallOptions): Promise<CollectionInfo> {
    const method = CollectionServiceService.getCollection;
    const response = await this.#transport.unary(method, { collection: this.name }, call);
    return fromCollection(response.collection);
  }

  /**
   * Changes how the collection is saved and what embeds, durably, from the next write on. What
   * `persistence` leaves out stays as it is.
   */
  async update(changes: CollectionChanges, call?: CallOptions): Promise<CollectionInfo> {
    const request = { collection: this.name, ...toUpdate(changes) };
    const method = CollectionServiceService.updateCollection;
    const response = await this.#transport.unary(method, request, call);
    return fromCollection(response.collection);
  }

  /**
   * Saves everything acknowledged so far and drops the log before it, as the server does by itself
   * now and then. Takes as long as writing the records to disk: it has no deadline but a given one.
   */
  async save(call: CallOptions = {}): Promise<PersistenceStatus> {
    const method = SnapshotServiceService.forceSave;
    const request = { collection: this.name };
    const options = { ...call, timeoutMs: call.timeoutMs ?? 0 };
    const { persistenceStatus } = await this.#transport.unary(method, request, options);
    if (persistenceStatus === undefined) {
      throw new ProtovecError(status.INTERNAL, 'The server sent no status of the save');
    }
    return fromPersistenceStatus(persistenceStatus);
  }

  /** Writes one record. An absent id is made here, so that repeating the call is safe. */
  async upsert(record: VectorRecord<M>, options: UpsertOptions = {}): Promise<UpsertResult> {
    const { mode, expectedRevision } = options;
    const method = {
      ...service.upsertRecord,
      requestSerialize: (): Buffer => {
        const writer = new ByteWriter(4096);
        writer.raw(
          UpsertRecordRequest.encode({
            collection: this.name,
            writeMode: toWriteMode(mode),
            expectedRevision: expectedRevision === undefined ? undefined : BigInt(expectedRevision),
          }).finish(),
        );
        writeRecord(writer, RECORD_TAG, record, record.id || uuidv7());
        return writer.finish();
      },
    };
    return fromUpsertResponse(await this.#transport.unary(method, undefined, options));
  }

  /**
   * Writes records and returns a result for each, in order; refused ones do not stop the others.
   * Many records travel in several calls, one after the other, each with the deadline.
   */
  async upsertMany(
    records: readonly VectorRecord<M>[],
    options: UpsertManyOptions = {},
  ): Promise<RecordResult[]> {
    return upsertMany(this.#transport, this.name, records, options);
  }

  /**
   * Bulk load over one stream, as fast as the server takes it. Refused records are counted and
   * reported; a stream that breaks keeps what was committed. Absent ids are made here.
   */
  async insertMany(
    records: RecordSource<M>,
    options: InsertManyOptions = {},
  ): Promise<InsertResult> {
    const header = BatchInsertRequest.encode({
      collection: this.name,
      records: [],
      writeMode: toWriteMode(options.mode),
    }).finish();
    const upload = this.#transport.upload(batchInsert, options);
    const shape = { header, recordTag: RECORD_TAG };
    return fromInsertResponse(await sendRecords(upload, records, shape, options.onProgress));
  }

  /**
   * Bulk load that goes on when connections break or the server restarts: nothing is lost, nothing
   * written twice. Fails with an IngestError that has the counts so far and the key to go on with.
   */
  async ingest(records: RecordSource<M>, options: IngestOptions = {}): Promise<IngestResult> {
    return ingest(this.#transport, this.name, records, options);
  }

  /** One record; undefined when there is none with this id. */
  async get(id: string, options: ReadOptions = {}): Promise<StoredRecord<M> | undefined> {
    const method = decoded(service.getRecord, decodeRecords<M>);
    const recordMask = toFieldMask(options.fields);
    const request = { collection: this.name, id, recordMask };
    const response = await unlessMissing(this.#transport.unary(method, request, options));
    return response?.records[0];
  }

  /** Several records, at most 10,000, in the order of the ids. */
  async getMany(ids: readonly string[], options: ReadOptions = {}): Promise<FoundRecords<M>> {
    const method = decoded(service.batchGetRecords, decodeRecords<M>);
    const recordMask = toFieldMask(options.fields);
    const request = { collection: this.name, ids: [...ids], recordMask };
    const { records, texts } = await this.#transport.unary(method, request, options);
    return { records, missing: texts };
  }

  /** Deletes one record. False: there was none with this id. */
  async delete(id: string, call?: CallOptions): Promise<boolean> {
    const request = { collection: this.name, id };
    const response = this.#transport.unary(service.deleteRecord, request, call);
    return (await unlessMissing(response)) !== undefined;
  }

  /** Deletes records and returns how many there were. Missing ids are no error. */
  async deleteMany(selector: DeleteSelector, options: DeleteManyOptions = {}): Promise<number> {
    const { ids, filter } = selector;
    if (ids?.length === 0) return 0;
    const dryRun = options.dryRun ?? false;
    const request = { collection: this.name, ids: [...(ids ?? [])], filter, dryRun };
    const response = await this.#transport.unary(service.batchDeleteRecords, request, options);
    return Number(response.deletedCount);
  }

  /** How many records there are, or match. Exact. */
  async count(filter?: Filter, call?: CallOptions): Promise<number> {
    const request = { collection: this.name, filter };
    const response = await this.#transport.unary(service.countRecords, request, call);
    return Number(response.count);
  }

  /** Sums up the records, or those that match: of one moment, whatever is written meanwhile. */
  async aggregate(query: AggregateQuery, call?: CallOptions): Promise<AggregateResult> {
    const method = CollectionServiceService.aggregateRecords;
    const request = toAggregateRequest(this.name, query);
    return fromAggregateResponse(await this.#transport.unary(method, request, call));
  }

  /** Deletes every record and returns how many there were. */
  async clear(call?: CallOptions): Promise<number> {
    const request = { collection: this.name };
    const response = await this.#transport.unary(service.clearRecords, request, call);
    return Number(response.deletedCount);
  }

  /**
   * All records in the byte order of their ids, read page by page while they are consumed; each
   * page has the deadline. Changes made meanwhile may appear.
   */
  async *list(options: ListOptions = {}): AsyncGenerator<StoredRecord<M>, void, undefined> {
    const method = decoded(service.listRecords, decodeRecords<M>);
    const request = {
      collection: this.name,
      pageSize: options.pageSize ?? 0,
      pageToken: '',
      filter: options.filter,
      recordMask: toFieldMask(options.fields),
    };
    do {
      const page = await this.#transport.unary(method, request, options);
      yield* page.records;
      request.pageToken = page.texts[0] ?? '';
    } while (request.pageToken !== '');
  }

  /** All records as they were when the call began, in no particular order, over one stream. */
  async *export(options: ExportOptions = {}): AsyncGenerator<StoredRecord<M>, void, undefined> {
    const method = decoded(service.exportRecords, decodeRecords<M>);
    const { filter, fields } = options;
    const request = { collection: this.name, filter, recordMask: toFieldMask(fields) };
    for await (const message of this.#transport.stream(method, request, options)) {
      yield* message.records;
    }
  }

  /** The records nearest to a vector, to a stored record or to a text, best first. */
  async search(query: SearchQuery, call?: CallOptions): Promise<SearchResult<M>> {
    const method = {
      path: SearchServiceService.search.path,
      requestSerialize: (request: SearchQuery) => encodeSearch(this.name, request),
      responseDeserialize: decodeSearch<M>,
    };
    return this.#transport.unary(method, query, call);
  }

  /**
   * Several searches at once, their results in the order of the queries. All are answered, or the
   * call fails with the path of the first bad one. Many travel in several calls, one after the
   * other, each with the deadline.
   */
  async searchMany(
    queries: readonly SearchQuery[],
    call?: CallOptions,
  ): Promise<SearchResult<M>[]> {
    return searchMany(this.#transport, this.name, queries, call);
  }

  /**
   * Any number of searches over one stream, each answered as soon as it is ready, in any order;
   * `request` is the query as it was given. A search that is refused has an `error` and does not end
   * the stream. At most 256 queries are taken ahead of the answers that you have read.
   */
  searchStream<Q extends SearchQuery>(
    queries: Iterable<Q> | AsyncIterable<Q>,
    call?: CallOptions,
  ): AsyncGenerator<SearchAnswer<M, Q>, void, undefined> {
    return searchStream<M, Q>(this.#transport, this.name, queries, call);
  }
}
