/** The standard health service over real workers, whatever happens to them. */
import { expect } from 'chai';
import { type Client, connect, type HealthStatus } from '../../../clients/typescript/src/index.js';
import { HealthListResponse, HealthService } from '../../../src/gen/grpc/health/v1/health.js';
import { limits } from '../../../src/limits.js';
import { services } from '../../../src/service/methods.js';
import { failureOf } from '../../support/client.js';
import { type FixtureServer, request, startFixtureServer, until } from './fixture-server.js';

const named = services.map((service) => Object.values(service)[0]!.path.split('/')[1]!);

/** Everything that one watch is told; `over` resolves when the server ends it. */
function watch(client: Client, service = '') {
  const told: HealthStatus[] = [];
  const read = async () => {
    for await (const status of client.watchHealth(service)) told.push(status);
  };
  const over = read();
  over.catch(() => undefined);
  return { told, over };
}

describe('health', () => {
  let fixture: FixtureServer;
  let client: Client;
  beforeEach(async () => {
    fixture = await startFixtureServer(2);
    client = connect(fixture.server.address);
  });
  afterEach(async () => {
    client.close();
    await fixture.close();
  });

  /** Services that do not serve. */
  async function ailing(): Promise<string[]> {
    const states = await Promise.all(
      ['', ...named].map(async (name) => `${name} ${await client.health(name)}`),
    );
    return states.filter((state) => !state.endsWith(' SERVING'));
  }

  it('is told for the server and each of its services, one by one and as a list', async () => {
    expect(named).lengthOf(6);
    expect(await ailing()).deep.equals([]);
    const { answer } = await fixture.client.unary(Buffer.alloc(0), HealthService.list.path);
    const { statuses } = HealthListResponse.decode(answer!);
    expect([...statuses.keys()].sort()).deep.equals(['', ...named].sort());
    expect([...statuses.values()].every(({ status }) => status === 1)).equals(true);
  });

  it('is not told for other services', async () => {
    const failure = await failureOf(client.health('protovec.v1.Nothing'));
    expect(failure.code).equals('NOT_FOUND');
    expect(failure.message).includes('protovec.v1.Nothing').and.includes('SearchService');
    const { told } = watch(client, 'protovec.v1.Nothing');
    await until(() => told.length > 0);
    expect(told).deep.equals(['SERVICE_UNKNOWN']);
  });

  it('refuses a request that is longer than any name', async () => {
    const failure = await failureOf(client.health('x'.repeat(limits.standardRequestBytesMax)));
    expect(failure.code).equals('INVALID_ARGUMENT');
    expect(failure.message).includes(`${limits.standardRequestBytesMax} are the most`);
  });

  it('is bad from the death of a worker until it is back, but for ServerService', async () => {
    const whole = watch(client);
    const search = watch(client, 'protovec.v1.SearchService');
    const server = watch(client, 'protovec.v1.ServerService');
    await until(() => whole.told.length + search.told.length + server.told.length === 3);
    await fixture.client.unary(request('crash'));
    await until(() => whole.told.length === 3 && search.told.length === 3);
    const course = ['SERVING', 'NOT_SERVING', 'SERVING'];
    expect(whole.told).deep.equals(course);
    expect(search.told).deep.equals(course);
    expect(server.told).deep.equals(['SERVING']);
  });

  it('is bad for services that write while the log of a collection is latched', async () => {
    const { told } = watch(client);
    await until(() => told.length === 1);
    await fixture.client.unary(request('latch'));
    await until(() => told.length === 2);
    expect(told[1]).equals('NOT_SERVING');
    expect((await ailing()).sort()).deep.equals([
      ' NOT_SERVING',
      'protovec.v1.CollectionService NOT_SERVING',
      'protovec.v1.IndexService NOT_SERVING',
      'protovec.v1.RecordService NOT_SERVING',
      'protovec.v1.SnapshotService NOT_SERVING',
    ]);
    expect(fixture.logged.some((line) => line.includes('docs'))).equals(true);
    // A worker that starts anew recovers its logs.
    await fixture.client.unary(request('latch'));
    await fixture.client.unary(request('crash'));
    await until(async () => (await ailing()).length === 0);
  });

  it('tells every watcher that the server stops, and keeps no server from it', async () => {
    const whole = watch(client);
    const unknown = watch(client, 'protovec.v1.Nothing');
    await until(() => whole.told.length + unknown.told.length === 2);
    // With a watcher that stays, this would take longer than the test may.
    await fixture.server.stop(60_000);
    await Promise.all([whole.over, unknown.over]);
    expect(whole.told).deep.equals(['SERVING', 'NOT_SERVING']);
    expect(unknown.told).deep.equals(['SERVICE_UNKNOWN']);
  });
});
