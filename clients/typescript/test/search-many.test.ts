import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError, SearchQuery } from '../src/index.js';
import { SearchResponse } from '../src/raw.js';
import { encodeStatus } from './support/status.js';
import { failure, rejection, startServer, type TestServer } from './support/test-server.js';

describe('searchMany', () => {
  let server: TestServer;
  /** Ids of the searches of each call. */
  let calls: string[][];

  before(async () => {
    server = await startServer({
      search: {
        batchSearch: ({ request }, callback) => {
          const ids = request.searches.map(({ query }) => String(query?.value));
          calls.push(ids);
          const bad = ids.indexOf('bad');
          if (bad >= 0) {
            const field = `searches[${bad}].record_id`;
            const violations = [{ field, description: 'bad' }];
            const details = encodeStatus({ reason: 'RECORD_NOT_FOUND', violations });
            callback(failure(status.NOT_FOUND, 'bad', details));
          } else if (request.collection === 'narrow' && ids.length > 30) {
            const details = encodeStatus({ reason: 'RESPONSE_TOO_LARGE' });
            callback(failure(status.RESOURCE_EXHAUSTED, 'too large', details));
          } else {
            const found = request.collection === 'few' ? ids.slice(1) : ids;
            const responses = found.map((id) =>
              SearchResponse.fromPartial({ results: [{ record: { id } }], candidateCount: 5n }),
            );
            callback(null, { responses });
          }
        },
      },
    });
  });
  beforeEach(() => {
    calls = [];
  });
  after(() => server.stop());

  const ids = (count: number) => Array.from({ length: count }, (_, i) => `r${i}`);
  const queriesOf = (recordIds: readonly string[]): SearchQuery[] =>
    recordIds.map((recordId) => ({ recordId }));
  const search = async (collection: string, recordIds: readonly string[]) => {
    const results = await server.client.collection(collection).searchMany(queriesOf(recordIds));
    return results.map(({ hits }) => hits[0]?.id);
  };

  it('makes as many calls as needed, and none for no searches', async () => {
    expect(await search('docs', ids(1_100))).deep.equals(ids(1_100));
    expect(calls.flat()).deep.equals(ids(1_100));
    expect(calls.every(({ length }) => length <= 1_000)).equals(true);
    calls = [];
    expect(await search('docs', [])).deep.equals([]);
    expect(calls).deep.equals([]);
  });

  it('keeps calls below the largest request', async () => {
    const vector = new Float32Array(60_000);
    const docs = server.client.collection('docs');
    const results = await docs.searchMany(Array.from({ length: 100 }, () => ({ vector })));
    expect(results).lengthOf(100);
    expect(calls.length).above(4);
  });

  it('divides what is too large for one answer, and keeps to that', async () => {
    expect(await search('narrow', ids(300))).deep.equals(ids(300));
    expect(calls.filter(({ length }) => length > 30).length).most(4);
  });

  it('counts the places of errors from the first search of all', async () => {
    const some = [...ids(700), 'bad'];
    const error = (await rejection(search('docs', some))) as ProtovecError;
    expect(error).property('reason').equals('RECORD_NOT_FOUND');
    expect(error.fieldViolations[0]?.field).equals('searches[700].record_id');
    const limits = [...queriesOf(ids(5)), { recordId: 'r', limit: -1 }];
    const local = await rejection(server.client.collection('docs').searchMany(limits));
    expect((local as ProtovecError).codeName).equals('INVALID_ARGUMENT');
    expect((local as ProtovecError).fieldViolations[0]?.field).equals('searches[5]');
  });

  it('fails when the server leaves one out', async () => {
    const error = (await rejection(search('few', ids(3)))) as ProtovecError;
    expect(error.codeName).equals('INTERNAL');
  });
});
