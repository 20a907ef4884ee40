import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Outcome, run, type ServeProcess, serve, stop } from './cli-process.js';

const records = [
  {
    id: 'a',
    title: 'Apfel',
    content: 'red',
    embedding: [1, 0, 0],
    metadata: { kind: 'fruit', n: 1 },
  },
  {
    id: 'b',
    title: 'Birne',
    content: 'green',
    embedding: [0.9, 0.1, 0],
    metadata: { kind: 'fruit', n: 2 },
  },
  {
    id: 'c',
    title: 'Chaussee',
    filePath: 'c.md',
    extension: 'md',
    embedding: [0, 1, -0.5],
    metadata: { kind: 'road', tags: ['x', 'y'], big: { intValue: '9007199254740993' } },
  },
];
const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');

describe('protovec with a server', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(60_000);
  let directory: string;
  let server: ServeProcess;
  const protovec = (args: string, input?: string): Promise<Outcome> =>
    run(args.split(' '), server.address, input);
  const succeed = async (args: string, input?: string): Promise<string> => {
    const { code, stdout, stderr } = await protovec(args, input);
    expect(code, stderr).to.equal(0);
    return stdout;
  };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-cli-'));
    server = await serve(join(directory, 'data'));
    await succeed('collection create docs --dimension 3 --embedding-model test');
    await succeed('import docs -', lines);
  });
  after(async () => {
    await stop(server);
    await rm(directory, { recursive: true, force: true });
  });

  it('creates, lists, describes and deletes collections', async () => {
    const made = await succeed('collection create flat --dimension 2 --metric dot --index flat');
    expect(made).to.equal('Created the collection flat (2 dimensions, dot, flat index).\n');
    const list = JSON.parse(await succeed('collection list --json'));
    expect(list.map((one: { name: string }) => one.name)).to.deep.equal(['docs', 'flat']);
    expect(await succeed('collection list')).to.match(/docs.*3.*cosine.*hnsw.*serving/);
    expect(await succeed('collection describe docs')).to.match(/Embedding model +test/);
    expect(await succeed('collection delete flat')).to.equal('Deleted the collection flat.\n');
    const again = await protovec('collection delete flat');
    expect(again.code).to.equal(1);
    expect(again.stderr).to.match(
      /^protovec: .*\(NOT_FOUND, COLLECTION_NOT_FOUND, field collection\).*list\n$/,
    );
  });

  it('says code, reason and field of what the server refuses', async () => {
    const name = await protovec('collection create ../x');
    expect(name.code).to.equal(1);
    expect(name.stderr).to.match(/\(INVALID_ARGUMENT, field collection\)\n$/);
    const vector = await protovec('search docs --vector [1,2]');
    expect(vector.stderr).to.match(/\(INVALID_ARGUMENT, INVALID_EMBEDDING, field vector/);
    const limit = await protovec('search docs --vector [1,2,3] --limit 10001');
    expect(limit.stderr).to.match(/\(INVALID_ARGUMENT, field limit\)/);
  });

  it('exports what was imported, exactly', async () => {
    const sorted = (text: string) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .sort((x, y) => (x.id < y.id ? -1 : 1));
    expect(sorted(await succeed('export docs'))).to.deep.equal(records);
    const file = join(directory, 'docs.jsonl');
    const said = await succeed(`export docs --out ${file}`);
    expect(said).to.equal(`Exported 3 records from docs to ${file}.\n`);
    expect(sorted(await readFile(file, 'utf8'))).to.deep.equal(records);
  });

  it('reports bad lines and refused records by line, loads the others and exits 1', async () => {
    const file = join(directory, 'mixed.jsonl');
    const good = '{"id":"g1","embedding":[1,2,3]}';
    await writeFile(
      file,
      `${good}\nnot json\n\n{"id":"short","embedding":[1]}\n{"id":"g2","embedding":[3,2,1]}`,
    );
    await succeed('collection create mixed --dimension 3');
    const outcome = await protovec(`import mixed ${file}`);
    expect(outcome.code).to.equal(1);
    expect(outcome.stdout).to.equal(
      'Imported 2 records into mixed: 2 created, 0 replaced, 2 failed.\n',
    );
    const [first, second, ...rest] = outcome.stderr.trimEnd().split('\n');
    expect(first).to.match(/^line 2: not JSON/);
    expect(second).to.match(/^line 4 \(id short\): .*\(INVALID_EMBEDDING\)$/);
    expect(rest).to.deep.equal([]);
    const json = await run(['import', 'mixed', file, '--json'], server.address);
    expect(JSON.parse(json.stdout)).to.include({ created: 0, updated: 2, failed: 2 });
  });

  it('searches by vector, by file and by record, best first', async () => {
    const file = join(directory, 'vector.json');
    await writeFile(file, '[1, 0, 0]');
    const ids = async (args: string) =>
      JSON.parse(await succeed(`search docs ${args} --json`)).hits.map(
        (hit: { id: string }) => hit.id,
      );
    expect(await ids('--vector [1,0,0]')).to.deep.equal(['a', 'b', 'c']);
    expect(await ids(`--vector-file ${file} --limit 2 --exact`)).to.deep.equal(['a', 'b']);
    expect(await ids('--id a')).to.deep.equal(['b', 'c']);
    expect(await ids('--vector [1,0,0] --threshold 0.95')).to.deep.equal(['a', 'b']);
    expect(await ids('--vector [1,0,0] --ef-search 10 --where kind=fruit n>1')).to.deep.equal([
      'b',
    ]);
    expect(await ids('--vector [1,0,0] --where kind!=fruit')).to.deep.equal(['c']);
    expect(await ids('--vector [1,0,0] --where kind~UI')).to.deep.equal(['a', 'b']);
  });

  it('prints a table of hits', async () => {
    const table = await succeed('search docs --vector [1,0,0] --limit 1');
    expect(table).to.match(/Score.*Distance.*Id.*Title.*Content/);
    expect(table).to.match(/1\.0000.*a.*Apfel.*red/);
    expect(table).to.match(/1 result, /);
    const nothing = await succeed('search docs --vector [1,0,0] --where kind=none');
    expect(nothing).to.equal('Nothing found.\n');
  });
});
