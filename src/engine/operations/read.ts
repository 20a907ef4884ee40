/** GetRecord, BatchGetRecords and CountRecords. */

import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { BodyReader } from '../../collection/state/body-reader.js';
import { matchFilter } from '../../collection/state/filter-match.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import {
  BatchGetRecordsRequest,
  CountRecordsRequest,
  CountRecordsResponse,
  GetRecordRequest,
} from '../../gen/protovec/v1/record_service.js';
import { limits } from '../../limits.js';
import { RecordMask } from '../../record/project.js';
import { compileFilter } from '../../search/filter.js';
import { decodeRequest } from '../../wire/decode.js';
import { RecordsResponseWriter } from '../../wire/responses.js';
import type { CallContext, Operations } from '../operation.js';

const MISSING_IDS_FIELD = 2;
/** One for the thread: an answer is begun and finished without a turn of the event loop. */
const writer = new RecordsResponseWriter();

export function readOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.RecordService/GetRecord': {
      kind: 'unary',
      handle: (request) => getRecord(registry, request),
    },
    '/protovec.v1.RecordService/BatchGetRecords': {
      kind: 'unary',
      handle: (request) => batchGetRecords(registry, request),
    },
    '/protovec.v1.RecordService/CountRecords': {
      kind: 'unary',
      handle: (request, call) => countRecords(registry, request, call),
    },
  };
}

/** The error for an id that has no record. */
export function recordNotFound(id: string, field: string): ProtovecError {
  const message = `record ${JSON.stringify(id)} does not exist`;
  return new ProtovecError('RECORD_NOT_FOUND', message, { field });
}

function getRecord(registry: Registry, bytes: Uint8Array): Uint8Array {
  const request = decodeRequest(GetRecordRequest, bytes);
  const collection = registry.get(request.collection);
  const mask = RecordMask.parse(request.recordMask, RecordMask.all, 'record_mask');
  if (request.id === '') throw invalidArgument('id', 'the id is missing');
  const slot = collection.state.ids.findText(request.id);
  if (slot < 0) throw recordNotFound(request.id, 'id');
  writer.begin();
  addRecord(collection, slot, mask, new BodyReader(collection.state.files));
  return writer.finish();
}

function batchGetRecords(registry: Registry, bytes: Uint8Array): Uint8Array {
  const request = decodeRequest(BatchGetRecordsRequest, bytes);
  const collection = registry.get(request.collection);
  const mask = RecordMask.parse(request.recordMask, RecordMask.all, 'record_mask');
  if (request.ids.length > limits.idsMax) {
    const message = `a request has at most ${limits.idsMax} ids, this one has ${request.ids.length}`;
    throw invalidArgument('ids', message);
  }
  const reader = new BodyReader(collection.state.files);
  writer.begin();
  const missing: string[] = [];
  for (const id of request.ids) {
    const slot = collection.state.ids.findText(id);
    if (slot < 0) missing.push(id);
    else addRecord(collection, slot, mask, reader);
  }
  for (const id of missing) writer.addText(MISSING_IDS_FIELD, id);
  return writer.finish();
}

function addRecord(
  collection: Collection,
  slot: number,
  mask: RecordMask,
  reader: BodyReader,
): void {
  const { rows } = collection.state;
  reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
  writer.add(reader.bytes, reader.start, reader.end, mask, rows.serverFields(slot));
}

async function countRecords(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const request = decodeRequest(CountRecordsRequest, bytes, 2);
  const { state } = registry.get(request.collection);
  let { count } = state;
  if (request.filter !== undefined) {
    const filter = compileFilter(request.filter, 'filter');
    count = (await matchFilter(state, filter, call.signal)).count;
  }
  return CountRecordsResponse.encode({ count: BigInt(count) }).finish();
}
