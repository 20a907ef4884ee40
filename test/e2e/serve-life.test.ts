/** The life of `protovec serve`, as whoever runs it sees it: processes, signals, exit codes. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Client, connect, ProtovecError } from '../../clients/typescript/src/index.js';
import { failureOf, vectorOf } from '../support/client.js';
import { type EmbeddingsServer, startEmbeddingsServer } from '../support/embeddings-server.js';
import { run, type ServeProcess, serve, stop } from './cli-process.js';

describe('the life of protovec serve', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  /** Holds texts back for as long as a test wants, so that a call is in flight for as long. */
  let provider: EmbeddingsServer;
  const clients: Client[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-life-'));
    provider = await startEmbeddingsServer(4);
  });
  after(async () => {
    for (const client of clients) client.close();
    await provider.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function clientOf(server: ServeProcess): Client {
    const client = connect(server.address);
    clients.push(client);
    return client;
  }

  /** A server with a collection whose searches by content wait for the provider. */
  async function start(name: string, ...more: string[]) {
    const flags = ['--workers', '1', '--embedder-url', provider.url, ...more];
    const server = await serve(join(directory, name), ...flags);
    const client = clientOf(server);
    const embedder = { openaiCompatible: { model: 'm' } };
    await client.createCollection('docs', { dimension: 4, embedder });
    const docs = client.collection('docs');
    await docs.upsert({ id: 'first', embedding: vectorOf(1) });
    return { server, client, docs };
  }

  /** Resolves when so many texts have reached the provider. */
  async function reached(count: number): Promise<void> {
    while (provider.requests.length < count) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it('finishes calls in flight when it is told to stop, takes no new ones, and keeps all', async () => {
    const { server, docs } = await start('graceful');
    let open = () => {};
    provider.gate = new Promise((resolve) => {
      open = resolve;
    });
    const before = provider.requests.length;
    const search = docs.search({ content: 'held back' });
    await reached(before + 1);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* records() {
      // Longer than a message, so that it is sent before the next is there.
      yield { id: 'streamed-0', embedding: vectorOf(2), content: 'x'.repeat(1_500_000) };
      await held;
      yield { id: 'streamed-1', embedding: vectorOf(3) };
    }
    const stream = docs.insertMany(records());
    while ((await docs.get('streamed-0')) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }

    server.child.kill('SIGTERM');
    await once(server.child.stderr!, 'data');
    const late = connect(server.address);
    clients.push(late);
    expect((await failureOf(late.listCollections({ timeoutMs: 2_000 }))).code).equals(
      'UNAVAILABLE',
    );
    open();
    release();
    expect((await search).hits.map(({ id }) => id)).includes('first');
    expect((await stream).created).equals(2);
    const { code, stderr } = await server.ended;
    expect([code, stderr]).deep.equals([
      0,
      'Stopping: open calls are finished and the data is closed.\n',
    ]);

    const again = await serve(join(directory, 'graceful'));
    const ids: string[] = [];
    for await (const { id } of clientOf(again).collection('docs').list()) ids.push(id);
    expect(ids.sort()).deep.equals(['first', 'streamed-0', 'streamed-1']);
    await stop(again);
  });

  it('cuts off after the grace what is still in flight, and ends well', async () => {
    const { server, docs } = await start('cut', '--grace-ms', '200');
    provider.gate = new Promise(() => {});
    const before = provider.requests.length;
    const search = docs.search({ content: 'held back for ever' });
    const outcome = search.then(
      () => undefined,
      (error) => error,
    );
    await reached(before + 1);
    const { code } = await stop(server);
    expect(code).equals(0);
    const error = await outcome;
    expect(error).instanceOf(ProtovecError);
    expect((error as ProtovecError).codeName).equals('UNAVAILABLE');
    provider.gate = undefined;

    const again = await serve(join(directory, 'cut'), '--workers', '1');
    expect(await clientOf(again).collection('docs').get('first')).includes({ id: 'first' });
    await stop(again);
  });

  it('is alone on its data: a second one names the process that has it, and ends', async () => {
    const data = join(directory, 'alone');
    const first = await serve(data);
    const second = await run(['serve', '--listen', '127.0.0.1:0', '--data-dir', data]);
    expect(second.code).equals(1);
    expect(second.stdout).equals('');
    expect(second.stderr).contains(`in use by process ${first.child.pid}: stop that server first`);
    await clientOf(first).createCollection('docs', { dimension: 4 });
    first.child.kill('SIGKILL');
    await first.ended;
    const third = await serve(data);
    expect((await clientOf(third).listCollections()).map(({ name }) => name)).deep.equals(['docs']);
    await stop(third);
  });
});
