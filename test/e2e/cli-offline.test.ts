/** The commands that work on files without a server, as a user runs them. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { StorageSnapshot } from '../../src/gen/protovec/v1/snapshot.js';
import { type Outcome, run, serve, stop } from './cli-process.js';

describe('protovec on files', function () {
  // Every command is a process of its own, which takes its time on a busy machine.
  this.timeout(120_000);
  let root: string;
  let file: string;
  /** A copy of the data directory as a crash leaves it. */
  let data: string;
  let collection: string;

  const at = (name: string) => join(root, name);
  const json = ({ stdout, stderr }: Outcome) => {
    expect(stderr).to.equal('');
    return JSON.parse(stdout);
  };
  const flip = async (from: string, to: string, offset: number): Promise<void> => {
    const bytes = await readFile(from);
    bytes[offset]! ^= 1;
    await writeFile(to, bytes);
  };

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'protovec-offline-'));
    file = at('whole.pb');
    data = at('data');
    const server = await serve(at('served'));
    const succeed = async (args: string, input?: string): Promise<string> => {
      const { code, stdout, stderr } = await run(args.split(' '), server.address, input);
      expect(code, stderr).to.equal(0);
      return stdout;
    };
    await succeed('collection create docs --dimension 4');
    for (let i = 0; i < 3; i++) {
      const lines = Array.from({ length: 200 }, (_, k) =>
        JSON.stringify({
          id: `r${i * 200 + k}`,
          content: 'c'.repeat(300),
          embedding: [1, i, k, 1],
        }),
      );
      await succeed('import docs -', lines.join('\n'));
    }
    const { id } = JSON.parse(await succeed('snapshot create docs --json'));
    await succeed(`snapshot download docs ${id} --out ${file}`);
    const valid = await succeed(`snapshot validate ${id} --in docs`);
    expect(valid).to.include('is valid: 600 intact records.');
    await cp(at('served'), data, { recursive: true });
    [collection] = (await readdir(join(data, 'collections'))) as [string];
    await stop(server);
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('validates a file, and exits 1 when it is not valid', async () => {
    const whole = await run(['snapshot', 'validate', file]);
    expect(whole.code).to.equal(0);
    expect(whole.stdout).to.match(/whole\.pb is valid: 600 intact records\.\n/);
    await flip(file, at('damaged.pb'), 100_000);
    const damaged = await run(['snapshot', 'validate', at('damaged.pb'), '--json']);
    expect(damaged.code).to.equal(1);
    expect(json(damaged)).to.include({ valid: false, format: 'binary', findingCount: 2 });
    const missing = await run(['snapshot', 'validate', at('none.pb'), '--json']);
    expect(missing.code).to.equal(1);
    expect(json(missing).findings[0].kind).to.equal('missing');
  });

  it('inspects a file of two parts', async () => {
    const bytes = await readFile(file);
    await writeFile(at('two.pb'), Buffer.concat([bytes, bytes]));
    const { parts, format } = json(await run(['snapshot', 'inspect', at('two.pb'), '--json']));
    expect(format).to.equal('binary');
    expect(parts.map(({ records }: { records: number }) => records)).to.deep.equal([600, 600]);
    expect(parts[1]).to.deep.include({ offset: bytes.length, length: bytes.length });
    const { stdout } = await run(['snapshot', 'inspect', file]);
    expect(stdout).to.include('a binary snapshot').and.include('footer of 600 records');
  });

  it('repairs a damaged file and seals an unsealed one', async () => {
    const bytes = await readFile(file);
    const cut = Buffer.concat([bytes.subarray(0, bytes.length - 100), bytes]);
    await writeFile(at('cut.pb'), cut);
    const repaired = await run(['snapshot', 'repair', at('cut.pb'), at('repaired.pb')]);
    expect(repaired.code, repaired.stderr).to.equal(0);
    expect(repaired.stdout).to.match(/^Wrote 600 intact records/);
    expect((await run(['snapshot', 'validate', at('repaired.pb')])).code).to.equal(0);

    const message = StorageSnapshot.decode(bytes);
    const unsealed = { ...message, checksums: [], footers: [] };
    await writeFile(at('unsealed.pb'), StorageSnapshot.encode(unsealed).finish());
    expect((await run(['snapshot', 'validate', at('unsealed.pb')])).code).to.equal(1);
    const allowed = await run(['snapshot', 'validate', at('unsealed.pb'), '--allow-unsealed']);
    expect(allowed.code).to.equal(0);
    const sealed = await run(['snapshot', 'seal', at('unsealed.pb'), at('sealed.pb'), '--json']);
    expect(json(sealed)).to.include({ recordCount: 600 });
    expect((await run(['snapshot', 'validate', at('sealed.pb')])).code).to.equal(0);
  });

  it('does not write over the file that it reads', async () => {
    const same = await run(['snapshot', 'repair', file, file]);
    expect(same.code).to.equal(1);
    expect(same.stderr).to.include('is the file that is read');
  });

  it('inspects and repairs a log file', async () => {
    const log = join(data, 'collections', collection, 'log-1.pb');
    const whole = json(await run(['log', 'inspect', log, '--json', '--entries']));
    expect(whole).to.include({ collectionId: collection, fileNumber: 1, firstSequence: 1 });
    expect(whole.kinds.upsert.count).to.equal(600);
    expect(whole.entries.length).to.equal(whole.lastSequence);
    const { bytes, offset } = whole.entries[1];
    await flip(log, at('log.pb'), offset + bytes - 10);
    const damaged = await run(['log', 'inspect', at('log.pb')]);
    expect(damaged.code).to.equal(1);
    expect(damaged.stdout).to.include('Entry 2 is damaged, and was acknowledged');
    const repaired = await run(['log', 'repair', at('log.pb'), at('log-repaired.pb')]);
    expect(repaired.stdout).to.match(/^Wrote the 1 entries up to sequence 1 /);
    const again = await run(['log', 'inspect', at('log-repaired.pb'), '--entries']);
    expect(again.code).to.equal(0);
    expect(again.stdout).to.match(/\n1 +\S+Z +0 +upsert +200 /);
  });

  it('repairs a collection that a server quarantines, which then serves it', async () => {
    const directory = join(data, 'collections', collection);
    const log = join(directory, 'log-1.pb');
    await flip(log, log, 120_000);
    const repaired = await run(['log', 'repair', directory, at('collection')]);
    expect(repaired.code, repaired.stderr).to.equal(0);
    expect(repaired.stdout).to.include('1 snapshot.\nLeft out: log-1.pb: from byte ');
    await rename(directory, at('kept'));
    await rename(at('collection'), directory);
    const server = await serve(data);
    try {
      const described = await run(['collection', 'describe', 'docs', '--json'], server.address);
      expect(json(described)).to.include({ state: 'serving', recordCount: 200 });
    } finally {
      await stop(server);
    }
  });
});
