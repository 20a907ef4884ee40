/** Every method that the server offers: the services of the schema, and who answers each method. */

import type { UntypedHandleCall } from '@grpc/grpc-js';
import { CollectionServiceService } from '../gen/protovec/v1/collection_service.js';
import { IndexServiceService } from '../gen/protovec/v1/index_service.js';
import { RecordServiceService } from '../gen/protovec/v1/record_service.js';
import { SearchServiceService } from '../gen/protovec/v1/search_service.js';
import { ServerServiceService } from '../gen/protovec/v1/server_service.js';
import { SnapshotServiceService } from '../gen/protovec/v1/snapshot_service.js';
import { type Bridge, localUnary } from './bridge.js';
import { bidiBridge } from './bridge-bidi.js';
import { clientStreamBridge } from './bridge-client-stream.js';
import { serverStreamBridge } from './bridge-server-stream.js';
import { unaryBridge } from './bridge-unary.js';
import { listCollections } from './collection-service.js';
import { observed } from './observe-call.js';
import { type RawMethod, rawService } from './raw-service.js';
import { getServerInfo } from './server-service.js';

/** The services of the schema, in the order of their names. */
export const services: readonly Record<string, RawMethod>[] = [
  CollectionServiceService,
  IndexServiceService,
  RecordServiceService,
  SearchServiceService,
  ServerServiceService,
  SnapshotServiceService,
].map(rawService);

/** What grpc-js calls for a method. */
export function handlerOf(method: RawMethod, bridge: Bridge): UntypedHandleCall {
  const handler = answering(method, bridge);
  return bridge.observer === undefined ? handler : observed(method, handler, bridge.observer);
}

/** An answer of this thread, or the way to an engine worker. */
function answering(method: RawMethod, bridge: Bridge): UntypedHandleCall {
  const { path, requestStream, responseStream } = method;
  switch (path) {
    case CollectionServiceService.listCollections.path:
      return localUnary(path, bridge, listCollections);
    case ServerServiceService.getServerInfo.path:
      return localUnary(path, bridge, getServerInfo);
  }
  if (requestStream && responseStream) return bidiBridge(path, bridge);
  if (requestStream) return clientStreamBridge(path, bridge);
  if (responseStream) return serverStreamBridge(path, bridge);
  return unaryBridge(path, bridge);
}
