/** ListRecords and ExportRecords: many records, a page or a stream at a time. */

import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { BodyReader } from '../../collection/state/body-reader.js';
import { matchEncoded, matchNow } from '../../collection/state/filter-match.js';
import { nextTurn } from '../../collection/turns.js';
import { invalidArgument } from '../../errors.js';
import { Filter } from '../../gen/protovec/v1/filter.js';
import { ExportRecordsRequest, ListRecordsRequest } from '../../gen/protovec/v1/record_service.js';
import { limits } from '../../limits.js';
import { RecordMask } from '../../record/project.js';
import { compileFilter } from '../../search/filter.js';
import { recordTest } from '../../search/record-test.js';
import { decodeRequest } from '../../wire/decode.js';
import { decodePageToken, encodePageToken } from '../../wire/page-token.js';
import { RecordsResponseWriter } from '../../wire/responses.js';
import type { CallContext, Operations } from '../operation.js';

const NEXT_PAGE_TOKEN_FIELD = 2;
/** Room for the page token in an answer. */
const TOKEN_BYTES_MAX = 1024;
const SLICE_RECORDS = 512;

const pageWriter = new RecordsResponseWriter();

export function listOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.RecordService/ListRecords': {
      kind: 'unary',
      handle: (request, call) => listRecords(registry, request, call),
    },
    '/protovec.v1.RecordService/ExportRecords': {
      kind: 'serverStream',
      handle: (request, call) => exportRecords(registry, request, call),
    },
  };
}

async function listRecords(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): Promise<Uint8Array> {
  const request = decodeRequest(ListRecordsRequest, bytes, 4);
  const collection = registry.get(request.collection);
  const mask = RecordMask.parse(request.recordMask, RecordMask.all, 'record_mask');
  const pageSize = request.pageSize === 0 ? limits.pageSizeDefault : request.pageSize;
  if (pageSize > limits.pageSizeMax) {
    const message = `page_size is at most ${limits.pageSizeMax}, got ${pageSize}`;
    throw invalidArgument('page_size', message);
  }
  const scope = {
    collectionId: collection.id,
    filter: request.filter && Filter.encode(request.filter).finish(),
  };
  const { state, order } = collection;
  const last = request.pageToken === '' ? undefined : decodePageToken(request.pageToken, scope);
  const matches = scope.filter && (await matchEncoded(state, scope.filter, call.signal));
  let position = last === undefined ? 0 : order.after(last);
  const slots = order.slots();
  const reader = new BodyReader(state.files);
  pageWriter.begin(limits.responseBytesMax - TOKEN_BYTES_MAX);
  while (position < slots.length && pageWriter.count < pageSize) {
    const slot = slots[position];
    if (matches === undefined || matches.has(slot)) {
      if (!tryAddRecord(collection, slot, mask, reader)) break;
    }
    position += 1;
  }
  if (position < slots.length) {
    const token = encodePageToken(scope, state.ids.bytes(slots[position - 1]));
    pageWriter.addText(NEXT_PAGE_TOKEN_FIELD, token);
  }
  return pageWriter.finish();
}

function tryAddRecord(
  collection: Collection,
  slot: number,
  mask: RecordMask,
  reader: BodyReader,
): boolean {
  const { rows } = collection.state;
  reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
  const fields = rows.serverFields(slot);
  return pageWriter.tryAdd(reader.bytes, reader.start, reader.end, mask, fields);
}

async function* exportRecords(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(ExportRecordsRequest, bytes, 2);
  const { state } = registry.get(request.collection);
  const mask = RecordMask.parse(request.recordMask, RecordMask.all, 'record_mask');
  const filter = request.filter && compileFilter(request.filter, 'filter');
  // What matches as the call begins, if that can be told at once; else it is told of the view.
  const matches = filter && state.merging === undefined ? matchNow(state, filter) : undefined;
  const view = matches === undefined ? await state.wholeView() : state.view(undefined, matches);
  const test = filter !== undefined && matches === undefined ? recordTest(filter) : undefined;
  try {
    const writer = new RecordsResponseWriter();
    writer.begin(limits.exportMessageBytes);
    for (let row = 0; row < view.count; row += 1) {
      const { bytes: body, start, end } = view.read(row);
      const fields = view.serverFields(row);
      if (row % SLICE_RECORDS === SLICE_RECORDS - 1) {
        await nextTurn();
        call.signal.throwIfAborted();
      }
      if (test?.(body, start, end, fields) === false) continue;
      if (writer.tryAdd(body, start, end, mask, fields)) continue;
      yield writer.finish();
      writer.begin(limits.exportMessageBytes);
      writer.tryAdd(body, start, end, mask, fields);
    }
    if (writer.count > 0) yield writer.finish();
  } finally {
    await view.release();
  }
}
