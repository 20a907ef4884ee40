/** What a step does, with the public surface of the client alone. */
import { status } from '@grpc/grpc-js';
import {
  type Client,
  type Collection,
  type CollectionInfo,
  type DeleteSelector,
  type Filter,
  ProtovecError,
  type RecordError,
  type SearchQuery,
  type SearchResult,
  type WriteMode,
} from '../../src/index.js';
import { fileSteps } from './file-steps.js';
import { toFilter } from './filters.js';
import { fromRecord, recordsOf, toRecord, type With } from './records.js';
import { snapshotSteps } from './snapshot-steps.js';

/** Where a step runs. */
export interface Place {
  readonly client: Client;
  /** Path of a file of this case. */
  file(name: string): string;
  /** Path of a golden file. */
  golden(name: string): string;
}

export type Step = (collection: Collection, step: With, place: Place) => Promise<unknown>;

/** Whether the client can do such a step. */
export function isKnown(action: string): boolean {
  return (
    action === 'connect' || Object.hasOwn({ ...steps, ...snapshotSteps, ...fileSteps }, action)
  );
}

/** The answer of one step; throws what the client throws. */
export async function act(action: string, step: With, place: Place): Promise<unknown> {
  const run = steps[action] ?? snapshotSteps[action] ?? fileSteps[action];
  if (run === undefined) throw new Error(`no step is called ${action}`);
  return run(place.client.collection(String(step.collection ?? step.name ?? 'none')), step, place);
}

/** The filter of a step, of which protobuf JSON is the form. */
export function filterOf(step: With): Filter | undefined {
  return step.filter === undefined ? undefined : toFilter(step.filter);
}

function toQuery(step: With): SearchQuery {
  const { vector, record_id, content, limit, threshold, fields, exact } = step;
  const rest = { limit, threshold, fields, exact, filter: filterOf(step) };
  return { ...rest, vector, recordId: record_id, content } as unknown as SearchQuery;
}

function fromResult({ hits }: SearchResult) {
  return { hits: hits.map((hit) => ({ ...hit, record: fromRecord(hit.record) })) };
}

/** A missing record is no error of this client; the cases tell of one. */
function missing(id: unknown): ProtovecError {
  const details = { reason: 'RECORD_NOT_FOUND' };
  return new ProtovecError(status.NOT_FOUND, `there is no record ${id}`, details);
}

function options(step: With) {
  return { mode: step.mode as WriteMode | undefined };
}

const counted = (errors: (RecordError | undefined)[]) => errors.filter((e) => e !== undefined);

const steps: Record<string, Step> = {
  server_info: async (_, __, { client }) => client.serverInfo(),
  create_collection: async (_, step, { client }) => {
    const { name, dimension, metric, embedder, embedding_model } = step;
    const config = { dimension, metric, embedder, embeddingModel: embedding_model };
    return describe(await client.createCollection(String(name), config as never));
  },
  get_collection: async (_, step, { client }) =>
    describe(await client.getCollection(String(step.collection))),
  list_collections: async (_, __, { client }) => {
    const collections = await client.listCollections();
    return { names: collections.map(({ name }) => name).sort() };
  },
  delete_collection: async (_, step, { client }) =>
    client.deleteCollection(String(step.collection)),
  upsert: async (collection, step) => {
    const { id, outcome } = await collection.upsert(toRecord(step.record as With), options(step));
    return { id, created: outcome === 'created' };
  },
  upsert_many: async (collection, step) => {
    const results = await collection.upsertMany(recordsOf(step), options(step));
    const count = (wanted: string) => results.filter(({ outcome }) => outcome === wanted).length;
    const errors = counted(results.map(({ error }) => error));
    const [created, updated, failed] = ['created', 'updated', 'failed'].map(count);
    return { created, updated, failed, errors };
  },
  insert_many: async (collection, step) => collection.insertMany(recordsOf(step), options(step)),
  ingest: async (collection, step) => collection.ingest(recordsOf(step), options(step)),
  get: async (collection, step) => {
    const record = await collection.get(String(step.id));
    if (record === undefined) throw missing(step.id);
    return fromRecord(record);
  },
  get_many: async (collection, step) => {
    const { records, missing } = await collection.getMany(step.ids as string[]);
    return { records: records.map(fromRecord), missing };
  },
  delete: async (collection, step) => {
    if (!(await collection.delete(String(step.id)))) throw missing(step.id);
  },
  delete_many: async (collection, step) => ({
    deleted: await collection.deleteMany({
      ids: step.ids,
      filter: filterOf(step),
    } as DeleteSelector),
  }),
  count: async (collection, step) => ({ count: await collection.count(filterOf(step)) }),
  list: async (collection, step) => {
    const ids = [];
    const pageSize = step.page_size as number | undefined;
    for await (const { id } of collection.list({ pageSize, filter: filterOf(step) })) ids.push(id);
    return { ids };
  },
  export: async (collection, step) => exported(collection, filterOf(step), {}),
  deadline: async (collection, step) =>
    exported(collection, undefined, { timeoutMs: step.timeout_ms as number }),
  cancel_export: async (collection, step) => {
    let read = 0;
    if (step.after === 0) await collection.export()[Symbol.asyncIterator]().return?.();
    else for await (const _ of collection.export()) if (++read === step.after) break;
    return { read };
  },
  search: async (collection, step) => fromResult(await collection.search(toQuery(step))),
  search_many: async (collection, step) => {
    const queries = (step.queries as With[]).map(toQuery);
    return { results: (await collection.searchMany(queries)).map(fromResult) };
  },
  search_stream: async (collection, step) => {
    const queries = (step.queries as With[]).map(toQuery);
    const results: unknown[] = [];
    for await (const { request, result, error } of collection.searchStream(queries)) {
      const told = error && { error: { code: error.codeName, reason: error.reason } };
      results[queries.indexOf(request)] = told ?? (result && fromResult(result));
    }
    return { results };
  },
};

async function exported(collection: Collection, filter: Filter | undefined, call: object) {
  const ids = [];
  for await (const { id } of collection.export({ filter, ...call })) ids.push(id);
  return { count: ids.length, ids: ids.sort() };
}

function describe({ name, config, recordCount }: CollectionInfo) {
  return { name, dimension: config.dimension, metric: config.metric, record_count: recordCount };
}
