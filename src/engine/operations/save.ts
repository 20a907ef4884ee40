/** ForceSave. */
import type { Registry } from '../../collection/registry.js';
import { ForceSaveRequest, ForceSaveResponse } from '../../gen/protovec/v1/snapshot_service.js';
import { decodeRequest } from '../../wire/decode.js';
import type { Operations } from '../operation.js';

export function saveOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/ForceSave': {
      kind: 'unary',
      handle: async (request) => {
        const target = registry.get(decodeRequest(ForceSaveRequest, request).collection);
        await target.checkpoint();
        const { persistenceStatus } = target;
        return ForceSaveResponse.encode({ persistenceStatus }).finish();
      },
    },
  };
}
