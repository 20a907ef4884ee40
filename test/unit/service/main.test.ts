import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { GetServerInfoResponse } from '../../../src/gen/protovec/v1/server_service.js';
import { startTestServer } from '../../support/server.js';
import { RawClient } from './fixture-server.js';

const infoPath = '/protovec.v1.ServerService/GetServerInfo';

async function failure(promise: Promise<unknown>): Promise<ProtovecError> {
  const error = await promise.then(
    () => new Error('nothing failed'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ProtovecError) return error;
  throw error;
}

describe('a server', () => {
  it('serves at the port that it was given, and again after a restart', async () => {
    const server = await startTestServer();
    for (let i = 0; i < 2; i++) {
      expect(server.address).matches(/^127\.0\.0\.1:[1-9]\d*$/);
      const client = new RawClient(server.address);
      const { error, answer } = await client.unary(Buffer.alloc(0), infoPath);
      client.close();
      expect(error).equals(null);
      expect(GetServerInfoResponse.decode(answer!).snapshotFormatVersion).equals('1.0.0');
      await server.restart();
    }
    await server.close();
  });

  it('says what to do when the address or the data is in use, and releases everything', async () => {
    const server = await startTestServer();
    const other = await mkdtemp(join(tmpdir(), 'protovec-test-server-'));
    try {
      const taken = await failure(
        startTestServer({ listen: server.address, dataDirectory: other }),
      );
      expect(taken.message).includes('EADDRINUSE').and.includes('--listen');
      const held = await failure(startTestServer({ dataDirectory: server.dataDirectory }));
      expect(held.message).includes(`process ${process.pid}`);
      const second = await startTestServer({ dataDirectory: other });
      await second.close();
    } finally {
      await server.close();
      await rm(other, { recursive: true, force: true });
    }
  });
});
