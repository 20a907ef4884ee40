/** Collections with an embedder, from the command line. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type EmbeddingsServer, startEmbeddingsServer } from '../support/embeddings-server.js';
import { type Outcome, run, type ServeProcess, serve, stop } from './cli-process.js';

const key = 'sk-from-the-environment';
const lines = [
  { id: 'violin', title: 'Violin', content: 'a string instrument played with a bow' },
  { id: 'submarine', content: 'a ship that travels under water' },
  { id: 'empty', metadata: { n: 1 } },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('');

describe('protovec with embedders', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  let provider: EmbeddingsServer;
  let server: ServeProcess;
  const protovec = (args: string[], input?: string): Promise<Outcome> =>
    run(args, server.address, input);
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await protovec(args);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const idsOf = (json: string) =>
    (JSON.parse(json) as { hits: { id: string }[] }).hits.map(({ id }) => id);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-'));
    provider = await startEmbeddingsServer(8);
    process.env.PROTOVEC_EMBEDDER_KEY = key;
    try {
      server = await serve(join(directory, 'data'), '--embedder-url', provider.url);
    } finally {
      delete process.env.PROTOVEC_EMBEDDER_KEY;
    }
  });
  after(async () => {
    await stop(server);
    await provider.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('imports and searches texts with the builtin one', async () => {
    await succeed('collection', 'create', 'notes', '--embedder', 'builtin');
    const described = await succeed('collection', 'describe', 'notes');
    expect(described).to.match(/Embedding model +protovec\/builtin-v1-384/);
    expect(described).to.match(/Embedder +builtin\n/);
    const imported = await protovec(['import', 'notes', '-'], lines);
    expect(imported.code).to.equal(1);
    expect(imported.stdout).to.contain('2 created, 0 replaced, 1 failed.');
    expect(imported.stderr).to.match(/line 3 \(id empty\): .*title nor content.*INVALID_EMBEDDING/);
    const found = await succeed(
      ...['search', 'notes', '--content', 'Stringed instruments', '--limit', '1', '--json'],
    );
    expect(idsOf(found)).to.deep.equal(['violin']);
    expect(await succeed('search', 'notes', '--content', 'ships')).to.match(/submarine/);
  });

  it('uses the service that the server was started with, and its key from the environment', async () => {
    await succeed(
      ...['collection', 'create', 'docs', '--dimension', '8', '--embedder', 'openai:small'],
    );
    expect((await protovec(['import', 'docs', '-'], lines)).stdout).to.contain('2 created');
    const text = 'a ship that travels under water';
    const found = await succeed('search', 'docs', '--content', text, '--limit', '1', '--json');
    expect(idsOf(found)).to.deep.equal(['submarine']);
    expect(provider.requests.length).to.be.greaterThan(1);
    for (const { authorization, body } of provider.requests) {
      expect([authorization, body.model]).to.deep.equal([`Bearer ${key}`, 'small']);
    }
    const described = await succeed('collection', 'describe', 'docs', '--json');
    expect(described).to.contain('small').and.not.to.contain(key);
    expect(described).not.to.contain(provider.url);
  });

  it('changes the embedder of a collection', async () => {
    const removed = await succeed('collection', 'update', 'docs', '--embedder', 'none');
    expect(removed).to.match(/Embedder +none\n/);
    const without = await protovec(['search', 'docs', '--content', 'x']);
    expect(without.code).to.equal(1);
    expect(without.stderr).to.match(/FAILED_PRECONDITION, EMBEDDER_MISSING, field content/);
    const set = await succeed('collection', 'update', 'docs', '--embedder', 'openai:small');
    expect(set).to.match(/Embedder +openai:small\n/);
    const other = await protovec(['collection', 'update', 'docs', '--embedder', 'builtin']);
    expect(other.stderr).to.match(/FAILED_PRECONDITION, EMBEDDING_MODEL_MISMATCH/);
  });

  it('says what is wrong with the command line', async () => {
    const kind = await protovec(['collection', 'create', 'x', '--embedder', 'openai']);
    expect([kind.code, kind.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 2 && /builtin or openai:MODEL/.test(said),
    );
    const both = await protovec(['search', 'notes', '--content', 'x', '--id', 'violin']);
    expect(both.code).to.equal(2);
    const url = await run(['serve', '--embedder-url', 'ftp://x']);
    expect([url.code, url.stderr]).to.satisfy(
      ([code, said]: [number, string]) => code === 1 && /must be http or https/.test(said),
    );
  });
});
