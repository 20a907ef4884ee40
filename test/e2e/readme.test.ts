/** The examples of the READMEs, as they stand there, against a real server. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startTestServer, type TestServer } from '../support/server.js';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url).pathname;

/** The first block of a language in a README, with the server's address in it. */
async function example(file: string, language: string, address: string): Promise<string> {
  const readme = await readFile(join(root, file), 'utf8');
  const block = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme);
  if (block === null) throw new Error(`${file} has no ${language} example`);
  expect(block[1]).to.contain('127.0.0.1:50051');
  return block[1].replace('127.0.0.1:50051', address);
}

/** The block that follows a text in a README. */
async function exampleAfter(file: string, text: string): Promise<string> {
  const readme = await readFile(join(root, file), 'utf8');
  const block = /```ts\n([\s\S]*?)```/.exec(readme.slice(readme.indexOf(text)));
  if (!readme.includes(text) || block === null) throw new Error(`${file} has no ${text}`);
  return block[1];
}

/** Runs an example as a module of this project; returns what it printed. */
async function runExample(source: string, extension: string): Promise<string> {
  const file = join(root, `.readme-example-${process.pid}.${extension}`);
  await writeFile(file, source);
  try {
    const arguments_ = ['--import', './test/support/register-tsx.mjs', file];
    return (await run(process.execPath, arguments_, { cwd: root, timeout: 30_000 })).stdout;
  } finally {
    await rm(file, { force: true });
  }
}

describe('the examples of a README', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startTestServer();
  });

  afterEach(() => server.close());

  it('run as they stand in the main one', async function () {
    this.timeout(60_000);
    const printed = await runExample(await example('README.md', 'ts', server.address), 'mts');
    expect(printed).to.contain('2 created, 0 refused');
    expect(printed).to.match(/b 0\.970 a viola/);
    expect(printed).to.match(/snapshot [0-9a-f-]{36}: \d+ bytes/);
    const stock = await runExample(await example('README.md', 'js', server.address), 'mjs');
    expect(stock.split('\n')[0]).to.match(/^b 0\.99/);
  });

  it('run as they stand in that of the TypeScript client', async function () {
    this.timeout(60_000);
    const source = await example('clients/typescript/README.md', 'ts', server.address);
    expect(await runExample(source, 'mts')).to.match(/^a 0\.99\d+ a cat\n$/);
  });

  it('search many at once as that of the TypeScript client says', async function () {
    this.timeout(60_000);
    const file = 'clients/typescript/README.md';
    const source = await example(file, 'ts', server.address);
    const printed = await runExample(
      source + (await exampleAfter(file, '**Many searches.**')),
      'mts',
    );
    const [, many, ...stream] = printed.trim().split('\n');
    expect(many).equals("[ 'a', 'b', 'b' ]");
    expect(stream.sort()).deep.equals(['0 a', '1 b', '2 b']);
  });

  it('load as that of the TypeScript client says', async function () {
    this.timeout(60_000);
    const file = 'clients/typescript/README.md';
    const source = await example(file, 'ts', server.address);
    const printed = await runExample(
      source + (await exampleAfter(file, '**Loads that go on.**')),
      'mts',
    );
    const [, ...lines] = printed.trim().split('\n');
    expect(lines.at(-1)).equals('2 0 true');
    expect(lines.at(-2)).equals('2 0');
  });

  it('work with LangChain as that of the TypeScript client says', async function () {
    this.timeout(60_000);
    const file = 'clients/typescript/README.md';
    const source = await example(file, 'ts', server.address);
    const embeddings = `import { SyntheticEmbeddings } from '@langchain/core/utils/testing';
      const embeddings = new SyntheticEmbeddings({ vectorSize: 6 });\n`;
    const printed = await runExample(
      source + embeddings + (await exampleAfter(file, '**LangChain.**')),
      'mts',
    );
    const [, scored, ...diverse] = printed.trim().split('\n');
    expect(scored).to.match(/^0\.\d+ a (string|brass) instrument$/);
    expect(diverse.sort()).deep.equals(['a brass instrument', 'ein Instrument']);
  });
});
