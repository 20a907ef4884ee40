/**
 * A collection that is called as clients call it, with encoded requests: in this thread, on real
 * files, or through a real server. The model is told of every change.
 */
import type { Registry } from '../../src/collection/registry.js';
import { operationsOf } from '../../src/engine/engine.js';
import type { CollectionConfig } from '../../src/gen/protovec/v1/collection.js';
import { CollectionServiceService } from '../../src/gen/protovec/v1/collection_service.js';
import type { Filter } from '../../src/gen/protovec/v1/filter.js';
import { IndexServiceService } from '../../src/gen/protovec/v1/index_service.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { RecordServiceService } from '../../src/gen/protovec/v1/record_service.js';
import {
  SearchRequest,
  type SearchResponse,
  SearchServiceService,
} from '../../src/gen/protovec/v1/search_service.js';
import type { RawClient } from '../support/client.js';
import { inTemporaryDirectory, never, openRegistry } from '../support/collection.js';
import { type Asked, SearchModel } from './search-model.js';

/** A unary method of the generated code. */
interface Method<Q, A> {
  readonly path: string;
  requestSerialize(request: Q): Buffer;
  responseDeserialize(bytes: Buffer): A;
}

/** Carries an encoded request to what serves it. */
export type Call = (path: string, request: Buffer) => Promise<Buffer>;

/** How the answer is asked for. */
export interface Manner {
  readonly exact?: boolean;
  readonly efSearch?: number | undefined;
  readonly hitMask?: string[] | undefined;
}

export class SearchStore {
  readonly name: string;
  readonly model: SearchModel;
  readonly #call: Call;

  private constructor(call: Call, name: string, model: SearchModel) {
    this.#call = call;
    this.name = name;
    this.model = model;
  }

  static async create(call: Call, name: string, config: CollectionConfig): Promise<SearchStore> {
    const store = new SearchStore(call, name, new SearchModel(config.metric));
    const request = { collection: name, config };
    await store.ask(CollectionServiceService.createCollection, request);
    return store;
  }

  async ask<Q, A>(method: Method<Q, A>, request: Q): Promise<A> {
    const answer = await this.#call(method.path, method.requestSerialize(request));
    return method.responseDeserialize(answer);
  }

  async put(records: VectorRecord[]): Promise<void> {
    if (records.length === 0) return;
    const request = { collection: this.name, records, writeMode: 0, allOrNothing: true };
    await this.ask(RecordServiceService.batchUpsertRecords, request);
    this.model.put(records);
  }

  async delete(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const request = { collection: this.name, ids, dryRun: false };
    await this.ask(RecordServiceService.batchDeleteRecords, request);
    this.model.delete(ids);
  }

  /** Returns how many records went, which is how many the model says. */
  async deleteMatching(filter: Filter): Promise<{ deleted: number; expected: number }> {
    const request = { collection: this.name, ids: [], filter, dryRun: false };
    const answer = await this.ask(RecordServiceService.batchDeleteRecords, request);
    const matching = this.model.matching(filter);
    this.model.delete(matching.map(({ id }) => id));
    return { deleted: Number(answer.deletedCount), expected: matching.length };
  }

  search(asked: Asked, manner: Manner = {}): Promise<SearchResponse> {
    return this.ask(SearchServiceService.search, requestOf(this.name, asked, manner));
  }

  /** Waits until every record is in the graph. */
  async indexed(): Promise<void> {
    for (;;) {
      const { index } = await this.ask(IndexServiceService.getIndex, { collection: this.name });
      if (index?.pendingRecords === 0n) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

export function requestOf(collection: string, asked: Asked, manner: Manner): SearchRequest {
  const { query, limit, threshold, filter } = asked;
  return SearchRequest.fromPartial({
    collection,
    query:
      typeof query === 'string'
        ? { $case: 'recordId', value: query }
        : { $case: 'vector', value: { values: [...query] } },
    limit,
    threshold,
    filter,
    ...manner,
  });
}

/** Runs `test` with the operations of an engine worker on files of its own. */
export function inEngine(test: (call: Call) => Promise<void>): Promise<void> {
  return inTemporaryDirectory(async (directory) => {
    const registry = await openRegistry(directory);
    try {
      await test(callOf(registry));
    } finally {
      await registry.close();
    }
  });
}

function callOf(registry: Registry): Call {
  const operations = operationsOf(registry);
  const context = { signal: never, deadline: Number.POSITIVE_INFINITY, isAbandoned: false };
  return async (path, request) => {
    const operation = operations[path];
    if (operation?.kind !== 'unary') throw new Error(`${path} is not unary`);
    return Buffer.from(await operation.handle(request, context));
  };
}

/** Calls a server. */
export function callTo(client: () => RawClient): Call {
  return (path, request) => {
    const same = (bytes: Buffer): Buffer => bytes;
    const method = { path, requestStream: false, responseStream: false, responseDeserialize: same };
    return client().answer(method, request);
  };
}
