/** The requests of BatchSearch and SearchStream against another protobuf implementation. */
import { expect } from 'chai';
import fc from 'fast-check';
import { ProtovecError } from '../../../src/errors.js';
import {
  BatchSearchRequest,
  SearchRequest,
  SearchStreamRequest,
  SearchStreamResponse,
} from '../../../src/gen/protovec/v1/search_service.js';
import { limits } from '../../../src/limits.js';
import { decodeBatchSearchRequest } from '../../../src/wire/batch-search-request.js';
import { decodeSearchOf } from '../../../src/wire/search-of-collection.js';
import { decodeSearchStreamRequest } from '../../../src/wire/search-stream-request.js';
import { encodeStreamAnswer } from '../../../src/wire/search-stream-response.js';
import { bytesField, join, varintField } from '../../support/records.js';

const text = fc.string({ unit: 'grapheme', maxLength: 5 });
const search = fc
  .record({
    collection: text,
    query: fc.oneof(
      text.map((value) => ({ $case: 'recordId' as const, value })),
      fc
        .array(fc.float({ noNaN: true }), { maxLength: 5 })
        .map((values) => ({ $case: 'vector' as const, value: { values } })),
    ),
    limit: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
    exact: fc.boolean(),
  })
  .map((partial) => SearchRequest.encode(SearchRequest.fromPartial(partial)).finish());
const unknown = fc.oneof(
  fc.tuple(fc.integer({ min: 4, max: 99 }), text).map(([field, value]) => bytesField(field, value)),
  fc.nat().map((value) => varintField(50, value)),
);
const padding = fc.integer({ min: 0, max: 3 });

const batch = fc
  .array(
    fc.oneof(
      unknown,
      text.map((name) => bytesField(1, name)),
      fc.tuple(search, padding).map(([bytes, pad]) => bytesField(2, bytes, pad)),
    ),
    { maxLength: 8 },
  )
  .chain((fields) => search.map((last) => join(...fields, bytesField(2, last))));
const message = fc
  .array(
    fc.oneof(
      unknown,
      text.map((name) => bytesField(1, name)),
      fc.tuple(fc.bigInt(0n, 2n ** 64n - 1n), padding).map(([id]) => varintField(2, id)),
      fc.tuple(search, padding).map(([bytes, pad]) => bytesField(3, bytes, pad)),
    ),
    { maxLength: 6 },
  )
  .map((fields) => join(...fields));

/** Decodes as the operations do: the outside, then each search. */
function readBatch(bytes: Uint8Array): void {
  const { collection, searches } = decodeBatchSearchRequest(bytes);
  for (const [i, one] of searches.entries()) decodeSearchOf(collection, one, `searches[${i}]`);
}

function readMessage(bytes: Uint8Array): void {
  const { collection, search: one } = decodeSearchStreamRequest(bytes);
  if (one !== undefined) decodeSearchOf(collection, one, 'search');
}

/** Whatever is done to the bytes, they decode or are refused with a ProtovecError. */
function expectSafe(read: (bytes: Uint8Array) => void, bytes: Uint8Array): void {
  try {
    read(bytes);
  } catch (error) {
    expect(error).instanceOf(ProtovecError);
    expect((error as ProtovecError).reason).oneOf(['INVALID_ARGUMENT', 'INVALID_EMBEDDING']);
  }
}

const again = (bytes: Uint8Array) => SearchRequest.encode(SearchRequest.decode(bytes)).finish();

describe('decodeBatchSearchRequest', () => {
  it('finds the searches that another protobuf implementation finds', () => {
    fc.assert(
      fc.property(batch, (bytes) => {
        const expected = BatchSearchRequest.decode(bytes);
        const { collection, searches } = decodeBatchSearchRequest(bytes);
        expect(collection).equals(expected.collection);
        expect(searches.map((one) => Buffer.from(again(one)))).deep.equals(
          expected.searches.map((one) => Buffer.from(SearchRequest.encode(one).finish())),
        );
      }),
    );
  });

  it('takes from 1 to as many as the limit says', () => {
    const one = bytesField(2, new Uint8Array(0));
    const many = (count: number) => join(...Array<Uint8Array>(count).fill(one));
    const max = limits.batchSearchesMax;
    expect(decodeBatchSearchRequest(many(max)).searches).lengthOf(max);
    for (const count of [0, max + 1]) {
      expect(() => decodeBatchSearchRequest(many(count)))
        .throws(ProtovecError)
        .property('field')
        .equals('searches');
    }
  });

  it('refuses fields of other wire types by name', () => {
    for (const [bytes, field] of [
      [varintField(1, 5), 'collection'],
      [varintField(2, 5), 'searches'],
    ] as const) {
      expect(() => decodeBatchSearchRequest(bytes))
        .throws(ProtovecError)
        .property('field')
        .equals(field);
    }
  });

  it('survives every truncation and any flipped byte', () => {
    fc.assert(
      fc.property(batch, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        for (let end = 0; end < bytes.length; end++) expectSafe(readBatch, bytes.subarray(0, end));
        const damaged = Uint8Array.from(bytes);
        damaged[at % damaged.length]! ^= flip;
        expectSafe(readBatch, damaged);
      }),
    );
  });
});

describe('decodeSearchStreamRequest', () => {
  it('reads what another protobuf implementation reads', () => {
    fc.assert(
      fc.property(message, (bytes) => {
        const expected = SearchStreamRequest.decode(bytes);
        const { collection, requestId, search: one } = decodeSearchStreamRequest(bytes);
        expect(collection).equals(expected.collection);
        expect(one === undefined).equals(expected.search === undefined);
        const answer = SearchStreamResponse.decode(
          encodeStreamAnswer(requestId, bytes.subarray(0, 0)),
        );
        expect(answer.requestId).equals(expected.requestId);
        expect(answer.outcome?.$case).equals('response');
      }),
    );
  });

  it('merges the pieces of a search', () => {
    const limit = bytesField(3, varintField(5, 7));
    const query = bytesField(3, bytesField(3, 'r1'));
    const { search: merged } = decodeSearchStreamRequest(join(limit, varintField(2, 1), query));
    const request = decodeSearchOf('docs', merged!, 'search');
    expect(request.limit).equals(7);
    expect(request.query).deep.equals({ kind: 'recordId', id: 'r1' });
  });

  it('survives every truncation and any flipped byte', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        for (let end = 0; end < bytes.length; end++) {
          expectSafe(readMessage, bytes.subarray(0, end));
        }
        if (bytes.length === 0) return;
        const damaged = Uint8Array.from(bytes);
        damaged[at % damaged.length]! ^= flip;
        expectSafe(readMessage, damaged);
      }),
    );
  });
});
