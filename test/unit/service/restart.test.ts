import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import {
  type FixtureServer,
  paths,
  type RawClient,
  request,
  startFixtureServer,
  until,
} from './fixture-server.js';

async function served(client: RawClient): Promise<boolean> {
  return (await client.unary(request('echo'))).error === null;
}

describe('a worker that dies', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer();
  });
  after(() => fixture.close());

  for (const [death, cause] of [
    ['crash', 'crashed on purpose'],
    ['exit', 'exited with code 3'],
  ] as const) {
    it(`by ${death} fails its calls, then is started anew`, async () => {
      const hanging = fixture.client.unary(request('hang'));
      const { call, outcome } = fixture.client.clientStream();
      call.write(request('sum'));
      await until(async () => Number((await fixture.client.state()).started) > 1);
      const { error } = await fixture.client.unary(request(death));
      for (const failure of [error, (await hanging).error, (await outcome).error]) {
        expect(failure!.code).equals(status.UNAVAILABLE);
        const [details] = failure!.metadata.get('grpc-status-details-bin') as Buffer[];
        expect(details!.toString('latin1')).includes('ENGINE_RESTARTING').and.includes('RetryInfo');
      }
      const meanwhile = await fixture.client.unary(request('echo'));
      expect(meanwhile.error!.code).equals(status.UNAVAILABLE);
      expect(fixture.failures.at(-1)!.message).includes(cause);
      await until(() => served(fixture.client));
    });
  }
});

describe('stopping', () => {
  it('lets calls in flight finish, and refuses new ones', async () => {
    const { pool, server, client } = await startFixtureServer();
    const slow = client.unary(request('slow'));
    await until(async () => Number((await client.state()).started) > 1);
    await server.stop(2_000);
    await pool.close(0);
    expect((await slow).error).equals(null);
    expect(() => pool.start(paths.unary, request('echo'), 0, { error: () => undefined })).throws(
      'shutting down',
    );
    client.close();
  });

  it('ends calls that outlast the grace', async () => {
    const { pool, server, client } = await startFixtureServer();
    const hanging = client.unary(request('hang'));
    await until(async () => Number((await client.state()).started) > 1);
    await pool.close(50);
    expect((await hanging).error!.code).equals(status.UNAVAILABLE);
    await server.stop(50);
    client.close();
  });

  it('does not wait for a caller that never reads', async () => {
    const { pool, server, client } = await startFixtureServer();
    client.stalledStream(request('flood'));
    await until(async () => Number((await client.state()).sent) > limits.streamWindowBytes);
    await server.stop(50);
    await pool.close(50);
    client.close();
  });
});
