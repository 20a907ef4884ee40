import { expect } from 'chai';
import { retryAfter } from '../../../src/embedding/attempt-failure.js';
import { Embedders } from '../../../src/embedding/embedders.js';
import type { Patience } from '../../../src/embedding/embedding-service.js';
import { OpenAiCompatibleEmbedder } from '../../../src/embedding/openai-compatible-embedder.js';
import { ProtovecError } from '../../../src/errors.js';
import { CollectionConfig } from '../../../src/gen/protovec/v1/collection.js';
import {
  type EmbeddingsServer,
  embeddingOf,
  refuse,
  sendData,
  sendJson,
  startEmbeddingsServer,
} from '../../support/embeddings-server.js';

const never = new AbortController().signal;
const key = 'sk-not-to-be-told';
const patience: Patience = { attempts: 3, timeoutMs: 2_000, retryMsMin: 1, retryMsMax: 3_000 };
const dimension = 4;

describe('the openai-compatible embedder', () => {
  let server: EmbeddingsServer;
  beforeEach(async () => {
    server = await startEmbeddingsServer(dimension);
  });
  afterEach(() => server.stop());

  const embedderOf = (more: Partial<Patience> = {}, sendDimension = false) =>
    new OpenAiCompatibleEmbedder(
      { url: server.url, key },
      { model: 'small', dimension, sendDimension },
      { ...patience, ...more },
    );
  const rowsOf = (texts: string[]) =>
    Float32Array.from(texts.flatMap((text) => embeddingOf(text, dimension)));
  const failureOf = async (embedding: Promise<Float32Array>): Promise<ProtovecError> => {
    const error = await embedding.then(
      () => new Error('it did not fail'),
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof ProtovecError)) throw error;
    expect(error.reason).to.equal('EMBEDDER_FAILED');
    expect(JSON.stringify(error.toData())).not.to.contain(key);
    return error;
  };

  it('speaks the API and puts the answers in order', async () => {
    const texts = ['one', 'two', 'ünï🙂', '"quoted"\n'];
    expect(await embedderOf().embed(texts, never)).to.deep.equal(rowsOf(texts));
    expect(server.requests).to.deep.equal([
      {
        path: 'POST /v1/embeddings',
        authorization: `Bearer ${key}`,
        body: { model: 'small', input: texts, encoding_format: 'float' },
      },
    ]);
  });

  it('asks for a dimension when it is told to, and sends no key when there is none', async () => {
    await embedderOf({}, true).embed(['a'], never);
    expect(server.requests[0].body.dimensions).to.equal(dimension);
    const asked = { model: 'small', dimension, sendDimension: false };
    await new OpenAiCompatibleEmbedder({ url: server.url, key: undefined }, asked).embed(
      ['a'],
      never,
    );
    expect(server.requests[1].authorization).to.equal(undefined);
  });

  it('sends at most 256 texts and about a MiB in a request, and four requests at a time', async () => {
    const short = Array.from({ length: 1_500 }, (_, i) => `text ${i}`);
    const long = Array.from({ length: 3 }, (_, i) => `${i}`.repeat(600_000));
    const texts = [...short, ...long];
    expect(await embedderOf().embed(texts, never)).to.deep.equal(rowsOf(texts));
    const sizes = server.batches.map((batch) => batch.length);
    expect(Math.max(...sizes)).to.equal(256);
    expect(sizes.reduce((sum, size) => sum + size)).to.equal(texts.length);
    const bytes = server.batches.map((batch) => Buffer.byteLength(batch.join('')));
    expect(Math.max(...bytes)).to.be.at.most(2 ** 20);
    expect(server.mostAtOnce).to.be.within(2, 4);
  });

  it('sends few texts in a request when their vectors are long', async () => {
    await server.stop();
    server = await startEmbeddingsServer(65_536);
    const asked = { model: 'small', dimension: 65_536, sendDimension: false };
    const embedder = new OpenAiCompatibleEmbedder({ url: server.url, key }, asked, patience);
    await embedder.embed(['a', 'b', 'c'], never);
    expect(server.batches).to.deep.include.members([['a', 'b'], ['c']]);
  });

  for (const status of [429, 500, 502, 503, 408]) {
    it(`tries again after a ${status}`, async () => {
      server.next.push(refuse(status, 'busy'), refuse(status, 'busy'));
      expect(await embedderOf().embed(['a'], never)).to.deep.equal(rowsOf(['a']));
      expect(server.requests).to.have.length(3);
    });
  }

  it('fails at once when Retry-After asks for too long, and tells the caller how long', async () => {
    server.next.push(refuse(429, 'come back tomorrow', { 'retry-after': '86400' }));
    const error = await failureOf(embedderOf().embed(['a'], never));
    expect(error.message).to.equal(
      'the embedding service answered with status 429: come back tomorrow; its rate limit is ' +
        'reached; try again later',
    );
    expect(error.retryAfterMs).to.equal(86_400_000);
    expect(server.requests).to.have.length(1);
  });

  it('gives up after its attempts and is fine afterwards', async () => {
    server.next.push(...Array.from({ length: 3 }, () => refuse(500, 'broken')));
    const embedder = embedderOf();
    const error = await failureOf(embedder.embed(['a'], never));
    expect(error.message).to.contain('status 500: broken (3 attempts); try again later');
    expect(error.metadata).to.deep.equal({ http_status: '500' });
    expect(error.retryAfterMs).to.equal(1_000);
    expect(await embedder.embed(['a'], never)).to.deep.equal(rowsOf(['a']));
  });

  const refusals: [number, string][] = [
    [400, 'check the model'],
    [401, 'PROTOVEC_EMBEDDER_KEY'],
    [403, 'PROTOVEC_EMBEDDER_KEY'],
    [404, '--embedder-url'],
    [413, 'shorter text'],
    [418, '--embedder-url'],
  ];
  for (const [status, advice] of refusals) {
    it(`does not repeat what was refused with ${status}, and says what to do`, async () => {
      server.next.push(refuse(status, `no, and certainly not with ${key}`));
      const error = await failureOf(embedderOf().embed(['a'], never));
      expect(error.message).to.contain(`status ${status}: no, and certainly not with ***; `);
      expect(error.message).to.contain(advice);
      expect(error.retryAfterMs).to.equal(undefined);
      expect(server.requests).to.have.length(1);
    });
  }

  it('does not follow a redirect, which could take texts and key elsewhere', async () => {
    server.next.push((response) => {
      response.writeHead(307, { location: `${server.url}/elsewhere` });
      response.end();
    });
    const error = await failureOf(embedderOf().embed(['a'], never));
    expect(error.message).to.contain('answered with status 307;');
    expect(server.requests).to.have.length(1);
  });

  it('cuts what the service says to length, in one line', async () => {
    server.next.push((response) => {
      response.writeHead(400);
      response.end(`first\n\u0007second ${'x'.repeat(100_000)}`);
    });
    const { message } = await failureOf(embedderOf().embed(['a'], never));
    expect(message).to.contain(': first second xxx').and.to.contain('x…; check');
    expect(message.length).to.be.below(500);
  });

  it('says that the service does not answer, after trying again', async () => {
    server.gate = new Promise(() => {});
    const error = await failureOf(embedderOf({ timeoutMs: 50 }).embed(['a'], never));
    expect(error.message).to.equal(
      'the embedding service did not answer within 0.05 s (3 attempts); try again later',
    );
    expect(server.requests).to.have.length(3);
  });

  it('says that it cannot be reached, without telling where it is', async () => {
    await server.stop();
    const error = await failureOf(embedderOf().embed(['a'], never));
    expect(error.message).to.contain('could not be reached (ECONNREFUSED) (3 attempts)');
    expect(error.message).not.to.contain('127.0.0.1');
    await server.start();
    expect(await embedderOf().embed(['a'], never)).to.deep.equal(rowsOf(['a']));
  });

  it('tries again when the connection breaks, also within the answer', async () => {
    server.next.push(
      (response) => response.destroy(),
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"data":[');
        setTimeout(() => response.destroy(), 10);
      },
    );
    expect(await embedderOf().embed(['a'], never)).to.deep.equal(rowsOf(['a']));
    expect(server.requests).to.have.length(3);
  });

  it('refuses answers that are not what was asked for', async () => {
    server.next.push((response) => response.end('<html>'));
    const garbage = await failureOf(embedderOf().embed(['a'], never));
    expect(garbage.message).to.contain('sent an answer that is not JSON');
    server.next.push((response, { body }) => sendData(response, server.dataOf(body.input, 7)));
    const wrong = await failureOf(embedderOf().embed(['a'], never));
    expect(wrong.message).to.contain(
      "embeddings of 7 values where the collection's dimension is 4",
    );
    server.next.push((response) => sendJson(response, 200, { data: 'x'.repeat(100_000) }));
    const large = await failureOf(embedderOf().embed(['a'], never));
    expect(large.message).to.contain('more than 4256 bytes');
    expect(server.requests).to.have.length(3);
  });

  it('stops when the caller does, and lets go of the service', async () => {
    let open: () => void = () => {};
    server.gate = new Promise((resolve) => {
      open = resolve;
    });
    const controller = new AbortController();
    const embedding = embedderOf().embed(['a'], controller.signal);
    while (server.requests.length === 0) await new Promise((done) => setTimeout(done, 2));
    const why = new ProtovecError('CANCELLED', 'the caller cancelled the call');
    controller.abort(why);
    expect(await embedding.catch((error: unknown) => error)).to.equal(why);
    while (server.givenUp === 0) await new Promise((done) => setTimeout(done, 2));
    open();
  });

  it('waits as Retry-After says, and stops when the caller does meanwhile', async () => {
    server.next.push(refuse(429, 'slow down', { 'retry-after': '2.5' }));
    const controller = new AbortController();
    const embedding = embedderOf().embed(['a'], controller.signal);
    while (server.requests.length === 0) await new Promise((done) => setTimeout(done, 2));
    await new Promise((done) => setTimeout(done, 60));
    controller.abort('enough');
    expect(await embedding.catch((error: unknown) => error)).to.equal('enough');
    expect(server.requests).to.have.length(1);
  });
});

describe('Embedders', () => {
  const openAi = CollectionConfig.create({
    dimension: 8,
    embedder: {
      provider: { $case: 'openaiCompatible', value: { model: 'm', sendDimension: false } },
    },
  });
  const builtin = CollectionConfig.create({
    dimension: 8,
    embedder: { provider: { $case: 'builtin', value: {} } },
  });

  it('are what the configuration says', () => {
    const embedders = new Embedders({ url: 'http://127.0.0.1:1', key: undefined });
    expect(embedders.of(CollectionConfig.create({ dimension: 8 }))).to.equal(undefined);
    expect(embedders.of(builtin)?.modelId).to.equal('protovec/builtin-v1-8');
    expect(embedders.of(openAi)).to.include({ modelId: 'm', dimension: 8 });
    embedders.check(openAi, 'x');
  });

  it('without a service refuse what needs one, when it is asked for something', () => {
    const embedders = new Embedders(undefined);
    embedders.check(builtin, 'x');
    expect(() => embedders.check(openAi, 'config.embedder'))
      .to.throw(ProtovecError, '--embedder-url')
      .with.property('field', 'config.embedder');
    const missing = embedders.of(openAi);
    expect(() => missing?.embed(['a'], never))
      .to.throw(ProtovecError, '--embedder-url')
      .with.property('reason', 'EMBEDDER_MISSING');
  });
});

describe('retryAfter', () => {
  it('reads seconds and dates, and nothing else', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    const read = (header: string | null) => retryAfter(header, now);
    expect(['3', '0', '1.5'].map(read)).to.deep.equal([3_000, 0, 1_500]);
    expect(read('Thu, 01 Jan 2026 00:00:10 GMT')).to.equal(10_000);
    expect(read('Wed, 31 Dec 2025 00:00:10 GMT')).to.equal(0);
    for (const other of [null, '', 'soon']) expect(read(other)).to.equal(undefined);
  });
});
