/** Keys never leave the server again: not in its log, not in an error. And no key, no work. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connect } from '../../clients/typescript/src/index.js';
import { failureOf, summary } from '../support/client.js';
import { KeptLog } from '../support/kept-log.js';
import { makeKey, type TestKey, writeKeys } from '../support/keys.js';
import { scrapeText } from '../support/metrics.js';
import { startTestServer, type TestServer } from '../support/server.js';

describe('an API key', function () {
  this.timeout(40_000);
  let directory: string;
  let keysFile: string;
  let server: TestServer;
  let http: ClientHttp2Session;
  let log: KeptLog;
  let key: TestKey;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-secrecy-'));
    keysFile = join(directory, 'keys.json');
    key = makeKey();
    await writeKeys(keysFile, key);
    log = new KeptLog();
    server = await startTestServer({
      keysFile,
      workers: 1,
      logger: log.logger,
      metrics: '127.0.0.1:0',
    });
    http = connectHttp2(`http://${server.address}`);
  });

  afterEach(async () => {
    http?.destroy();
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Sends these headers and no message; the status and all headers of the answer. */
  async function answer(headers: Record<string, string>): Promise<[status: string, all: string]> {
    const stream = http.request(
      {
        ':method': 'POST',
        ':path': '/protovec.v1.SearchService/Search',
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      },
      { endStream: false },
    );
    stream.on('error', () => {}).resume();
    const [found] = (await once(stream, 'response')) as [Record<string, string>];
    stream.close();
    return [String(found['grpc-status']), JSON.stringify(found)];
  }

  it('is asked for before a message is sent', async () => {
    // UNAUTHENTICATED
    expect((await answer({}))[0]).to.equal('16');
    const reader = makeKey({ scopes: ['write'] });
    await writeKeys(keysFile, key, reader);
    await log.until('were replaced');
    // PERMISSION_DENIED
    expect((await answer({ authorization: `Bearer ${reader.text}` }))[0]).to.equal('7');
  });

  it('is in no log, no error and no metric, however it is sent', async () => {
    const expired = makeKey({ expires: '2020-01-01T00:00:00Z' });
    const reader = makeKey({ scopes: ['read'] });
    await writeKeys(keysFile, key, expired, reader);
    await log.until('were replaced');
    const answers: string[] = [];
    for (const { text } of [key, expired, reader, makeKey()]) {
      for (const headers of [
        { authorization: `Bearer ${text}` },
        { authorization: text },
        { authorization: `Bearer ${text}\u00e9` },
        { authorization: `Basic ${text}` },
        { 'x-api-key': `${text}\u00e9` },
        { 'x-api-key': text, [text.toLowerCase().replaceAll('_', '-')]: text },
      ]) {
        // A key that is good waits for the message, which never comes.
        const late = new Promise<[string, string]>((resolve) => {
          setTimeout(() => resolve(['', '']), 300);
        });
        answers.push((await Promise.race([answer(headers), late]))[1]);
      }
      const client = connect(server.address, { apiKey: text, timeoutMs: 5_000 });
      const calls = [
        client.createCollection('docs', { dimension: 0xffff_ffff }),
        client.getCollection('missing'),
        client.collection('docs').upsert({ id: 'a', embedding: [] }),
      ];
      const failures = await Promise.all(calls.map(failureOf));
      answers.push(JSON.stringify(failures));
      client.close();
    }
    await log.until('Failed to add metadata entry');
    const metrics = await scrapeText(server.metricsAddress);
    expect(metrics).to.include('/GetCollection",code="NOT_FOUND"} ');
    for (const { text, entry } of [key, expired, reader]) {
      const secret = text.slice(20);
      expect(metrics).to.not.include(secret);
      expect(metrics).to.not.include(entry.id);
      expect(log.text).to.not.include(secret);
      expect(answers.join('\n')).to.not.include(secret);
    }
    expect(log.text).to.include(reader.entry.id);
  });

  it('ends open streams with their next message once it is revoked', async () => {
    const client = connect(server.address, { apiKey: key.text });
    await client.createCollection('docs', { dimension: 2 });
    const searches = client.collection('docs').searchStream(
      (async function* () {
        yield { vector: [1, 2] };
        await log.until('were replaced');
        yield { vector: [1, 2] };
      })(),
    );
    const failure = failureOf(
      (async () => {
        for await (const _ of searches) {
          const revoked = { ...key.entry, revoked: new Date().toISOString() };
          await writeKeys(keysFile, { ...key, entry: revoked });
        }
      })(),
    );
    expect(summary(await failure)).to.equal('UNAUTHENTICATED INVALID_KEY');
    expect((await failure).message).to.match(/was revoked/);
    client.close();
  });

  it('stays in force while the file is no good', async () => {
    const client = connect(server.address, { apiKey: key.text });
    await writeFile(keysFile, '{"keys": [');
    await log.until('the API keys were changed and cannot be used');
    await client.listCollections();
    await rm(keysFile);
    await log.until('the API keys were changed and cannot be used', 2);
    await client.listCollections();
    await writeKeys(keysFile);
    await log.until('were replaced');
    expect(summary(await failureOf(client.listCollections()))).to.match(/^UNAUTHENTICATED/);
    client.close();
  });
});
