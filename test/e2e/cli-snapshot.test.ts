import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run, type ServeProcess, serve, stop } from './cli-process.js';

describe('protovec snapshot', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  let server: ServeProcess;
  const succeed = async (args: string, input?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(args.split(' '), server.address, input);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const fail = async (args: string): Promise<string> => {
    const { code, stderr } = await run(args.split(' '), server.address);
    expect(code).to.equal(1);
    return stderr;
  };
  const recordCount = async (name: string) =>
    JSON.parse(await succeed(`collection describe ${name} --json`)).recordCount;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-'));
    server = await serve(join(directory, 'data'));
    await succeed('collection create docs --dimension 64');
    const line = (i: number) =>
      `${JSON.stringify({ id: `r${i}`, embedding: Array.from({ length: 64 }, (_, k) => i + k) })}\n`;
    await succeed('import docs -', Array.from({ length: 2000 }, (_, i) => line(i + 1)).join(''));
  });
  after(async () => {
    await stop(server);
    await rm(directory, { recursive: true, force: true });
  });

  it('saves, lists, downloads, merges, restores and deletes', async () => {
    const snapshot = JSON.parse(await succeed('snapshot create docs --json'));
    expect(snapshot).to.include({ collection: 'docs', format: 'binary', recordCount: 2000 });
    expect(await succeed('snapshot list docs')).to.include(snapshot.id);

    const file = join(directory, 'docs.pb');
    await succeed(`snapshot download docs ${snapshot.id} --out ${file}`);
    const bytes = await readFile(file);
    expect(bytes.length).to.equal(snapshot.sizeBytes);

    await succeed('collection create copy --dimension 64');
    const merge = `snapshot merge ${file} --into copy`;
    expect(await succeed(`${merge} --dry-run`)).to.match(/would do this: 2,000 records added\.\n$/);
    expect(await recordCount('copy')).to.equal(0);
    expect(await succeed(merge)).to.match(/into copy: 2,000 records added\.\n$/);
    expect(await succeed(merge)).to.match(/: 0 records added; 2,000 merged records left out/);
    expect(await succeed(`${merge} --policy overwrite`)).to.match(
      /2,000 existing records replaced/,
    );
    expect(await fail(`${merge} --policy fail`)).to.match(/2000 of the merged records exist/);
    expect((await run(['snapshot', 'merge', file], server.address)).code).to.equal(2);

    await succeed('import docs -', `{"id":"extra","embedding":[${'1,'.repeat(63)}1]}\n`);
    expect(await recordCount('docs')).to.equal(2001);
    const said = await succeed(`snapshot restore docs ${snapshot.id}`);
    expect(said).to.equal('Restored 2,000 records into docs.\n');
    expect(await recordCount('docs')).to.equal(2000);
    await succeed(`snapshot restore docs ${snapshot.id} --into other`);
    expect(await recordCount('other')).to.equal(2000);

    await succeed(`snapshot delete docs ${snapshot.id}`);
    expect(await succeed('snapshot list docs')).to.match(/^docs has no snapshots/);
  });

  it('merges several files, with each other first', async () => {
    const line = (id: string, title: string) =>
      `${JSON.stringify({ id, title, embedding: Array.from({ length: 64 }, () => 1) })}\n`;
    const files: string[] = [];
    for (const [name, ids] of [
      ['one', ['a', 'b']],
      ['two', ['b', 'c']],
    ] as const) {
      await succeed(`collection create ${name} --dimension 64`);
      await succeed(`import ${name} -`, ids.map((id) => line(id, name)).join(''));
      const { id } = JSON.parse(await succeed(`snapshot create ${name} --json`));
      files.push(join(directory, `${name}.pb`));
      await succeed(`snapshot download ${name} ${id} --out ${files.at(-1)}`);
    }
    await succeed('collection create three --dimension 64');
    const all = files.join(' ');
    expect(await fail(`snapshot merge ${all} --into three --policy fail`)).to.match(
      /ALREADY_EXISTS/,
    );
    expect(await recordCount('three')).to.equal(0);
    const said = await succeed(`snapshot merge ${all} --into three --policy overwrite`);
    expect(said).to.equal('Merged 2 files into three: 3 records added.\n');
    expect(await succeed('export three')).to.match(/"id":"b"[^\n]*"title":"two"/);
    const out = join(directory, 'three.pb');
    await succeed(`snapshot merge ${all} --out ${out}`);
    expect(await succeed(`snapshot merge ${out} --into three --dry-run`)).to.match(
      /3 merged records left out/,
    );
  });

  it('uploads a file, and restores it with another index', async () => {
    const { id } = JSON.parse(await succeed('snapshot create docs --json'));
    const file = join(directory, 'upload.pb');
    await succeed(`snapshot download docs ${id} --out ${file}`);
    await succeed('collection create uploaded --dimension 64');
    const made = JSON.parse(await succeed(`snapshot upload uploaded ${file} --json`));
    expect(made).to.include({ collection: 'uploaded', recordCount: 2000 });
    const restore = `snapshot restore uploaded ${made.id}`;
    await succeed(`${restore} --into flat --index flat`);
    expect(JSON.parse(await succeed('collection describe flat --json')).config.index.kind).to.equal(
      'flat',
    );
    expect(await recordCount('flat')).to.equal(2000);
    await succeed(`${restore} --connectivity 8`);
    const { config } = JSON.parse(await succeed('collection describe uploaded --json'));
    expect(config.index).to.include({ kind: 'hnsw', connectivity: 8, expansionAdd: 160 });
    const missing = await fail(`snapshot upload uploaded ${join(directory, 'none.pb')}`);
    expect(missing).to.match(/There is no file/);
  });

  it('takes one compressed, or as JSON', async () => {
    await succeed('collection create few --dimension 64');
    const plain = JSON.parse(await succeed('snapshot create few --no-compress --json'));
    expect(plain).to.include({ format: 'binary', compressed: false });
    expect(await succeed('snapshot create few --compress')).to.match(/\(binary, compressed, /);
    expect(await succeed('snapshot list few')).to.include('binary, compressed');
    expect(await succeed('snapshot create few --format json')).to.match(/\(json, /);
    expect(await fail('snapshot create few --format json --compress')).to.include('not compressed');
  });

  it('goes on with a broken download', async () => {
    const { id } = JSON.parse(await succeed('snapshot create docs --json'));
    const whole = join(directory, 'whole.pb');
    const resumed = join(directory, 'resumed.pb');
    await succeed(`snapshot download docs ${id} --out ${whole}`);
    const bytes = await readFile(whole);
    await writeFile(`${resumed}.part`, bytes.subarray(0, 300_001));
    const said = JSON.parse(await succeed(`snapshot download docs ${id} --out ${resumed} --json`));
    expect(said.resumedAt).to.equal(300_001);
    expect((await readFile(resumed)).equals(bytes)).to.equal(true);
  });

  it('does not take a part of another file for its own', async () => {
    const { id } = JSON.parse(await succeed('snapshot create docs --json'));
    const file = join(directory, 'foreign.pb');
    await writeFile(`${file}.part`, 'something else');
    expect(await fail(`snapshot download docs ${id} --out ${file}`)).to.match(
      /Run the command again/,
    );
    await succeed(`snapshot download docs ${id} --out ${file}`);
  });

  it('writes JSON that JSON.parse reads', async () => {
    const { id } = JSON.parse(await succeed('snapshot create docs --format json --json'));
    const file = join(directory, 'docs.json');
    await succeed(`snapshot download docs ${id} --out ${file}`);
    expect(JSON.parse(await readFile(file, 'utf8')).records).to.have.length(2000);
  });

  it('refuses a damaged file and a missing snapshot, and says why', async () => {
    const file = join(directory, 'damaged.pb');
    const { id } = JSON.parse(await succeed('snapshot create docs --json'));
    await succeed(`snapshot download docs ${id} --out ${file}`);
    const bytes = await readFile(file);
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(file, bytes);
    expect(await fail(`snapshot merge ${file} --into docs`)).to.match(/SERIALIZATION_ERROR/);
    expect(await fail(`snapshot upload docs ${file}`)).to.match(/SERIALIZATION_ERROR/);
    const none = '00000000-0000-7000-8000-000000000000';
    expect(await fail(`snapshot delete docs ${none}`)).to.match(/NOT_FOUND, SNAPSHOT_NOT_FOUND/);
    expect(await fail(`snapshot download docs ${none} --out x`)).to.match(/SNAPSHOT_NOT_FOUND/);
  });
});
