/**
 * Messages that are made to keep a reader busy: as many fields, pieces and levels as their bytes
 * have room for. Each must be refused after a bounded number of fields. What is counted is how far
 * the reader came, never the time.
 */
import { expect } from 'chai';
import { routeName } from '../../../src/engine/pool-routing.js';
import { ProtovecError } from '../../../src/errors.js';
import { CreateCollectionRequest } from '../../../src/gen/protovec/v1/collection_service.js';
import {
  BatchDeleteRecordsRequest,
  ListRecordsRequest,
} from '../../../src/gen/protovec/v1/record_service.js';
import { limits } from '../../../src/limits.js';
import { Cursor } from '../../../src/record/cursor.js';
import { decodeAggregateRequest } from '../../../src/wire/aggregate-request.js';
import { decodeBatchSearchRequest } from '../../../src/wire/batch-search-request.js';
import { decodeRequest } from '../../../src/wire/decode.js';
import { decodeIngestRequest } from '../../../src/wire/ingest-request.js';
import { decodeMergeRequest } from '../../../src/wire/merge-request.js';
import { decodeSearchRequest } from '../../../src/wire/search-request.js';
import { decodeSearchStreamRequest } from '../../../src/wire/search-stream-request.js';
import { decodeWriteRequest } from '../../../src/wire/write-request.js';

const bytes = 256 * 1024;

const decoders: Record<string, (message: Uint8Array) => unknown> = {
  route: (message) => routeName('/protovec.v1.SearchService/Search', message),
  restore: (message) => routeName('/protovec.v1.SnapshotService/RestoreSnapshot', message),
  search: decodeSearchRequest,
  batchSearch: decodeBatchSearchRequest,
  searchStream: decodeSearchStreamRequest,
  write: decodeWriteRequest,
  ingest: decodeIngestRequest,
  merge: decodeMergeRequest,
  aggregate: decodeAggregateRequest,
  create: (message) => decodeRequest(CreateCollectionRequest, message),
  list: (message) => decodeRequest(ListRecordsRequest, message, 4),
  delete: (message) => decodeRequest(BatchDeleteRecordsRequest, message, 3),
};

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  return [...out, rest];
}

function repeated(piece: readonly number[], length = bytes): Buffer {
  return Buffer.alloc(length - (length % piece.length), Buffer.from(piece));
}

/** `content` as a field of another message. */
function within(field: number, content: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]),
    content,
  ]);
}

/** Every number of field with every type, empty or zero, over and over; the same one level down. */
function* bombs(): Generator<[string, Buffer]> {
  for (const field of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15]) {
    const empty = repeated([field * 8 + 2, 0]);
    yield [`empty ${field}`, empty];
    yield [`number ${field}`, repeated([field * 8, 0])];
    for (const outer of [1, 2, 3, 4, 5, 7, 8])
      yield [`empty ${outer}.${field}`, within(outer, empty)];
  }
  yield ['unknown', repeated([0xfa, 0x7f, 0])];
  // A filter of filters: and { and { ... } }.
  for (const field of [2, 3, 4, 7]) yield [`deep ${field}`, within(field, nested(5_000))];
  for (const field of [2, 3, 4, 7]) yield [`groups ${field}`, within(field, repeated([0x0b]))];
}

/** Messages in messages, each the first field of the one around it. */
function nested(levels: number): Buffer {
  const heads: number[][] = [];
  let length = 0;
  for (let level = 0; level < levels; level++) {
    const head = [0x0a, ...varint(length)];
    heads.push(head);
    length += head.length;
  }
  return Buffer.from(heads.reverse().flat());
}

describe('messages that are made to keep a reader busy', () => {
  const { tag } = Cursor.prototype;
  let tags = 0;
  before(() => {
    Cursor.prototype.tag = function counted() {
      tags += 1;
      return tag.call(this);
    };
  });
  after(() => {
    Cursor.prototype.tag = tag;
  });

  for (const [name, decode] of Object.entries(decoders)) {
    it(`are refused or read in few steps: ${name}`, () => {
      for (const [bomb, message] of bombs()) {
        tags = 0;
        try {
          decode(message);
        } catch (error) {
          expect(error, bomb).instanceOf(ProtovecError);
        }
        // The structure of a filter, the names for the route and the request itself.
        expect(tags, bomb).at.most(3 * (limits.requestFieldsMax + 1));
      }
    });
  }

  it('make no more objects than a request may have fields', () => {
    // An index configuration in a request again and again, which the generated code makes anew.
    for (const message of [
      repeated([0x12, 0]),
      within(2, repeated([0x1a, 0])),
      repeated([0x52, 0]),
    ]) {
      let error: unknown;
      try {
        decodeRequest(CreateCollectionRequest, message);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).instanceOf(ProtovecError);
      expect((error as ProtovecError).message).includes(`${limits.requestFieldsMax} fields`);
    }
  });

  it('are told from requests at every limit', () => {
    const ids = Array.from({ length: limits.idsMax }, (_, i) => `id ${i}`);
    const request = BatchDeleteRecordsRequest.fromPartial({ collection: 'docs', ids });
    const encoded = BatchDeleteRecordsRequest.encode(request).finish();
    expect(decodeRequest(BatchDeleteRecordsRequest, encoded, 3).ids).deep.equals(ids);
    expect(routeName('/protovec.v1.RecordService/BatchDeleteRecords', encoded)).equals('docs');
  });
});
