/** An engine worker that fails in JavaScript: what its callers see, and what is there afterwards. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { fromServiceError } from '../../clients/typescript/src/errors.js';
import { type Client, connect, type ProtovecError } from '../../clients/typescript/src/index.js';
import { EnginePool } from '../../src/engine/pool.js';
import { workerOf } from '../../src/engine/pool-routing.js';
import { GetCollectionRequest } from '../../src/gen/protovec/v1/collection_service.js';
import { UpsertRecordRequest } from '../../src/gen/protovec/v1/record_service.js';
import { createLogger } from '../../src/observe.js';
import { GrpcServer } from '../../src/service/server.js';
import { vectorOf } from '../support/client.js';

const entry = new URL('../support/failing-engine.js', import.meta.url);
const workers = 2;
const names = Array.from({ length: 20 }, (_, at) => `c${at}`);
const failing = names.find((name) => workerOf(name, workers) === 0)!;
const other = names.find((name) => workerOf(name, workers) === 1)!;

describe('an engine worker that fails', () => {
  let dataDirectory: string;
  let pool: EnginePool;
  let server: GrpcServer;
  let client: Client;
  const failures: [number, string][] = [];

  before(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'protovec-worker-'));
    const onFailure = (worker: number, error: Error) => failures.push([worker, error.message]);
    pool = await EnginePool.open({ dataDirectory, workers, entry, onFailure, logLevel: 'fatal' });
    server = await GrpcServer.bind('127.0.0.1:0', { pool, logger: createLogger('fatal') });
    client = connect(server.address);
    for (const name of [failing, other]) await client.createCollection(name, { dimension: 4 });
  });
  after(async () => {
    client.close();
    await server.stop(1_000);
    await pool.close(0);
    await rm(dataDirectory, { recursive: true, force: true });
  });

  /** Makes the worker of a collection fail. */
  function fail(collection: string): Promise<void> {
    const request = GetCollectionRequest.encode({ collection }).finish();
    return new Promise((resolve) => {
      const error = () => resolve();
      pool.start('/protovec.internal.Engine/Fail', request, Number.POSITIVE_INFINITY, {
        error,
        reply: error,
      });
    });
  }

  /** One write, sent once: the error that the server answers with. */
  function write(id: string): Promise<ProtovecError | undefined> {
    const record = { id, embedding: [...vectorOf(id.length)] };
    const request = UpsertRecordRequest.fromPartial({ collection: failing, record });
    return new Promise((resolve) => {
      client.raw.records.upsertRecord(request, (error) =>
        resolve(error === null ? undefined : fromServiceError(error)),
      );
    });
  }

  /** Writes one record after another until a write fails; the ids that were acknowledged. */
  async function writeUntilFailure(
    prefix: string,
  ): Promise<{ kept: string[]; error: ProtovecError }> {
    const kept: string[] = [];
    for (;;) {
      const id = `${prefix}-${kept.length}`;
      const error = await write(id);
      if (error !== undefined) return { kept, error };
      kept.push(id);
    }
  }

  /** Resolves when writes go on; until then each fails as one to repeat. */
  async function isBack(): Promise<void> {
    for (;;) {
      const error = await write('back');
      if (error === undefined) return;
      expect(error.reason).equals('ENGINE_RESTARTING');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  for (const time of ['first', 'second'] as const) {
    it(`fails its calls as ones to repeat, and comes back with every acknowledged write, the ${time} time`, async () => {
      const writing = writeUntilFailure(time);
      expect(await write('mark')).equals(undefined);
      await fail(failing);
      const { kept, error } = await writing;
      const { codeName, reason, retryAfterMs } = error;
      expect([codeName, reason]).deep.equals(['UNAVAILABLE', 'ENGINE_RESTARTING']);
      expect(retryAfterMs).greaterThan(0);
      await client.collection(other).upsert({ id: 'meanwhile', embedding: vectorOf(2) });
      await isBack();
      const found = await client.collection(failing).getMany([...kept, 'mark']);
      expect(kept).not.empty;
      expect(found.missing).deep.equals([]);
      expect(failures.map(([worker]) => worker).every((worker) => worker === 0)).equals(true);
      expect(failures.at(-1)![1]).contains('failed on purpose');
    });
  }

  it('shows in the health of the services that need it, until it is back', async () => {
    const course = async (service: string): Promise<string[]> => {
      const told: string[] = [];
      for await (const status of client.watchHealth(service)) {
        told.push(status);
        if (told.length === 1) begun.push(service);
        if (told.length === 3) break;
      }
      return told;
    };
    const begun: string[] = [];
    const courses = ['', 'protovec.v1.SearchService'].map(course);
    while (begun.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    await fail(failing);
    expect(await client.health('protovec.v1.ServerService')).equals('SERVING');
    for (const told of courses) {
      expect(await told).deep.equals(['SERVING', 'NOT_SERVING', 'SERVING']);
    }
    await isBack();
  });
});
