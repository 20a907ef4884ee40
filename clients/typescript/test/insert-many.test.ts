import { type ServerReadableStream, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError, VectorRecord } from '../src/index.js';
import { BatchInsertRequest, type BatchInsertResponse } from '../src/raw.js';
import {
  eventually,
  failure,
  rejection,
  startServer,
  type TestServer,
} from './support/test-server.js';

const KiB = 1024;
const summary = (records: number): BatchInsertResponse => ({
  createdCount: BigInt(records),
  updatedCount: 0n,
  failedCount: 1n,
  errors: [{ index: 3n, id: 'x', code: 3, reason: 'R', message: 'm', field: 'records[3].id' }],
  sequence: 9n,
  durable: true,
});

describe('insertMany', () => {
  let server: TestServer;
  let messages: BatchInsertRequest[];
  let calls: ServerReadableStream<BatchInsertRequest, BatchInsertResponse>[];
  let cancelled: number;

  before(async () => {
    server = await startServer({
      records: {
        batchInsert: (call, callback) => {
          calls.push(call);
          call.on('cancelled', () => {
            cancelled += 1;
          });
          call.once('data', (first: BatchInsertRequest) => {
            messages.push(first);
            if (first.collection === 'missing') {
              callback(failure(status.NOT_FOUND, 'no collection'));
            } else if (first.collection === 'hasty') {
              callback(null, summary(0));
            } else if (first.collection === 'slow') {
              call.pause();
            } else {
              call.on('data', (message: BatchInsertRequest) => messages.push(message));
              call.on('end', () =>
                callback(null, summary(messages.reduce((sum, m) => sum + m.records.length, 0))),
              );
            }
          });
        },
      },
    });
  });
  beforeEach(() => {
    messages = [];
    calls = [];
    cancelled = 0;
  });
  after(() => server.stop());

  function* records(count: number, content = ''): Generator<VectorRecord> {
    for (let index = 0; index < count; index++)
      yield { id: `r${index}`, content, embedding: [index] };
  }
  const ids = () => messages.flatMap((message) => message.records.map(({ id }) => id));

  it('sends every record in order, in messages of about 1 MiB, and gives the summary', async () => {
    const progress: { sent: number; bytes: number }[] = [];
    const result = await server.client
      .collection('docs')
      .insertMany(records(3500, 'x'.repeat(KiB)), {
        mode: 'insert',
        onProgress: (step) => progress.push(step),
      });
    expect(result).to.deep.equal({
      created: 3500,
      updated: 0,
      failed: 1,
      errors: [{ index: 3, id: 'x', code: 3, reason: 'R', message: 'm', field: 'records[3].id' }],
      sequence: 9,
      durable: true,
    });
    expect(ids()).to.deep.equal([...records(3500)].map(({ id }) => id));
    const sizes = messages.map((message) => BatchInsertRequest.encode(message).finish().length);
    expect(sizes).to.have.length(4);
    for (const size of sizes.slice(0, -1))
      expect(size).to.be.within(KiB * KiB, KiB * KiB + 2 * KiB);
    expect(messages.map(({ collection }) => collection)).to.deep.equal(['docs', '', '', '']);
    expect(messages[0].writeMode).to.equal(2);
    expect(progress).to.have.length(4);
    expect(progress[3]).to.deep.equal({ sent: 3500, bytes: sizes.reduce((a, b) => a + b) });
  });

  it('puts at most 10,000 records into a message', async () => {
    await server.client.collection('docs').insertMany(records(20_001));
    expect(messages.map((message) => message.records.length)).to.deep.equal([10_000, 10_000, 1]);
  });

  it('sends a record of 3 MiB whole', async () => {
    await server.client.collection('docs').insertMany(records(2, 'x'.repeat(3 * KiB * KiB - 100)));
    expect(messages.map((message) => message.records.length)).to.deep.equal([1, 1]);
  });

  it('takes arrays, generators and async generators', async () => {
    async function* later(): AsyncGenerator<VectorRecord> {
      for (const record of records(3)) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        yield record;
      }
    }
    const docs = server.client.collection('docs');
    await docs.insertMany([...records(3)]);
    await docs.insertMany(records(3));
    await docs.insertMany(later());
    expect(ids()).to.deep.equal(['r0', 'r1', 'r2', 'r0', 'r1', 'r2', 'r0', 'r1', 'r2']);
  });

  it('gives records without an id a UUIDv7', async () => {
    await server.client.collection('docs').insertMany([{ embedding: [1] }, { embedding: [2] }]);
    const [first, second] = ids();
    expect(first).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first < second).to.equal(true);
  });

  it('names the collection even when there are no records', async () => {
    const result = await server.client.collection('docs').insertMany([]);
    expect(result.created).to.equal(0);
    expect(messages.map(({ collection }) => collection)).to.deep.equal(['docs']);
    const error = await rejection(server.client.collection('missing').insertMany([]));
    expect(error).to.include({ codeName: 'NOT_FOUND' });
  });

  it('takes records no faster than the server does', async () => {
    let taken = 0;
    const controller = new AbortController();
    const endless = (function* () {
      for (const record of records(1_000_000, 'x'.repeat(256 * KiB))) {
        taken += 1;
        yield record;
      }
    })();
    const inserting = rejection(
      server.client.collection('slow').insertMany(endless, { signal: controller.signal }),
    );
    await eventually(() => calls.length === 1 && messages.length === 1, 'the stream stalls');
    for (let before = -1; before !== taken; ) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    // 4 records a message; the rest of them waits in the server's own 16 messages.
    expect(taken).to.be.below(4 * 32);
    controller.abort();
    expect(await inserting).to.include({ codeName: 'CANCELLED' });
    await eventually(() => cancelled === 1, 'the server sees the cancellation');
  });

  it('stops and closes the iterable when the server refuses', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<VectorRecord> {
      try {
        while (true) yield* records(10, 'x'.repeat(64 * KiB));
      } finally {
        closed = true;
      }
    }
    const error = await rejection(server.client.collection('missing').insertMany(endless()));
    expect(error).to.include({ codeName: 'NOT_FOUND', message: 'no collection' });
    await eventually(() => closed, 'the iterable is closed');
  });

  it('never takes an early answer for success', async () => {
    const endless = records(1_000_000, 'x'.repeat(64 * KiB));
    const error = await rejection(server.client.collection('hasty').insertMany(endless));
    expect(error).to.include({ codeName: 'INTERNAL' });
  });

  it('ends when its signal is aborted while it waits for a record', async () => {
    const controller = new AbortController();
    async function* stuck(): AsyncGenerator<VectorRecord> {
      yield* records(1);
      await new Promise(() => {});
    }
    const options = { signal: controller.signal };
    const inserting = rejection(server.client.collection('docs').insertMany(stuck(), options));
    setTimeout(() => controller.abort('enough'), 30);
    expect(await inserting).to.include({ codeName: 'CANCELLED', cause: 'enough' });
  });

  it('cancels the call when the iterable or a callback throws, and throws that', async () => {
    async function* failing(): AsyncGenerator<VectorRecord> {
      yield* records(5, 'x'.repeat(KiB * KiB));
      throw new Error('source failed');
    }
    const docs = server.client.collection('docs');
    const first = (await rejection(docs.insertMany(failing()))) as Error;
    expect(first.message).to.equal('source failed');
    await eventually(() => cancelled === 1, 'the server sees the cancellation');
    const onProgress = (): void => {
      throw new Error('callback failed');
    };
    const second = (await rejection(docs.insertMany(records(1), { onProgress }))) as Error;
    expect(second.message).to.equal('callback failed');
  });

  it('names the place of a record that cannot be sent', async () => {
    const bad = { id: 'b', content: 5 } as unknown as VectorRecord;
    const error = (await rejection(
      server.client.collection('docs').insertMany([...records(2), bad]),
    )) as ProtovecError;
    expect(error.codeName).to.equal('INVALID_ARGUMENT');
    expect(error.fieldViolations[0].field).to.equal('records[2].content');
    expect(error.message).to.equal('records[2]: content is number; it must be a string');
  });

  it('has a deadline when it is given one', async () => {
    const inserting = server.client
      .collection('slow')
      .insertMany(records(100_000, 'x'.repeat(64 * KiB)), { timeoutMs: 100 });
    expect(await rejection(inserting)).to.include({ codeName: 'DEADLINE_EXCEEDED' });
  });
});
