import { expect } from 'chai';
import { EnginePool } from '../../../src/engine/pool.js';
import { routeName, workerOf } from '../../../src/engine/pool-routing.js';
import { type ErrorData, ProtovecError } from '../../../src/errors.js';
import { GetRecordRequest } from '../../../src/gen/protovec/v1/record_service.js';
import { RestoreSnapshotRequest } from '../../../src/gen/protovec/v1/snapshot_service.js';

const entry = new URL('./fixture-worker.js', import.meta.url);
const unaryPath = '/protovec.v1.RecordService/GetRecord';
const restorePath = '/protovec.v1.SnapshotService/RestoreSnapshot';

function open(workers: number, dataDirectory = 'none'): Promise<EnginePool> {
  return EnginePool.open({ dataDirectory, workers, entry, onFailure: () => undefined });
}

function named(collection: string, id = ''): Buffer {
  return Buffer.from(GetRecordRequest.encode({ collection, id }).finish());
}

function ask(
  pool: EnginePool,
  request: Buffer,
  deadline = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pool.start(unaryPath, request, deadline, { reply: resolve, error: reject });
  });
}

async function failure(promise: Promise<unknown>): Promise<ErrorData> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProtovecError) return error.toData();
    throw error;
  }
  throw new Error('nothing failed');
}

describe('routing', () => {
  it('pins a name to one worker for ever', () => {
    expect(['docs', 'a', 'images', ''].map((name) => workerOf(name, 4))).deep.equals([3, 3, 2, 0]);
    expect(workerOf('docs', 1)).equals(0);
  });

  it('spreads names over the workers', () => {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 1_000; i++) counts[workerOf(`collection-${i}`, 4)]!++;
    for (const count of counts) expect(count).within(150, 350);
  });

  it('goes by the collection, or by where a restore goes to', () => {
    expect(routeName(unaryPath, named('docs', 'id'))).equals('docs');
    expect(routeName(unaryPath, Buffer.alloc(0))).equals('');
    const restore = (targetCollection: string) =>
      Buffer.from(
        RestoreSnapshotRequest.encode({
          collection: 'docs',
          snapshotId: 'x',
          targetCollection,
        }).finish(),
      );
    expect(routeName(restorePath, restore(''))).equals('docs');
    expect(routeName(restorePath, restore('copy'))).equals('copy');
  });

  it('reads no more of a name than a collection can have', () => {
    expect(routeName(unaryPath, named('n'.repeat(1_000_000)))).equals('n'.repeat(63));
  });
});

describe('the pool', () => {
  let pool: EnginePool;
  before(async () => {
    pool = await open(1);
  });
  after(() => pool.close(100));

  it('answers 10,000 small calls, each with its own answer', async () => {
    const requests = Array.from({ length: 10_000 }, (_, i) => named('echo', `id ${i}`));
    const answers = await Promise.all(requests.map((request) => ask(pool, request)));
    expect(answers.every((answer, i) => answer.equals(requests[i]!))).equals(true);
  });

  it('carries an error with everything that it says', async () => {
    expect(await failure(ask(pool, named('fail')))).deep.equals({
      reason: 'INVALID_EMBEDDING',
      message: 'got 3 values, want 4',
      violations: [{ field: 'record.embedding', description: 'got 3 values, want 4' }],
      retryAfterMs: 1_500,
      metadata: { got: '3' },
    });
  });

  it('carries the stack of a bug, for the log', async () => {
    const error = await ask(pool, named('bug')).catch((thrown: Error) => thrown);
    expect(error).not.instanceOf(ProtovecError);
    expect((error as Error).stack)
      .includes('secret detail')
      .and.includes('fixture-worker');
  });

  it('does not start a call that is expired', async () => {
    const { reason } = await failure(ask(pool, named('echo'), Date.now() - 1));
    expect(reason).equals('DEADLINE_EXCEEDED');
  });

  it('tells an operation that was cancelled after its deadline that the deadline passed', async () => {
    const heard: Error[] = [];
    const deadline = Date.now() + 200;
    const call = pool.start(unaryPath, named('hang'), deadline, { error: (e) => heard.push(e) });
    await new Promise((resolve) => setTimeout(resolve, 250));
    call.cancel();
    call.cancel();
    const { abortReason } = JSON.parse((await ask(pool, named('state'))).toString());
    expect(abortReason).equals('DEADLINE_EXCEEDED');
    expect(heard).deep.equals([]);
  });
});

describe('opening and closing the pool', () => {
  it('gives each worker its number and its collections', async () => {
    const pool = await open(2);
    // The operation answers with its worker's number when the collection has this name.
    const answer = await ask(pool, named('worker'));
    expect([...answer]).deep.equals([workerOf('worker', 2), 2]);
    await pool.close(0);
  });

  it('rejects with the error of an engine that does not open', async () => {
    const { reason, message } = await failure(open(2, 'bad'));
    expect(reason).equals('STORAGE_CORRUPTED');
    expect(message).equals('the manifest is damaged');
  });

  it('rejects with the error of an engine that cannot be saved, and ends it', async () => {
    const pool = await open(1, 'unsavable');
    expect((await failure(pool.close(0))).reason).equals('STORAGE_FULL');
  });

  it('waits for calls in flight, and refuses new ones meanwhile', async () => {
    const pool = await open(1);
    const slow = ask(pool, named('slow'));
    const closed = pool.close(5_000);
    expect((await failure(ask(pool, named('echo')))).reason).equals('SHUTTING_DOWN');
    expect((await slow).equals(named('slow'))).equals(true);
    await closed;
  });

  it('fails calls that outlast the grace', async () => {
    const pool = await open(1);
    const hanging = failure(ask(pool, named('hang')));
    await pool.close(20);
    expect((await hanging).reason).equals('SHUTTING_DOWN');
  });
});
