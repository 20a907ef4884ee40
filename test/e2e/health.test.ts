/** Health of a real server whose collection cannot be written to any more, and of the command line. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { logName } from '../../src/collection/place.js';
import { failureOf, type Served, serve, vectorOf } from '../support/client.js';
import { run, serve as serveProcess, start, stop } from './cli-process.js';

describe('the health of a server', () => {
  let served: Served;
  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  it('is bad for writes, and good for searches, while a log is latched', async () => {
    const { client, server } = served;
    const docs = client.collection('docs');
    await client.createCollection('docs', { dimension: 4 });
    await docs.upsert({ id: 'a', embedding: vectorOf(1) });
    const search = () => client.health('protovec.v1.SearchService');
    const record = () => client.health('protovec.v1.RecordService');
    expect([await client.health(), await search(), await record()]).deep.equals(
      Array(3).fill('SERVING'),
    );
    const changes = client.watchHealth('protovec.v1.RecordService');
    expect((await changes.next()).value).equals('SERVING');
    // Where something else has its name, the next log file cannot be begun, which latches the log.
    const root = join(server.dataDirectory, 'collections');
    const [directory] = await readdir(root);
    const { sequence } = await docs.describe();
    for (let next = Number(sequence) + 1; next <= Number(sequence) + 50; next++) {
      await mkdir(join(root, directory!, logName(next)));
    }
    await failureOf(docs.save());
    const { reason } = await failureOf(docs.upsert({ id: 'b', embedding: vectorOf(2) }));
    expect(reason).equals('LOG_LATCHED');
    expect((await changes.next()).value).equals('NOT_SERVING');
    expect([await client.health(), await search(), await record()]).deep.equals([
      'NOT_SERVING',
      'SERVING',
      'NOT_SERVING',
    ]);
    const { hits } = await docs.search({ vector: vectorOf(1) });
    expect(hits.map(({ id }) => id)).deep.equals(['a']);
  });
});

describe('protovec health', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-health-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  it('tells by its exit code whether a server serves, until it stops', async () => {
    const server = await serveProcess(directory);
    const { address } = server;
    const good = await run(['health'], address);
    expect([good.code, good.stdout, good.stderr]).deep.equals([0, 'SERVING\n', '']);
    const one = await run(['health', '--service', 'protovec.v1.SearchService', '--json'], address);
    expect(one.code).equals(0);
    expect(JSON.parse(one.stdout)).deep.equals({
      service: 'protovec.v1.SearchService',
      status: 'SERVING',
    });
    const unknown = await run(['health', '--service', 'Nothing'], address);
    expect(unknown.code).equals(1);
    expect(unknown.stderr).includes('there is no service').and.includes('SearchService');
    const watching = start(['health', '--watch'], address);
    await new Promise((resolve) => watching.child.stdout!.once('data', resolve));
    expect((await stop(server)).code).equals(0);
    const watched = await watching.ended;
    expect([watched.code, watched.stdout]).deep.equals([1, 'SERVING\nNOT_SERVING\n']);
    const gone = await run(['health'], address);
    expect(gone.code).equals(1);
    expect(gone.stderr).includes('No server answers');
  });
});
