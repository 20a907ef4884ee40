/**
 * One collection: writes, reads, searches. A Collection is only a name and a connection; it is made
 * without a call, so a missing one is noticed by the first call on it.
 */
import { status } from '@grpc/grpc-js';
import { ByteWriter } from './codec/byte-writer.js';
import { decodeRecords, decodeSearch } from './codec/decode-responses.js';
import { writeRecord } from './codec/encode-record.js';
import { encodeSearch } from './codec/encode-search.js';
import {
  type CollectionInfo,
  fromCollection,
  fromIndexStats,
  type IndexStats,
} from './collection-info.js';
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
import { CollectionConfig } from './gen/protovec/v1/collection.js';
import { CollectionServiceService } from './gen/protovec/v1/collection_service.js';
import { IndexServiceService } from './gen/protovec/v1/index_service.js';
import {
  BatchInsertRequest,
  RecordServiceService as service,
  UpsertRecordRequest,
} from './gen/protovec/v1/record_service.js';
import { SearchServiceService } from './gen/protovec/v1/search_service.js';
import { SnapshotServiceService } from './gen/protovec/v1/snapshot_service.js';
import type { Metadata } from './metadata.js';
import type { CallOptions } from './options.js';
import {
  fromPersistenceStatus,
  type PersistenceConfig,
  type PersistenceStatus,
  persistencePaths,
  toPersistenceConfig,
} from './persistence.js';
import type { RecordSource, StoredRecord, VectorRecord } from './record.js';
import type { SearchQuery, SearchResult } from './search.js';
import { sendRecords } from './send-records.js';
import { Snapshots } from './snapshots.js';
import { toDate } from './timestamp.js';
import { decoded, encoded } from './transport/method.js';
import type { Transport } from './transport/transport.js';
import { upsertMany } from './upsert-many.js';
import { uuidv7 } from './uuid.js';
import {
  fromOutcome,
  fromRecordError,
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
  readonly snapshots: Snapshots;
  readonly #transport: Transport;

  /** Made by `client.collection(name)`. */
  constructor(transport: Transport, name: string) {
    this.#transport = transport;
    this.name = name;
    this.snapshots = new Snapshots(transport, name);
  }

  /** The collection's configuration, state and size. */
  async describe(call?: CallOptions): Promise<CollectionInfo> {
    const method = CollectionServiceService.getCollection;
    const response = await this.#transport.unary(method, { collection: this.name }, call);
    return fromCollection(response.collection);
  }

  /**
   * Changes how the collection is saved, durably, from the next write on. What `persistence` leaves
   * out stays as it is.
   */
  async update(
    changes: { persistence: PersistenceConfig },
    call?: CallOptions,
  ): Promise<CollectionInfo> {
    const persistence = toPersistenceConfig(changes.persistence);
    const request = {
      collection: this.name,
      config: CollectionConfig.fromPartial({ persistence }),
      updateMask: persistencePaths(changes.persistence),
    };
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

  /** What the index holds at this moment. */
  async index(call?: CallOptions): Promise<IndexStats> {
    const method = IndexServiceService.getIndex;
    const response = await this.#transport.unary(method, { collection: this.name }, call);
    return fromIndexStats(response.index);
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
    const response = await this.#transport.unary(method, undefined, options);
    return {
      id: response.id,
      outcome: fromOutcome(response.outcome) === 'created' ? 'created' : 'updated',
      sequence: Number(response.sequence),
      durable: response.durable,
      updateTime: toDate(response.updateTime),
    };
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
    const response = await sendRecords(upload, records, shape, options.onProgress);
    return {
      created: Number(response.createdCount),
      updated: Number(response.updatedCount),
      failed: Number(response.failedCount),
      errors: response.errors.map((error) => fromRecordError(error)),
      sequence: Number(response.sequence),
      durable: response.durable,
    };
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

  /** The records nearest to a vector, or to a stored record, best first. */
  async search(query: SearchQuery, call?: CallOptions): Promise<SearchResult<M>> {
    const method = {
      path: SearchServiceService.search.path,
      requestSerialize: (request: SearchQuery) => encodeSearch(this.name, request),
      responseDeserialize: decodeSearch<M>,
    };
    return this.#transport.unary(method, query, call);
  }
}

/** The response, or undefined when the server answers RECORD_NOT_FOUND. */
async function unlessMissing<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response;
  } catch (error) {
    const missing = error instanceof ProtovecError && error.code === status.NOT_FOUND;
    if (missing && error.reason === 'RECORD_NOT_FOUND') return undefined;
    throw error;
  }
}
