/** GetIndex, BuildIndex and DropIndex. */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { type IndexConfig, IndexKind, type IndexStats } from '../../gen/protovec/v1/index.js';
import {
  BuildIndexRequest,
  BuildIndexResponse,
  DropIndexRequest,
  DropIndexResponse,
  GetIndexRequest,
  GetIndexResponse,
} from '../../gen/protovec/v1/index_service.js';
import { resolveIndexConfig } from '../../index/index-config.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkCollectionName } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';
import { withProgress } from './progress.js';

export function indexOperations(registry: Registry): Operations {
  const find = (name: string): Collection => {
    checkCollectionName(name);
    return registry.get(name);
  };
  return {
    '/protovec.v1.IndexService/GetIndex': {
      kind: 'unary',
      handle: (request) => {
        const { collection } = decodeRequest(GetIndexRequest, request);
        return GetIndexResponse.encode({ index: find(collection).indexing.stats }).finish();
      },
    },
    '/protovec.v1.IndexService/BuildIndex': {
      kind: 'serverStream',
      handle: (request, call) => {
        const { collection, config } = decodeRequest(BuildIndexRequest, request);
        return buildIndex(find(collection), config, call);
      },
    },
    '/protovec.v1.IndexService/DropIndex': {
      kind: 'unary',
      handle: async (request, call) => {
        const { collection } = decodeRequest(DropIndexRequest, request);
        const { indexing } = find(collection);
        await indexing.drop(call.signal);
        return DropIndexResponse.encode({ index: indexing.stats }).finish();
      },
    },
  };
}

async function* buildIndex(
  { indexing, state }: Collection,
  asked: IndexConfig | undefined,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  // What is in force is a graph's parameters even after the graph was dropped.
  const choose = (current: IndexConfig): IndexConfig =>
    asked === undefined
      ? { ...current, kind: IndexKind.HNSW }
      : resolveIndexConfig(asked, state.config.metric, 'config');
  yield* withProgress((onProgress) => indexing.build(choose, onProgress, call.signal), encode);
  const { stats } = indexing;
  yield encode(Number(stats.indexedRecords), state.count, stats);
}

function encode(indexed: number, total: number, index?: IndexStats): Uint8Array {
  return BuildIndexResponse.encode({
    indexedRecords: BigInt(indexed),
    totalRecords: BigInt(total),
    index,
  }).finish();
}
