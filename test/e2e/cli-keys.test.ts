/** `protovec keys`, and the commands that carry a key or use TLS. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Authority } from '../support/certificates.js';
import { type Outcome, run, type ServeProcess, serve, stop } from './cli-process.js';

describe('protovec keys', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  let file: string;
  let server: ServeProcess | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-keys-'));
    file = join(directory, 'keys.json');
  });

  afterEach(async () => {
    if (server !== undefined) await stop(server);
    server = undefined;
    await rm(directory, { recursive: true, force: true });
  });

  const keys = (args: string): Promise<Outcome> => run(`keys ${args} --file ${file}`.split(' '));

  /** Runs a client command with a key in its environment. */
  function withKey(key: string | undefined, args: string): Promise<Outcome> {
    const before = process.env.PROTOVEC_API_KEY;
    try {
      if (key !== undefined) process.env.PROTOVEC_API_KEY = key;
      return run(args.split(' '), server!.address);
    } finally {
      delete process.env.PROTOVEC_API_KEY;
      if (before !== undefined) process.env.PROTOVEC_API_KEY = before;
    }
  }

  it('makes keys that a server takes, lists and revokes them', async () => {
    const made = await keys('create --name loader --scope read --scope write --collection docs');
    expect(made.code, made.stderr).to.equal(0);
    const key = made.stdout.trim();
    expect(key).to.match(/^pv_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(made.stderr).to.match(/"loader", for read and write of docs\. It cannot be shown again/);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect(await readFile(file, 'utf8')).to.not.include(key.slice(20));

    const owner = JSON.parse(
      (await keys('create --name owner --scope admin --expires 1d --json')).stdout,
    );
    expect(Date.parse(owner.expires) - Date.now()).to.be.within(86_000_000, 86_400_000);
    const listed = await keys('list');
    expect(listed.stdout)
      .to.match(/loader.*read write.*docs.*valid/)
      .and.to.match(/owner.*admin.*all/);
    expect(listed.stdout).to.not.include(key.slice(20));

    server = await serve(join(directory, 'data'), '--keys', file);
    const created = await withKey(owner.key, 'collection create docs --dimension 2');
    expect(created.code, created.stderr).to.equal(0);
    const described = await withKey(key, 'collection list --json');
    expect(JSON.parse(described.stdout)).to.have.length(1);

    const absent = await withKey(undefined, 'collection list');
    expect(absent.code).to.equal(1);
    expect(absent.stderr).to.match(/carries no API key.*INVALID_KEY.*PROTOVEC_API_KEY/s);
    const forbidden = await withKey(key, 'collection delete docs');
    expect(forbidden.stderr).to.match(/DeleteCollection needs the scope admin.*SCOPE_MISSING/);
    expect(forbidden.stderr).to.not.include(key.slice(20));

    expect((await keys(`revoke ${key.slice(3, 19)}`)).stdout).to.match(/^Revoked the key/);
    expect((await keys('list')).stdout).to.match(/loader.*revoked/);
    let refused: Outcome;
    // The server looks at the file now and then.
    do refused = await withKey(key, 'collection list');
    while (refused.code === 0);
    expect(refused.stderr).to.match(/was revoked/);
    const { stderr } = await stop(server);
    server = undefined;
    expect(stderr).to.not.include(key.slice(20)).and.not.include(owner.key.slice(20));
  });

  it('takes the commands of docs/SECURITY.md as they stand there', async () => {
    const text = await readFile(new URL('../../docs/SECURITY.md', import.meta.url), 'utf8');
    const lines = [...text.matchAll(/^protovec (keys .*)$/gm)].map((match) => match[1]!);
    expect(lines).to.have.length(4);
    let id = '';
    for (const line of lines) {
      const args = line.replace('keys.json', file).replace('KEY-ID', id).split(' ');
      const { code, stdout, stderr } = await run(args);
      expect(code, `${line}: ${stderr}`).to.equal(0);
      id = /^pv_([0-9a-f]{16})_/.exec(stdout)?.[1] ?? id;
    }
    expect(JSON.parse(await readFile(file, 'utf8')).keys[1].revoked).to.be.a('string');
  });

  it('tells what is wrong with what it is asked', async () => {
    for (const [args, wrong] of [
      ['create --name x', /--scope/],
      ['create --scope read', /--name/],
      ['create --name x --scope root', /Allowed choices are read, write, admin/],
      ['create --name x --scope read --expires 2020-01-01', /a time to come/],
    ] as const) {
      const { code, stderr } = await keys(args);
      expect([args, code]).to.deep.equal([args, 2]);
      expect(stderr).to.match(wrong);
    }
    const name = await keys('create --name x --scope read --collection ../up');
    expect([name.code, name.stderr]).to.satisfy(
      ([code, text]: [number, string]) => code === 1 && /collection/.test(text),
    );
    const missing = await keys('list');
    expect(missing.stderr).to.match(/there is none; make one with: protovec keys create/);
    expect((await keys('revoke 0123456789abcdef')).stderr).to.match(/There is no key/);
    await writeFile(file, '{');
    expect((await keys('create --name x --scope read')).stderr).to.match(/is no JSON/);
    expect(await readFile(file, 'utf8')).to.equal('{');
  });

  it('and TLS protect a server together; without them it stays on its machine', async () => {
    const authority = await Authority.make();
    const { certificate, key } = await authority.issue();
    const path = (name: string): string => join(directory, name);
    await writeFile(path('ca.pem'), authority.certificate);
    await writeFile(path('cert.pem'), certificate);
    await writeFile(path('key.pem'), key);
    const { stdout } = await keys('create --name owner --scope admin --scope read');
    const tls = ['--tls-cert', path('cert.pem'), '--tls-key', path('key.pem')];
    const data = ['--data-dir', path('data')];

    const open = await run(['serve', '--listen', '0.0.0.0:0', ...data]);
    expect(open.code).to.equal(1);
    expect(open.stderr).to.match(/can be reached from other machines.*--insecure/);

    server = await serve(path('data'), ...tls, '--keys', file);
    const call = (more: string) => withKey(stdout.trim(), `collection list --json${more}`);
    expect((await call(` --ca ${path('ca.pem')}`)).stdout.trim()).to.equal('[]');
    expect((await call(' --tls')).stderr).to.match(/not issued by an authority.*TLS_FAILED.*--ca/s);
    expect((await call('')).stderr).to.match(/it may ask for TLS/);
    expect((await call(' --ca /missing.pem')).stderr).to.match(/no file \/missing\.pem/);
  });
});
