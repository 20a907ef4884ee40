import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run, type ServeProcess, serve, stop } from './cli-process.js';

describe('protovec aggregate, and snapshots under a filter', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  let server: ServeProcess;
  const succeed = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(args, server.address, input);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const json = async (...args: string[]) => JSON.parse(await succeed([...args, '--json']));

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-'));
    server = await serve(join(directory, 'data'));
    await succeed(['collection', 'create', 'docs', '--dimension', '2']);
    const line = (i: number) =>
      JSON.stringify({
        id: `r${i}`,
        content: 'x'.repeat(i),
        embedding: [1, i],
        metadata: { lang: ['en', 'de', 'fr'][i % 3], 'a:b': i, tags: ['t', `t${i % 2}`] },
      });
    const lines = Array.from({ length: 30 }, (_, i) => `${line(i)}\n`);
    await succeed(['import', 'docs', '-'], lines.join(''));
  });
  after(async () => {
    await stop(server);
    await rm(directory, { recursive: true, force: true });
  });

  it('sums up for people', async () => {
    const facets = ['--facet', 'lang', '--facet', 'a:b:2', '--facet', 'none'];
    const said = await succeed(['aggregate', 'docs', ...facets]);
    expect(said).to.match(/^Records +30$/m);
    expect(said).to.match(/^Content +0 to 29 characters, 14\.5 on average$/m);
    expect(said).to.match(
      /^Similarity to the centroid +0\.\d{4} to \d\.\d{4}, 0\.\d{4} on average$/m,
    );
    expect(said).to.not.match(/^Centroid/m);
    expect(said).to.match(/│ de +│ +10 │/);
    expect(said).to.include('30 records with lang: 3 different values\n');
    expect(said).to.include('30 records with a:b: 30 different values, 2 shown\n');
    expect(said).to.include('0 records with none: 0 different values\n');
  });

  it('sums up what matches, for programs', async () => {
    const told = await json(
      'aggregate',
      'docs',
      '--where',
      'lang=en',
      '--facet',
      'tags:1',
      '--centroid',
    );
    expect(told.count).to.equal(10);
    expect(told.contentLengths).to.deep.equal({ mean: 13.5, min: 0, max: 27, total: 135 });
    expect(told.centroid).to.have.length(2);
    expect(told.facets).to.deep.equal([
      { key: 'tags', values: [{ value: 't', count: 10 }], recordCount: 10, distinctCount: 3 },
    ]);
    const none = await succeed(['aggregate', 'docs', '--where', 'lang=xx']);
    expect(none).to.match(/^Records +0\n$/);
  });

  it('refuses what is no facet', async () => {
    const wrong = await run(['aggregate', 'docs', '--facet', ''], server.address);
    expect([wrong.code, wrong.stderr]).to.satisfy(([code, text]: [number, string]) => {
      return code === 2 && text.includes('It must look like key or key:limit.');
    });
    const twice = await run(['aggregate', 'docs', '--facet', 'a', '--facet', 'a'], server.address);
    expect(twice.code).to.equal(1);
    expect(twice.stderr).to.match(/INVALID_ARGUMENT, field facets\[1\]\.key/);
  });

  it('snapshot create and restore take conditions', async () => {
    const some = await json('snapshot', 'create', 'docs', '--where', 'lang=en', 'tags=t1');
    expect(some.recordCount).to.equal(5);
    const all = await json('snapshot', 'create', 'docs');
    const into = ['--into', 'some', '--where', 'a:b>=20'];
    const said = await succeed(['snapshot', 'restore', 'docs', all.id, ...into]);
    expect(said).to.equal('Restored 10 records into some.\n');
    const { count, contentLengths } = await json('aggregate', 'some');
    expect([count, contentLengths.min]).to.deep.equal([10, 20]);
    const restored = await json('snapshot', 'restore', 'docs', some.id, '--where', 'lang=de');
    expect(restored.restored).to.equal(0);
  });
});
