import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run, serve, stop } from './cli-process.js';

describe('protovec, without a server', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  const wrong: [string, RegExp][] = [
    ['', /Usage: protovec/],
    ['nonsense', /unknown command 'nonsense'/],
    ['collection', /Usage: protovec collection/],
    ['collection create', /missing required argument 'name'/],
    ['collection create docs --metric nearest', /Allowed choices are cosine, dot, euclidean/],
    ['collection create docs --dimension many', /whole number/],
    ['search docs', /Say what to search for/],
    ['search docs --vector x', /JSON array of numbers/],
    ['search docs --vector [1] --id a', /cannot be used with option/],
    ['search docs --vector [1] --where size', /must look like key=value/],
    ['snapshot download docs id', /--out <file>' not specified/],
  ];
  for (const [args, message] of wrong) {
    it(`exits 2 for wrong usage: protovec ${args}`, async () => {
      const outcome = await run(args.split(' ').filter(Boolean));
      expect(outcome.stderr).to.match(message);
      expect(outcome.code).to.equal(2);
      expect(outcome.stdout).to.equal('');
    });
  }

  it('prints help and the version to stdout and exits 0', async () => {
    const [help, version] = await Promise.all([run(['--help']), run(['--version'])]);
    expect([help.code, version.code]).to.deep.equal([0, 0]);
    expect(help.stdout).to.match(/Commands:[\s\S]*serve[\s\S]*snapshot/);
    expect(version.stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('says in one line how to start a server when none answers', async () => {
    const outcome = await run(['collection', 'list', '--server', '127.0.0.1:1']);
    expect(outcome).to.deep.equal({
      code: 1,
      stdout: '',
      stderr:
        'protovec: No server answers at 127.0.0.1:1 (UNAVAILABLE). Start one with: ' +
        'protovec serve --listen 127.0.0.1:1, or name another server with --server\n',
    });
  });

  it('names a file that is not there', async () => {
    const outcome = await run(['import', 'docs', '/nowhere/records.jsonl'], '127.0.0.1:1');
    expect(outcome.stderr).to.equal('protovec: There is no file /nowhere/records.jsonl (ENOENT)\n');
    expect(outcome.code).to.equal(1);
  });
});

describe('protovec serve', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`says where it listens and where its data is, and ends with ${signal}`, async () => {
      const server = await serve(join(directory, 'data'));
      const { code, stdout } = await stop(server, signal);
      expect(code).to.equal(0);
      expect(stdout).to.equal(
        `Protovec listens on ${server.address}\nIts data is in ${join(directory, 'data')}\n`,
      );
    });
  }

  it('refuses an address that is none', async () => {
    const outcome = await run(['serve', '--listen', 'here', '--data-dir', join(directory, 'x')]);
    expect(outcome.code).to.equal(1);
    expect(outcome.stderr).to.match(/^protovec: .*\(INVALID_ARGUMENT, field listen\)\n$/);
  });

  it('refuses a port that is taken and a data directory that is in use', async () => {
    const server = await serve(join(directory, 'data'));
    const same = await run([
      'serve',
      '--listen',
      '127.0.0.1:0',
      '--data-dir',
      join(directory, 'data'),
    ]);
    const taken = await run([
      'serve',
      '--listen',
      server.address,
      '--data-dir',
      join(directory, 'y'),
    ]);
    await stop(server);
    expect([same.code, taken.code]).to.deep.equal([1, 1]);
    expect(same.stderr).to.match(/^protovec: .*data.*\n$/);
    expect(taken.stderr).to.match(/^protovec: .*\n$/);
    expect(taken.stderr).to.include(server.address);
  });
});
