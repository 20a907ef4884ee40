/** The command line's differences, conversions and deletions, as a user runs them. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connect, type RecordDifference } from '../../clients/typescript/src/index.js';
import { StorageSnapshot } from '../../src/gen/protovec/v1/snapshot.js';
import { all, vectorOf } from '../support/client.js';
import { run, type ServeProcess, serve, stop } from './cli-process.js';

const recordsOf = (ids: readonly string[], content: string) =>
  ids.map((id, i) => ({
    id,
    content: `${content} ${i} ${'…'.repeat(100)}`,
    embedding: vectorOf(i, 8),
    metadata: { i, text: content },
  }));

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `r${String(from + i).padStart(4, '0')}`);

/** Ids that are hard to keep in a file of lines. */
const odd = ['a\nb', 'c\r', '"quoted"', ' space ', '\ufeffmark', '{"x":1}', 'ü\u0000', '-', '\\n'];

describe('protovec snapshot diff, convert and delete', function () {
  this.timeout(60_000);
  let directory: string;
  let server: ServeProcess;
  let client: ReturnType<typeof connect>;
  const path = (name: string) => join(directory, name);
  const succeed = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(args, server.address);
    expect(code, stderr).to.equal(0);
    return stdout;
  };
  const fail = async (code: number, ...args: string[]): Promise<string> => {
    const outcome = await run(args, server.address);
    expect(outcome.code, outcome.stderr).to.equal(code);
    return outcome.stderr;
  };

  async function save(collection: string, file: string): Promise<string> {
    const { snapshots } = client.collection(collection);
    const { id } = await snapshots.create();
    await writeFile(path(file), Buffer.concat(await all(snapshots.download(id))));
    return id;
  }

  let first: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-diff-'));
    server = await serve(join(directory, 'data'));
    client = connect(server.address);
    await client.createCollection('docs', { dimension: 8 });
    const docs = client.collection('docs');
    await docs.insertMany(recordsOf([...numbered(0, 500), ...odd], 'first'));
    first = await save('docs', 'a.pb');
    await docs.deleteMany({ ids: [...numbered(100, 150), ...odd.slice(1)] });
    await docs.insertMany(recordsOf([...numbered(300, 330), ...numbered(500, 540)], 'second'));
    await save('docs', 'b.pb');
  });
  after(async () => {
    client.close();
    await stop(server);
    await rm(directory, { recursive: true, force: true });
  });

  it('prints counts and the first differences of two files', async () => {
    const printed = await succeed('snapshot', 'diff', path('a.pb'), path('b.pb'));
    expect(printed).to.match(/Added.+Removed.+Changed.+Unchanged/);
    expect(printed).to.match(/\b40\b.+\b58\b.+\b30\b.+\b421\b/);
    expect(printed).to.match(/(added|changed).+r0[35]\d\d/);
    expect(await succeed('snapshot', 'diff', path('a.pb'), path('a.pb'))).to.include(
      'are the same',
    );
  });

  it('prints every difference and the summary as lines of JSON, alike for files and the server', async () => {
    const args = ['snapshot', 'diff', path('a.pb'), path('b.pb'), '--json'];
    const lines = (await succeed(...args)).trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line));
    expect(parsed.pop()).to.deep.equal({
      summary: { added: 40, removed: 58, changed: 30, unchanged: 421 },
    });
    const of = (kind: RecordDifference['kind']) =>
      parsed.filter((difference) => difference.kind === kind).map(({ id }) => id);
    expect(of('added')).to.have.members(numbered(500, 540));
    expect(of('removed')).to.have.members([...numbered(100, 150), ...odd.slice(1)]);
    expect(of('changed')).to.have.members(numbered(300, 330));
    const live = await succeed('snapshot', 'diff', first, '--in', 'docs', '--json');
    expect(live.trimEnd().split('\n')).to.have.members(lines);
  });

  it('writes what turns the first file into the second, and deletes by such a file', async () => {
    const [changes, removed] = [path('changes.pb'), path('removed.txt')];
    const files = ['--changes', changes, '--removed', removed];
    await succeed('snapshot', 'diff', path('a.pb'), path('b.pb'), ...files);
    expect(StorageSnapshot.decode(await readFile(changes)).records).to.have.lengthOf(70);
    await client.createCollection('copy', { dimension: 8 });
    const copy = client.collection('copy');
    await copy.snapshots.merge([await readFile(path('a.pb'))]);
    await copy.snapshots.merge([await readFile(changes)], { policy: 'overwrite' });
    const said = await succeed('delete', 'copy', '--ids', removed);
    expect(said).to.equal('Deleted 58 records of copy.\n');
    await save('copy', 'result.pb');
    const same = await succeed('snapshot', 'diff', path('result.pb'), path('b.pb'), '--json');
    expect(JSON.parse(same).summary).to.deep.equal({
      added: 0,
      removed: 0,
      changed: 0,
      unchanged: 491,
    });
    const again = await succeed('delete', 'copy', '--ids', removed, '--json');
    expect(JSON.parse(again)).to.deep.equal({ deleted: 0, missing: 58 });
  });

  it('says which line of a file of ids holds none', async () => {
    await writeFile(path('ids.txt'), 'a\n\n"b\n');
    expect(await fail(1, 'delete', 'copy', '--ids', path('ids.txt'))).to.match(/ids\.txt, line 3/);
    expect(await fail(1, 'delete', 'copy', '--ids', path('none.txt'))).to.match(/There is no file/);
  });

  it('converts between encodings and to files of a limited size', async () => {
    await succeed('snapshot', 'convert', path('a.pb'), path('a.json'));
    expect(JSON.parse(await readFile(path('a.json'), 'utf8')).records).to.have.lengthOf(509);
    await succeed('snapshot', 'convert', path('a.json'), path('small.pb'), '--compress');
    const parts = [
      'snapshot',
      'convert',
      path('small.pb'),
      path('part.pb'),
      '--part-bytes',
      '65536',
    ];
    const files = JSON.parse(await succeed(...parts, '--json'));
    const names = (await readdir(directory)).filter((name) => name.startsWith('part-')).sort();
    expect(files.map((file: { path: string }) => file.path)).to.deep.equal(names.map(path));
    expect(names.length).to.be.greaterThan(3);
    const pieces = await Promise.all(names.map((name) => readFile(path(name))));
    await writeFile(path('parts.pb'), Buffer.concat(pieces));
    await succeed('snapshot', 'convert', path('parts.pb'), path('whole.pb'));
    expect((await readFile(path('whole.pb'))).equals(await readFile(path('a.pb')))).to.equal(true);
  });

  it('refuses wrong usage, with exit code 2, and keeps the files that it reads', async () => {
    const a = path('a.pb');
    const before = await readFile(a);
    const wrong = [
      ['snapshot', 'diff', a],
      ['snapshot', 'diff', first, '--in', 'docs', '--changes', path('x')],
      ['snapshot', 'diff', a, path('b.pb'), '--changes', a],
      ['snapshot', 'diff', a, path('b.pb'), '--changes', path('x'), '--removed', path('x')],
      ['snapshot', 'convert', a, a],
      ['snapshot', 'convert', a, path('x.json'), '--compress'],
      ['snapshot', 'convert', a, path('x'), '--format', 'json', '--part-bytes', '100000'],
      ['delete', 'docs'],
    ];
    for (const args of wrong) await fail(2, ...args);
    expect(await fail(1, 'snapshot', 'convert', a, path('x'), '--part-bytes', '10')).to.match(
      /65536/,
    );
    expect(await fail(1, 'snapshot', 'diff', a, path('none.pb'))).to.match(/There is no file/);
    expect((await readFile(a)).equals(before)).to.equal(true);
  });

  it('refuses a damaged file and leaves what is there', async () => {
    const bytes = await readFile(path('a.pb'));
    bytes[3_000]! ^= 1;
    await writeFile(path('damaged.pb'), bytes);
    await writeFile(path('kept.pb'), 'kept');
    for (const args of [
      ['convert', path('damaged.pb'), path('kept.pb')],
      ['diff', path('a.pb'), path('damaged.pb'), '--changes', path('kept.pb')],
    ]) {
      expect(await fail(1, 'snapshot', ...args)).to.match(/damaged\.pb.+SERIALIZATION_ERROR/);
    }
    expect(await readFile(path('kept.pb'), 'utf8')).to.equal('kept');
  });
});
