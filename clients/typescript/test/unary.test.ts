import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { connect, ProtovecError, where } from '../src/index.js';
import type { CountRecordsRequest } from '../src/raw.js';
import { encodeStatus } from './support/status.js';
import {
  eventually,
  failure,
  rejection,
  startServer,
  type TestServer,
} from './support/test-server.js';

describe('a unary call', () => {
  let server: TestServer;
  let requests: CountRecordsRequest[];
  let headers: unknown[];
  let cancelled: number;

  before(async () => {
    server = await startServer(
      {
        records: {
          countRecords: (call, callback) => {
            requests.push(call.request);
            headers.push(call.metadata.get('x-tenant')[0]);
            call.on('cancelled', () => {
              cancelled += 1;
            });
            if (call.request.collection !== 'silent') callback(null, { count: 12n });
          },
          getRecord: (call, callback) => {
            const { id } = call.request;
            if (id === 'plain') callback(failure(status.ABORTED, 'gone fishing'));
            else callback(failure(status.NOT_FOUND, 'no such', encodeStatus({ reason: id })));
          },
          deleteRecord: (_, callback) =>
            callback(
              failure(
                status.INVALID_ARGUMENT,
                'embedding has 2 of 3 values',
                encodeStatus({
                  reason: 'INVALID_EMBEDDING',
                  metadata: { got: '2' },
                  violations: [{ field: 'record.embedding', description: 'too short' }],
                  retryDelay: { seconds: 0, nanos: 250_000_000 },
                }),
              ),
            ),
        },
      },
      { timeoutMs: 150 },
    );
  });
  beforeEach(() => {
    requests = [];
    headers = [];
    cancelled = 0;
  });
  after(() => server.stop());

  it('sends its request and headers and gives the answer', async () => {
    const call = { metadata: { 'x-tenant': 'blue' } };
    const filter = where.any(where.eq('lang', 'en'), where.gte('year', 2020.5));
    expect(await server.client.collection('docs').count(filter, call)).to.equal(12);
    expect(headers).to.deep.equal(['blue']);
    expect(requests[0].collection).to.equal('docs');
    const { condition } = requests[0].filter ?? {};
    expect(condition?.$case).to.equal('anyOf');
  });

  it('fails with DEADLINE_EXCEEDED after the default deadline', async () => {
    const start = Date.now();
    const error = await rejection(server.client.collection('silent').count());
    expect(error).to.be.instanceOf(ProtovecError);
    expect(error).to.include({
      code: status.DEADLINE_EXCEEDED,
      codeName: 'DEADLINE_EXCEEDED',
      reason: 'DEADLINE_EXCEEDED',
    });
    expect(Date.now() - start).to.be.within(140, 1500);
  });

  it('has no deadline when it asks for none, and ends when its signal is aborted', async () => {
    const controller = new AbortController();
    const options = { timeoutMs: 0, signal: controller.signal };
    const answer = rejection(server.client.collection('silent').count(undefined, options));
    const early = await Promise.race([answer, new Promise((r) => setTimeout(r, 250, 'waiting'))]);
    expect(early).to.equal('waiting');
    controller.abort(new Error('enough'));
    const error = (await answer) as ProtovecError;
    expect(error.codeName).to.equal('CANCELLED');
    expect((error.cause as Error).message).to.equal('enough');
    await eventually(() => cancelled === 1, 'the server sees the cancellation');
  });

  it('is not sent when its signal is aborted already', async () => {
    const options = { signal: AbortSignal.abort('before') };
    const error = await rejection(server.client.collection('docs').count(undefined, options));
    expect(error).to.include({ codeName: 'CANCELLED', cause: 'before' });
    expect(requests).to.have.length(0);
  });

  it('forgets its signal when it is over', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    await server.client.collection('docs').count(undefined, { signal });
    expect(listeners).to.equal(0);
  });

  it('carries reason, violations, delay and metadata of an error', async () => {
    const error = (await rejection(server.client.collection('docs').delete('a'))) as ProtovecError;
    expect(error).to.be.instanceOf(ProtovecError);
    expect(error.message).to.equal('embedding has 2 of 3 values');
    expect(error).to.include({
      name: 'ProtovecError',
      code: status.INVALID_ARGUMENT,
      codeName: 'INVALID_ARGUMENT',
      reason: 'INVALID_EMBEDDING',
      retryAfterMs: 250,
    });
    expect(error.fieldViolations).to.deep.equal([
      { field: 'record.embedding', description: 'too short' },
    ]);
    expect(error.metadata).to.deep.equal({ got: '2' });
  });

  it('turns RECORD_NOT_FOUND, and no other missing thing, into undefined', async () => {
    const docs = server.client.collection('docs');
    expect(await docs.get('RECORD_NOT_FOUND')).to.equal(undefined);
    const missing = await rejection(docs.get('COLLECTION_NOT_FOUND'));
    expect(missing).to.include({ codeName: 'NOT_FOUND', reason: 'COLLECTION_NOT_FOUND' });
    const plain = await rejection(docs.get('plain'));
    expect(plain).to.include({ codeName: 'ABORTED', reason: 'ABORTED' });
    expect((plain as Error).message).to.equal('gone fishing');
  });

  it('refuses arguments that cannot be sent before it is sent', async () => {
    const docs = server.client.collection('docs');
    const refused = [
      await rejection(docs.search({ vector: [1], limit: -1 })),
      await rejection(docs.count(undefined, { timeoutMs: -5 })),
      await rejection(docs.count(undefined, { metadata: { 'bad key': 'x' } })),
      await rejection(docs.upsert({ id: 'a' }, { mode: 'replace' as 'upsert' })),
      await rejection(docs.upsert({ id: 'a' }, { expectedRevision: 1.5 })),
    ].map((error) => (error as ProtovecError).codeName);
    expect(refused).to.deep.equal(refused.map(() => 'INVALID_ARGUMENT'));
    expect(requests).to.have.length(0);
  });

  it('fails with CLIENT_CLOSED after close', async () => {
    const client = connect(server.address);
    expect(await client.collection('docs').count()).to.equal(12);
    client.close();
    const error = await rejection(client.collection('docs').count());
    expect(error).to.include({ codeName: 'FAILED_PRECONDITION', reason: 'CLIENT_CLOSED' });
  });

  it('fails with UNAVAILABLE when nobody listens', async () => {
    const client = connect('127.0.0.1:1');
    const error = await rejection(client.collection('docs').count());
    expect(error).to.include({ codeName: 'UNAVAILABLE' });
    await client[Symbol.asyncDispose]();
  });

  it('refuses an empty address', () => {
    expect(() => connect('')).to.throw(ProtovecError, "'host:port'");
  });
});
