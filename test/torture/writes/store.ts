/** A store seen through its API: everything that it holds, as bytes. */
import { RawClient } from '../../../bench/support/raw-calls.js';
import {
  CreateCollectionRequest,
  GetCollectionRequest,
  GetCollectionResponse,
} from '../../../src/gen/protovec/v1/collection_service.js';
import { GetIndexRequest, GetIndexResponse } from '../../../src/gen/protovec/v1/index_service.js';
import {
  BatchGetRecordsRequest,
  BatchGetRecordsResponse,
  CountRecordsRequest,
  CountRecordsResponse,
  ExportRecordsRequest,
} from '../../../src/gen/protovec/v1/record_service.js';
import { SearchRequest, SearchResponse } from '../../../src/gen/protovec/v1/search_service.js';
import type { Found } from './ledger.js';
import { collection, dimension, type Row, vectorOf } from './records.js';
import { addRecords } from './records-of.js';

const DEADLINE_MS = 60_000;
const RECORDS = '/protovec.v1.RecordService';
const RECORDS_FIELD = 1;

export class Store {
  readonly #client: RawClient;

  constructor(address: string) {
    this.#client = new RawClient(address, DEADLINE_MS);
  }

  /** `autoSaveThreshold`: changed records after which the server saves by itself. */
  async create(autoSaveThreshold: bigint): Promise<void> {
    const config = { dimension, persistence: { autoSaveThreshold } };
    const request = CreateCollectionRequest.fromPartial({ collection, config });
    const bytes = CreateCollectionRequest.encode(request).finish();
    await this.#client.unary('/protovec.v1.CollectionService/CreateCollection', bytes);
  }

  /** Log sequence that the last save includes. */
  async lastSave(): Promise<number> {
    const request = GetCollectionRequest.encode({ collection }).finish();
    const path = '/protovec.v1.CollectionService/GetCollection';
    const answer = GetCollectionResponse.decode(await this.#client.unary(path, request));
    return Number(answer.collection?.persistenceStatus?.lastSaveSequence ?? 0n);
  }

  async count(): Promise<number> {
    const request = CountRecordsRequest.encode({ collection, filter: undefined }).finish();
    const answer = await this.#client.unary(`${RECORDS}/CountRecords`, request);
    return Number(CountRecordsResponse.decode(answer).count);
  }

  /** Every record, by ExportRecords. */
  async all(): Promise<Map<string, Found>> {
    const request = ExportRecordsRequest.fromPartial({ collection, recordMask: ['*'] });
    const bytes = ExportRecordsRequest.encode(request).finish();
    const records = new Map<string, Found>();
    for await (const message of this.#client.answers(`${RECORDS}/ExportRecords`, bytes)) {
      addRecords(message, RECORDS_FIELD, records);
    }
    return records;
  }

  /** Records by id, and the ids that have none, by BatchGetRecords. */
  async get(ids: readonly string[]): Promise<{ found: Map<string, Found>; missing: string[] }> {
    const request = BatchGetRecordsRequest.fromPartial({ collection, ids: [...ids] });
    const bytes = BatchGetRecordsRequest.encode(request).finish();
    const answer = await this.#client.unary(`${RECORDS}/BatchGetRecords`, bytes);
    const found = new Map<string, Found>();
    addRecords(answer, RECORDS_FIELD, found);
    return { found, missing: BatchGetRecordsResponse.decode(answer).missingIds };
  }

  /** Ids of the records nearest to the vector of a row, best first. */
  async nearest(row: Row, exact: boolean): Promise<string[]> {
    const value = { values: vectorOf(row) };
    const request = SearchRequest.fromPartial({
      collection,
      query: { $case: 'vector', value },
      limit: 3,
      hitMask: ['id'],
      exact,
    });
    const bytes = SearchRequest.encode(request).finish();
    const answer = await this.#client.unary('/protovec.v1.SearchService/Search', bytes);
    return SearchResponse.decode(answer).results.map(({ record }) => record?.id ?? '');
  }

  /** Rows that wait for the graph. */
  async pending(): Promise<number> {
    const request = GetIndexRequest.encode({ collection }).finish();
    const answer = await this.#client.unary('/protovec.v1.IndexService/GetIndex', request);
    return Number(GetIndexResponse.decode(answer).index?.pendingRecords ?? 0n);
  }

  close(): void {
    this.#client.close();
  }
}
