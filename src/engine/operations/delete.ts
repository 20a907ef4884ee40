/** DeleteRecord, BatchDeleteRecords and ClearRecords. */

import type { Registry } from '../../collection/registry.js';
import { matchFilter } from '../../collection/state/filter-match.js';
import type { DeleteOutcome } from '../../collection/writes/delete-write.js';
import { invalidArgument } from '../../errors.js';
import {
  BatchDeleteRecordsRequest,
  BatchDeleteRecordsResponse,
  ClearRecordsRequest,
  ClearRecordsResponse,
  DeleteRecordRequest,
  DeleteRecordResponse,
} from '../../gen/protovec/v1/record_service.js';
import { limits } from '../../limits.js';
import { compileFilter } from '../../search/filter.js';
import { decodeRequest } from '../../wire/decode.js';
import type { CallContext, Operations } from '../operation.js';

export function deleteOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.RecordService/DeleteRecord': {
      kind: 'unary',
      handle: (request, call) => deleteRecord(registry, request, call),
    },
    '/protovec.v1.RecordService/BatchDeleteRecords': {
      kind: 'unary',
      handle: (request, call) => batchDeleteRecords(registry, request, call),
    },
    '/protovec.v1.RecordService/ClearRecords': {
      kind: 'unary',
      handle: (request, call) => clearRecords(registry, request, call),
    },
  };
}

async function deleteRecord(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const { collection, id } = decodeRequest(DeleteRecordRequest, bytes);
  const target = registry.get(collection);
  if (id === '') throw invalidArgument('id', 'the id is missing');
  const { sequence, durable } = await target.deleteIds([id], true, call.signal);
  return DeleteRecordResponse.encode({ sequence: BigInt(sequence), durable }).finish();
}

async function batchDeleteRecords(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const request = decodeRequest(BatchDeleteRecordsRequest, bytes, 3);
  const target = registry.get(request.collection);
  const { ids, filter, dryRun } = request;
  if (ids.length > 0 === (filter !== undefined)) {
    throw invalidArgument('ids', 'give either ids or a filter; ClearRecords deletes all records');
  }
  if (ids.length > limits.idsMax) {
    const message = `a request has at most ${limits.idsMax} ids, this one has ${ids.length}`;
    throw invalidArgument('ids', message);
  }
  const compiled = filter && compileFilter(filter, 'filter');
  if (dryRun) {
    const matches =
      compiled === undefined
        ? new Set(ids.map((id) => target.state.ids.findText(id)).filter((slot) => slot >= 0)).size
        : (await matchFilter(target.state, compiled, call.signal)).count;
    return respond({ deleted: matches, sequence: 0, durable: false });
  }
  return respond(
    compiled === undefined
      ? await target.deleteIds(ids, false, call.signal)
      : await target.deleteMatching(compiled, call.signal),
  );
}

function respond({ deleted, sequence, durable }: DeleteOutcome): Uint8Array {
  return BatchDeleteRecordsResponse.encode({
    deletedCount: BigInt(deleted),
    sequence: BigInt(sequence),
    durable,
  }).finish();
}

async function clearRecords(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const { collection } = decodeRequest(ClearRecordsRequest, bytes);
  const { deleted, sequence, durable } = await registry.get(collection).clear(call.signal);
  return ClearRecordsResponse.encode({
    deletedCount: BigInt(deleted),
    sequence: BigInt(sequence),
    durable,
  }).finish();
}
