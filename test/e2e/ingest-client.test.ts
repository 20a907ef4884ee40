/** `ingest` of the client, and the import that stands on it, against real servers that go away. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { connect, type IngestProgress } from '../../clients/typescript/src/index.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { run, serve, stop } from './cli-process.js';
import { startServerProcess } from './server-process.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

describe('a load', function () {
  this.timeout(180_000);
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-ingest-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('goes on when its server is stopped in peace and started again', async () => {
    let server = await startServerProcess(directory);
    const proxy = await startCuttingProxy(() => server.address);
    const client = connect(proxy.address);
    await client.createCollection('docs', { dimension: 2 });
    const content = 'x'.repeat(100_000);
    let acknowledged = 0;
    let restarted = false;
    const source = async function* () {
      for (let index = 0; index < 200; index += 1) {
        // The last records come after the restart, whatever is faster.
        while (index === 180 && !restarted) await delay(5);
        yield { id: `r${index}`, content, embedding: [index, 1] };
      }
    };
    const onProgress = (progress: IngestProgress): void => {
      acknowledged = progress.acknowledged;
    };
    const loading = client.collection('docs').ingest(source(), { mode: 'insert', onProgress });
    while (acknowledged === 0) await Promise.race([delay(5), loading]);
    expect(await server.kill('SIGTERM')).to.equal(0);
    server = await startServerProcess(directory);
    restarted = true;
    expect(await loading).to.include({ created: 200, updated: 0, failed: 0, durable: true });
    expect((await loading).reconnects).to.be.at.least(1);
    expect(await client.collection('docs').count()).to.equal(200);
    client.close();
    await proxy.close();
    await server.kill('SIGKILL');
  });

  it('that is an import says how to go on when it is interrupted, and does', async () => {
    const server = await serve(directory);
    await run(['collection', 'create', 'docs', '--dimension', '2'], server.address);
    const lines = Array.from({ length: 25_000 }, (_, index) => `{"embedding":[${index},1]}\n`);
    const file = join(directory, 'records.jsonl');
    await writeFile(file, lines.join(''));
    const importing = spawn(process.execPath, [main, 'import', 'docs', '-'], {
      env: { ...process.env, PROTOVEC_SERVER: server.address, NO_COLOR: '1' },
    });
    const ended = once(importing, 'close');
    let said = '';
    importing.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    importing.stdin.write(lines.slice(0, 15_000).join(''));
    const client = connect(server.address);
    while ((await client.collection('docs').count()) < 10_000) await delay(20);
    // The acknowledgement comes right after the batch is kept.
    await delay(200);
    importing.kill('SIGINT');
    const killed = setTimeout(() => importing.kill('SIGKILL'), 10_000);
    const [code] = await ended;
    clearTimeout(killed);
    expect(code, said).to.equal(1);
    const [, resume] =
      /^10,000 records were loaded; go on by adding --resume (\S+)$/m.exec(said) ?? [];
    expect(resume, said).to.match(/^[0-9a-f-]{36}:1$/);
    const outcome = await run(['import', 'docs', file, '--resume', resume!], server.address);
    expect(outcome.stdout).to.equal(
      'Imported 25,000 records into docs: 25,000 created, 0 replaced.\n',
    );
    expect(await client.collection('docs').count()).to.equal(25_000);
    client.close();
    const bad = await run(['import', 'docs', file, '--resume', 'x'], server.address);
    expect(bad).to.include({ code: 2 });
    expect(bad.stderr).to.contain("--resume is 'x'; give what the failed import printed");
    await stop(server);
  });
});
