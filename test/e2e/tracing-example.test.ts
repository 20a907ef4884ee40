/** The example of docs/OBSERVABILITY.md as it stands there, in the real server. */
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connect } from '../../clients/typescript/src/index.js';
import { serve, stop } from './cli-process.js';

const root = new URL('../../', import.meta.url).pathname;

describe('the example of a tracer provider', () => {
  // In the project, whose packages it imports.
  const file = join(root, `.tracing-example-${process.pid}.mjs`);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-tracing-'));
    const document = await readFile(join(root, 'docs/OBSERVABILITY.md'), 'utf8');
    const [, source] = /```js\n(\/\/ tracing\.mjs[\s\S]*?)```/.exec(document)!;
    await writeFile(file, source);
  });

  after(async () => {
    await rm(file, { force: true });
    await rm(directory, { recursive: true, force: true });
  });

  it('prints a span for each call', async function () {
    this.timeout(30_000);
    const before = process.env.NODE_OPTIONS;
    process.env.NODE_OPTIONS = `${before ?? ''} --import ${file}`;
    const starting = serve(directory);
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
    const server = await starting;
    const client = connect(server.address);
    await client.createCollection('docs', { dimension: 4 });
    client.close();
    const [printed] = await once(server.child.stdout!, 'data');
    expect((await stop(server)).code).equals(0);
    expect(printed).includes("name: 'protovec.v1.CollectionService/CreateCollection'");
    expect(printed).includes("'rpc.grpc.status_code': 0");
  });
});
