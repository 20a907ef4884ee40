import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError, VectorRecord } from '../src/index.js';
import {
  BatchUpsertRecordsRequest,
  type RecordResult,
  WriteMode,
  WriteOutcome,
} from '../src/raw.js';
import { failure, rejection, startServer, type TestServer } from './support/test-server.js';

const MiB = 1024 * 1024;

describe('upsertMany', () => {
  let server: TestServer;
  let requests: BatchUpsertRecordsRequest[];

  before(async () => {
    server = await startServer({
      records: {
        batchUpsertRecords: (call, callback) => {
          requests.push(call.request);
          if (call.request.collection === 'breaks' && requests.length === 2) {
            callback(failure(status.UNAVAILABLE, 'gone'));
            return;
          }
          const results = call.request.records.map(({ id }, index): RecordResult => {
            if (index !== 1) return { id, outcome: WriteOutcome.CREATED };
            const field = 'records[1].embedding';
            const reason = 'INVALID_EMBEDDING';
            const error = { index: 1n, id, code: 3, reason, message: 'short', field };
            return { id, outcome: WriteOutcome.FAILED, error };
          });
          callback(null, { results, sequence: 4n, durable: true });
        },
        upsertRecord: (call, callback) => {
          const { record, expectedRevision, writeMode } = call.request;
          const outcome = writeMode === WriteMode.UPDATE ? 2 : 1;
          callback(null, {
            id: record?.id ?? '',
            outcome,
            sequence: expectedRevision ?? 0n,
            durable: true,
            updateTime: { seconds: 1n, nanos: 999_999_999 },
          });
        },
      },
    });
  });
  beforeEach(() => {
    requests = [];
  });
  after(() => server.stop());

  function records(count: number, bytes: number): VectorRecord[] {
    const content = 'x'.repeat(bytes);
    return Array.from({ length: count }, (_, index) => ({ id: `r${index}`, content }));
  }

  it('splits by bytes, in order, and numbers the results through', async () => {
    const results = await server.client.collection('docs').upsertMany(records(12, MiB));
    const sizes = requests.map(
      (request) => BatchUpsertRecordsRequest.encode(request).finish().length,
    );
    for (const size of sizes) expect(size).to.be.below(6 * MiB);
    expect(requests.map((request) => request.records.length)).to.deep.equal([4, 4, 4]);
    expect(results.map(({ id }) => id)).to.deep.equal(records(12, 0).map(({ id }) => id));
    expect(results[0]).to.deep.equal({ id: 'r0', outcome: 'created' });
    expect(results[5]).to.deep.equal({
      id: 'r5',
      outcome: 'failed',
      error: {
        index: 5,
        id: 'r5',
        code: 3,
        reason: 'INVALID_EMBEDDING',
        message: 'short',
        field: 'records[5].embedding',
      },
    });
  });

  it('splits at 10,000 records', async () => {
    const results = await server.client.collection('docs').upsertMany(records(10_001, 1));
    expect(requests.map((request) => request.records.length)).to.deep.equal([10_000, 1]);
    expect(results).to.have.length(10_001);
  });

  it('never splits what is to be all or nothing', async () => {
    const options = { allOrNothing: true, mode: 'insert' } as const;
    await server.client.collection('docs').upsertMany(records(12, MiB), options);
    expect(requests).to.have.length(1);
    expect(requests[0].records).to.have.length(12);
    expect(requests[0].allOrNothing).to.equal(true);
    expect(requests[0].writeMode).to.equal(WriteMode.INSERT);
  });

  it('says how many records were answered before a call failed', async () => {
    const writing = server.client.collection('breaks').upsertMany(records(6, MiB));
    const error = (await rejection(writing)) as ProtovecError;
    expect(error).to.include({ codeName: 'UNAVAILABLE' });
    expect(error.message).to.equal('gone (after 4 of 6 records had been answered)');
    expect(error.metadata).to.deep.equal({ answeredRecords: '4' });
  });

  it('says so too when a later record cannot be sent', async () => {
    const bad = { id: 'bad', content: 5 } as unknown as VectorRecord;
    const writing = server.client.collection('docs').upsertMany([...records(5, MiB), bad]);
    const error = (await rejection(writing)) as ProtovecError;
    expect(error.fieldViolations[0].field).to.equal('records[5].content');
    expect(error.metadata).to.deep.equal({ answeredRecords: '4' });
  });

  it('makes no call for no records', async () => {
    expect(await server.client.collection('docs').upsertMany([])).to.deep.equal([]);
    expect(requests).to.have.length(0);
  });

  it('has a sibling for one record that makes the id before it is sent', async () => {
    const docs = server.client.collection('docs');
    const made = await docs.upsert({ embedding: [1] });
    expect(made.id).to.match(/^[0-9a-f-]{36}$/);
    const options = { mode: 'update', expectedRevision: 7 } as const;
    expect(await docs.upsert({ id: 'a' }, options)).to.deep.equal({
      id: 'a',
      outcome: 'updated',
      sequence: 7,
      durable: true,
      updateTime: new Date(1999),
    });
  });
});
