/** CreateCollection, Get-, List-, Update- and DeleteCollection. */
import type { Registry } from '../../collection/registry.js';
import {
  CreateCollectionRequest,
  CreateCollectionResponse,
  DeleteCollectionRequest,
  DeleteCollectionResponse,
  GetCollectionRequest,
  GetCollectionResponse,
  ListCollectionsRequest,
  ListCollectionsResponse,
  UpdateCollectionRequest,
  UpdateCollectionResponse,
} from '../../gen/protovec/v1/collection_service.js';
import { resolveCollectionConfig, updateCollectionConfig } from '../../wire/collection-config.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkCollectionName } from '../../wire/names.js';
import type { Operations } from '../operation.js';

export function collectionOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.CollectionService/CreateCollection': {
      kind: 'unary',
      handle: (request) => createCollection(registry, request),
    },
    '/protovec.v1.CollectionService/GetCollection': {
      kind: 'unary',
      handle: (request) => {
        const { collection } = decodeRequest(GetCollectionRequest, request);
        const response = { collection: registry.describe(checked(collection)) };
        return GetCollectionResponse.encode(response).finish();
      },
    },
    '/protovec.v1.CollectionService/ListCollections': {
      kind: 'unary',
      handle: (request) => {
        decodeRequest(ListCollectionsRequest, request);
        return ListCollectionsResponse.encode({ collections: registry.describeAll() }).finish();
      },
    },
    '/protovec.v1.CollectionService/UpdateCollection': {
      kind: 'unary',
      handle: (request) => updateCollection(registry, request),
    },
    '/protovec.v1.CollectionService/DeleteCollection': {
      kind: 'unary',
      handle: async (request) => {
        const { collection } = decodeRequest(DeleteCollectionRequest, request);
        await registry.delete(checked(collection));
        return DeleteCollectionResponse.encode({}).finish();
      },
    },
  };
}

async function createCollection(registry: Registry, bytes: Uint8Array): Promise<Uint8Array> {
  const request = decodeRequest(CreateCollectionRequest, bytes);
  const name = checked(request.collection);
  const config = resolveCollectionConfig(request.config);
  registry.embedders.check(config, 'config.embedder');
  await registry.create(name, config);
  const response = { collection: registry.describe(name) };
  return CreateCollectionResponse.encode(response).finish();
}

async function updateCollection(registry: Registry, bytes: Uint8Array): Promise<Uint8Array> {
  const request = decodeRequest(UpdateCollectionRequest, bytes);
  const { config, updateMask } = request;
  const name = checked(request.collection);
  const target = registry.get(name);
  await target.updateConfig((current) => {
    const changed = updateCollectionConfig(current, config, updateMask ?? []);
    if (changed.embedder !== current.embedder) {
      registry.embedders.check({ ...current, ...changed }, 'config.embedder');
    }
    return changed;
  });
  target.embedder = registry.embedders.of(target.state.config);
  return UpdateCollectionResponse.encode({ collection: registry.describe(name) }).finish();
}

function checked(name: string): string {
  checkCollectionName(name);
  return name;
}
