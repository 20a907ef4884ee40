/** Records and searches by text alone, with both embedders. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../clients/typescript/src/index.js';
import { BuiltinEmbedder } from '../../src/embedding/builtin-embedder.js';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import {
  BatchInsertRequest,
  RecordServiceService as records,
  UpsertRecordRequest,
} from '../../src/gen/protovec/v1/record_service.js';
import {
  all,
  encode,
  failureOf,
  type Served,
  serve,
  summary,
  vectorOf,
} from '../support/client.js';
import {
  type EmbeddingsServer,
  embeddingOf,
  refuse,
  startEmbeddingsServer,
} from '../support/embeddings-server.js';

const never = new AbortController().signal;
const animals = [
  { id: 'cat', title: 'cat', content: 'a small domesticated carnivorous mammal with soft fur' },
  { id: 'lion', title: 'lion', content: 'a large carnivorous mammal that lives in prides' },
  { id: 'oak', title: 'oak', content: 'a tree which bears acorns and has lobed leaves' },
  { id: 'loan', content: 'a sum of money that is borrowed and paid back with interest' },
  { id: 'fir', title: 'an evergreen coniferous tree' },
];
const idsOf = ({ hits }: { hits: { id: string }[] }) => hits.map(({ id }) => id);
const openai = (model: string) => ({ openaiCompatible: { model } });

async function embeddingIn(docs: Collection, id: string): Promise<number[]> {
  return [...((await docs.get(id))?.embedding ?? [])];
}

describe('the builtin embedder of a collection', () => {
  let served: Served;
  let docs: Collection;
  const by = new BuiltinEmbedder(64);
  const embed = (text: string) => [...(by.embed([text], never) as Float32Array)];
  before(async () => {
    served = await serve();
    await served.client.createCollection('docs', { dimension: 64, embedder: 'builtin' });
    docs = served.client.collection('docs');
  });
  after(() => served.close());

  it('is described, with its model', async () => {
    const { config } = await docs.describe();
    expect(config.embedder).equals('builtin');
    expect(config.embeddingModel).equals('protovec/builtin-v1-64');
  });

  it('embeds title and content of records that come without an embedding', async () => {
    const [cat, lion, oak, ...others] = animals;
    expect((await docs.upsert(cat!)).outcome).equals('created');
    expect(await docs.upsertMany([lion!, oak!])).lengthOf(2);
    expect((await docs.insertMany(others)).created).equals(2);
    expect(await embeddingIn(docs, 'cat')).deep.equals(embed(`cat\n${cat!.content}`));
    expect(await embeddingIn(docs, 'oak')).deep.equals(embed(`oak\n${oak!.content}`));
    expect(await embeddingIn(docs, 'loan')).deep.equals(embed(animals[3]!.content!));
    expect(await embeddingIn(docs, 'fir')).deep.equals(embed('an evergreen coniferous tree'));
  });

  it('makes the server assign an id as ever', async () => {
    const record = VectorRecord.fromPartial({ content: 'no id' });
    const raw = await served.raw.answer(
      records.upsertRecord,
      encode(UpsertRecordRequest, { collection: 'docs', record }),
    );
    expect(raw.id).lengthOf(36);
    expect(await embeddingIn(docs, raw.id)).deep.equals(embed('no id'));
    await docs.delete(raw.id);
  });

  it('keeps embeddings that records bring, and refuses bad ones as ever', async () => {
    const own = vectorOf(1, 64);
    await docs.upsertMany([
      { id: 'own', content: 'x', embedding: own },
      { id: 'made', content: 'y' },
    ]);
    expect(await embeddingIn(docs, 'own')).deep.equals(own);
    expect(await embeddingIn(docs, 'made')).deep.equals(embed('y'));
    const failure = await failureOf(docs.upsert({ id: 'own', content: 'x', embedding: [1, 2] }));
    expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_EMBEDDING record.embedding');
    await docs.deleteMany({ ids: ['own', 'made'] });
  });

  it('refuses records with nothing to embed, one by one', async () => {
    for (const content of ['', ' \n', undefined]) {
      const failure = await failureOf(docs.upsert({ id: 'x', content }));
      expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_EMBEDDING record.content');
    }
    const some = [{ id: 'x' }, { id: 'y', content: 'y' }, { id: '', content: 'z'.repeat(5) }];
    const [x, y] = await docs.upsertMany(some.slice(0, 2));
    expect([x!.error?.reason, x!.error?.field]).deep.equals([
      'INVALID_EMBEDDING',
      'records[0].content',
    ]);
    expect([x!.id, y!.outcome]).deep.equals(['x', 'created']);
    const together = await failureOf(docs.upsertMany(some.slice(0, 2), { allOrNothing: true }));
    expect(summary(together)).equals('INVALID_ARGUMENT INVALID_EMBEDDING records[0].content');
    const inserted = await docs.insertMany([{ id: 'a' }, { id: 'b', content: 'b' }, { id: 'c' }]);
    expect(inserted).deep.include({ created: 1, failed: 2 });
    expect(inserted.errors.map(({ index, id }) => [index, id])).deep.equals([
      [0, 'a'],
      [2, 'c'],
    ]);
    await docs.deleteMany({ ids: ['y', 'b'] });
  });

  it('refuses other mistakes as they are refused elsewhere', async () => {
    const failure = await failureOf(docs.upsert({ id: 'x'.repeat(300), content: 'x' }));
    expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT record.id');
  });

  it('finds records by a text', async () => {
    const found = await docs.search({ content: 'Carnivorous mammals', limit: 2 });
    expect(new Set(idsOf(found))).deep.equals(new Set(['cat', 'lion']));
    const trees = await docs.search({ content: 'tree', limit: 2, fields: ['title'], exact: true });
    expect(new Set(idsOf(trees))).deep.equals(new Set(['oak', 'fir']));
    expect(trees.method).equals('exact');
    const exact = await docs.search({ content: 'cat\n'.concat(animals[0]!.content!), limit: 1 });
    expect([exact.hits[0]!.id, exact.hits[0]!.score.toFixed(4)]).deep.equals(['cat', '1.0000']);
  });

  it('finds records by many texts, in one call and over a stream', async () => {
    const queries = ['acorns', 'borrowed money', '', 'prides'].map((content) => ({
      content,
      limit: 1,
    }));
    const failure = await failureOf(docs.searchMany(queries));
    expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_EMBEDDING searches[2].content');
    const good = queries.filter(({ content }) => content !== '');
    const many = await docs.searchMany(good);
    expect(many.flatMap(idsOf)).deep.equals(['oak', 'loan', 'lion']);
    const streamed = new Map<string, string[] | string>();
    for await (const { request, result, error } of docs.searchStream(queries)) {
      streamed.set(request.content, result === undefined ? (error?.reason ?? '') : idsOf(result));
    }
    expect(Object.fromEntries(streamed)).deep.equals({
      acorns: ['oak'],
      'borrowed money': ['loan'],
      '': 'INVALID_EMBEDDING',
      prides: ['lion'],
    });
  });

  it('refuses searches for nothing, and for too much', async () => {
    for (const content of ['', ' \t']) {
      const failure = await failureOf(docs.search({ content }));
      expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_EMBEDDING content');
    }
    const failure = await failureOf(docs.search({ content: 'x'.repeat(2 ** 20 + 1) }));
    expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT content');
    const long = await docs.search({ content: 'small mammal '.repeat(80_000), limit: 1 });
    expect(idsOf(long)).deep.equals(['cat']);
  });

  it('refuses vectors that say they are of another model', async () => {
    const vector = vectorOf(1, 64);
    const failure = await failureOf(docs.search({ vector, embeddingModel: 'other' }));
    expect(summary(failure)).equals('FAILED_PRECONDITION EMBEDDING_MODEL_MISMATCH embedding_model');
    const embeddingModel = 'protovec/builtin-v1-64';
    expect((await docs.search({ vector, embeddingModel, limit: 1 })).hits).lengthOf(1);
  });

  it('is there again after a restart', async () => {
    await served.restart();
    docs = served.client.collection('docs');
    expect(idsOf(await docs.search({ content: 'acorns', limit: 1 }))).deep.equals(['oak']);
    await docs.upsert({ id: 'new', content: 'a brand new record' });
    expect(idsOf(await docs.search({ content: 'brand new', limit: 1 }))).deep.equals(['new']);
    await docs.delete('new');
  });

  it('comes with a snapshot to a new collection', async () => {
    const { id } = await docs.snapshots.create();
    await docs.snapshots.restore(id, { into: 'copy' });
    const copy = served.client.collection('copy');
    expect((await copy.describe()).config.embedder).equals('builtin');
    expect(idsOf(await copy.search({ content: 'acorns', limit: 1 }))).deep.equals(['oak']);
    await copy.upsert({ id: 'new', content: 'written to the copy' });
    await docs.snapshots.delete(id);
  });

  it('makes merges from other models be refused, and merged records bring their vectors', async () => {
    await served.client.createCollection('other', { dimension: 64, embeddingModel: 'other' });
    const other = served.client.collection('other');
    await other.upsert({ id: 'a', embedding: vectorOf(1, 64) });
    const { id } = await other.snapshots.create();
    const failure = await failureOf(docs.snapshots.mergeFrom(id, { from: 'other' }));
    expect(summary(failure)).equals('FAILED_PRECONDITION INCOMPATIBLE_SNAPSHOT');
    expect(failure.message).contains('protovec/builtin-v1-64');
    const same = await served.client.collection('copy').snapshots.create();
    const merged = await docs.snapshots.mergeFrom(same.id, { from: 'copy' });
    expect(merged).includes({ created: 1, skipped: 5 });
    const without = await failureOf(docs.snapshots.mergeRecords([{ id: 'z', content: 'z' }]));
    expect(without.reason).equals('INVALID_EMBEDDING');
  });

  it('writes many records in several entries when their embeddings make them long', async () => {
    await served.client.createCollection('wide', { dimension: 16_384, embedder: 'builtin' });
    const wide = served.client.collection('wide');
    const many = Array.from({ length: 600 }, (_, i) => ({ id: `r${i}`, content: `number ${i}` }));
    const failure = await failureOf(wide.upsertMany(many, { allOrNothing: true }));
    expect(summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT records');
    const bad = [...many.slice(0, 599), { id: 'bad' }];
    const results = await wide.upsertMany(bad);
    expect(results.filter(({ outcome }) => outcome === 'created')).lengthOf(599);
    expect(results[599]).deep.include({ id: 'bad', outcome: 'failed' });
    expect(results[599]!.error).include({ index: 599, field: 'records[599].content' });
    expect(results.map(({ id }) => id)).deep.equals(bad.map(({ id }) => id));
    const again = await wide.insertMany([...many, { id: 'bad' }]);
    expect(again).include({ created: 1, updated: 599, failed: 1 });
    expect(again.errors[0]).include({ index: 600, id: 'bad' });
    expect((await wide.describe()).sequence).greaterThan(4);
    expect(await wide.count()).equals(600);
    await served.client.deleteCollection('wide');
  });
});

describe('the configuration of an embedder', () => {
  let served: Served;
  before(async () => {
    served = await serve();
  });
  after(() => served.close());
  const refusal = async (config: object) =>
    summary(await failureOf(served.client.createCollection('x', config)));

  it('is refused when it fits nothing', async () => {
    const invalid = 'INVALID_ARGUMENT INVALID_ARGUMENT config.';
    expect(await refusal({ embedder: 'builtin', metric: 'euclidean' })).equals(
      `${invalid}embedder.builtin`,
    );
    expect(await refusal({ embedder: 'builtin', embeddingModel: 'm' })).equals(
      `${invalid}embedding_model`,
    );
    for (const model of ['', 'm'.repeat(256), 'protovec/builtin-v1-384']) {
      expect(await refusal({ embedder: openai(model) })).equals(
        `${invalid}embedder.openai_compatible.model`,
      );
    }
    expect(await refusal({ embedder: openai('m') })).equals(
      'FAILED_PRECONDITION EMBEDDER_MISSING config.embedder',
    );
    expect(await served.client.listCollections()).deep.equals([]);
  });

  it('takes the model of the embedder by its name', async () => {
    const embeddingModel = 'protovec/builtin-v1-8';
    const config = { dimension: 8, metric: 'dot', embedder: 'builtin', embeddingModel } as const;
    const made = await served.client.createCollection('named', config);
    expect(made.config).include({ embeddingModel, embedder: 'builtin' });
  });

  it('can be changed as long as the model stays', async () => {
    const model = 'protovec/builtin-v1-16';
    await served.client.createCollection('docs', { dimension: 16, embeddingModel: model });
    const docs = served.client.collection('docs');
    const without = async () => {
      const failure = await failureOf(docs.search({ content: 'x' }));
      expect(summary(failure)).equals('FAILED_PRECONDITION EMBEDDER_MISSING content');
      const upsert = await failureOf(docs.upsert({ id: 'a', content: 'x' }));
      expect(summary(upsert)).equals('INVALID_ARGUMENT INVALID_EMBEDDING record.embedding');
    };
    await without();
    const changed = await docs.update({
      embedder: 'builtin',
      persistence: { autoSaveThreshold: 500 },
    });
    expect(changed.config.embedder).equals('builtin');
    expect(changed.config.persistence.autoSaveThreshold).equals(500);
    await docs.upsert({ id: 'a', content: 'some text' });
    await served.restart();
    const again = served.client.collection('docs');
    expect(idsOf(await again.search({ content: 'text' }))).deep.equals(['a']);
    const removed = await again.update({ embedder: null });
    expect(removed.config.embedder).equals(undefined);
    expect(removed.config.embeddingModel).equals(model);
    expect(removed.config.persistence.autoSaveThreshold).equals(500);
  });

  it('cannot be changed to another model', async () => {
    await served.client.createCollection('plain', { dimension: 16 });
    const plain = served.client.collection('plain');
    expect(summary(await failureOf(plain.update({ embedder: 'builtin' })))).equals(
      'FAILED_PRECONDITION EMBEDDING_MODEL_MISMATCH config.embedder',
    );
    await served.client.createCollection('theirs', { dimension: 16, embeddingModel: 'm' });
    const theirs = served.client.collection('theirs');
    expect(summary(await failureOf(theirs.update({ embedder: openai('m') })))).equals(
      'FAILED_PRECONDITION EMBEDDER_MISSING config.embedder',
    );
    expect(summary(await failureOf(theirs.update({ embedder: openai('') })))).equals(
      'INVALID_ARGUMENT INVALID_ARGUMENT config.embedder.openai_compatible.model',
    );
    const nothing = await failureOf(plain.update({}));
    expect(summary(nothing)).equals('INVALID_ARGUMENT INVALID_ARGUMENT update_mask');
  });
});

describe('an openai-compatible embedder of a collection', () => {
  const dimension = 8;
  const key = 'sk-of-the-operator';
  let directory: string;
  let provider: EmbeddingsServer;
  let served: Served;
  let docs: Collection;
  before(async () => {
    provider = await startEmbeddingsServer(dimension);
    directory = await mkdtemp(join(tmpdir(), 'protovec-test-embedder-'));
    const service = { url: provider.url, key };
    served = await serve({ dataDirectory: directory, embeddingService: service });
    await served.client.createCollection('docs', { dimension, embedder: openai('small') });
    docs = served.client.collection('docs');
  });
  after(async () => {
    await served.close();
    await provider.stop();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(() => {
    provider.requests.length = 0;
  });

  it('is described without where the service is', async () => {
    const info = await docs.describe();
    expect(info.config.embeddingModel).equals('small');
    expect(info.config.embedder).deep.equals({
      openaiCompatible: { model: 'small', sendDimension: false },
    });
    const text = JSON.stringify(info, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    expect(text).not.contains(key).and.not.contains('127.0.0.1');
  });

  it('embeds what comes together in one request', async () => {
    await docs.upsertMany(animals);
    expect(provider.batches).deep.equals([
      animals.map(({ title, content }) => [title, content].filter(Boolean).join('\n')),
    ]);
    expect(provider.requests[0]!.authorization).equals(`Bearer ${key}`);
    expect(await embeddingIn(docs, 'fir')).deep.equals(
      embeddingOf('an evergreen coniferous tree', dimension),
    );
    provider.requests.length = 0;
    await docs.upsert({ id: 'own', embedding: vectorOf(1, dimension) });
    await docs.delete('own');
    expect(provider.requests).lengthOf(0);
  });

  it('embeds searches of one moment in few requests', async () => {
    const texts = animals.map(({ title, content }) => [title, content].filter(Boolean).join('\n'));
    let open = () => {};
    provider.gate = new Promise((resolve) => {
      open = resolve;
    });
    const searches = Array.from({ length: 40 }, (_, i) =>
      docs.search({ content: texts[i % 5]!, limit: 1 }),
    );
    await new Promise((done) => setTimeout(done, 200));
    open();
    provider.gate = undefined;
    const found = await Promise.all(searches);
    expect(found.map((result) => result.hits[0]!.id)).deep.equals(
      found.map((_, i) => animals[i % 5]!.id),
    );
    expect(provider.batches.flat()).lengthOf(40);
    expect(provider.requests.length).lessThan(20);
  });

  it('embeds the searches of one call together', async () => {
    const content = 'an evergreen coniferous tree';
    const found = await docs.searchMany(Array.from({ length: 300 }, () => ({ content, limit: 1 })));
    expect(new Set(found.flatMap(idsOf))).deep.equals(new Set(['fir']));
    expect(provider.requests.length).lessThan(10);
  });

  it('keeps the order of a stream, whichever embedding is ready first', async () => {
    const message = (content: string) =>
      encode(BatchInsertRequest, { collection: 'docs', records: [{ id: 'same', content }] });
    const messages = Array.from({ length: 12 }, (_, i) => message(`version ${i}`));
    const answer = await served.raw.answer(records.batchInsert, ...messages);
    expect([answer.createdCount, answer.updatedCount]).deep.equals([1n, 11n]);
    const stored = await docs.get('same');
    expect(stored?.content).equals('version 11');
    expect([...stored!.embedding!]).deep.equals(embeddingOf('version 11', dimension));
    await docs.delete('same');
  });

  it('fails what needs it while the service fails, writes nothing then, and is fine afterwards', async () => {
    const before = await docs.describe();
    await provider.stop();
    const calls = [
      docs.upsert({ id: 'new', content: 'x' }),
      docs.upsertMany([
        { id: 'new', content: 'x' },
        { id: 'own', embedding: vectorOf(1, dimension) },
      ]),
      docs.insertMany([{ id: 'new', content: 'x' }]),
      docs.search({ content: 'x' }),
    ];
    for (const failure of await Promise.all(calls.map(failureOf))) {
      expect(summary(failure)).equals('UNAVAILABLE EMBEDDER_FAILED');
      expect(failure.message).contains('could not be reached (ECONNREFUSED)');
      expect(failure.message).not.contains(key).and.not.contains('127.0.0.1');
    }
    expect(await docs.count()).equals(before.recordCount);
    expect((await docs.describe()).sequence).equals(before.sequence);
    expect((await docs.search({ vector: vectorOf(1, dimension) })).hits).lengthOf(5);
    await provider.start();
    expect((await docs.upsert({ id: 'new', content: 'x' })).outcome).equals('created');
    expect((await docs.search({ content: 'x', limit: 1 })).hits[0]!.id).equals('new');
    await docs.delete('new');
  });

  it('tells what the service refused, and to whom', async () => {
    provider.next.push(refuse(401, `Incorrect API key provided: ${key}`));
    const failure = await failureOf(docs.search({ content: 'x' }));
    expect(summary(failure)).equals('UNAVAILABLE EMBEDDER_FAILED');
    expect(failure.message).contains('status 401: Incorrect API key provided: ***');
    expect(failure.metadata).include({ http_status: '401' });
  });

  it('stops asking when the caller stops waiting', async () => {
    let open = () => {};
    provider.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { givenUp } = provider;
    const controller = new AbortController();
    const calls = [
      docs.search({ content: 'x' }, { signal: controller.signal }),
      docs.upsert({ id: 'never', content: 'x' }, { timeoutMs: 150 }),
    ].map(failureOf);
    while (provider.requests.length === 0) await new Promise((done) => setTimeout(done, 2));
    controller.abort();
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(codes).deep.equals(['CANCELLED', 'DEADLINE_EXCEEDED']);
    while (provider.givenUp === givenUp) await new Promise((done) => setTimeout(done, 2));
    open();
    provider.gate = undefined;
    expect(await docs.get('never')).equals(undefined);
  });

  it('is not taken along by a snapshot, which keeps the model', async () => {
    const { id } = await docs.snapshots.create();
    await docs.snapshots.restore(id, { into: 'copy' });
    const copy = served.client.collection('copy');
    const { config } = await copy.describe();
    expect([config.embeddingModel, config.embedder]).deep.equals(['small', undefined]);
    await copy.update({ embedder: openai('small') });
    expect((await copy.search({ content: 'an evergreen coniferous tree' })).hits[0]!.id).equals(
      'fir',
    );
    expect(await all(copy.list())).lengthOf(5);
  });

  it('stays with its collection when the server is started without a service', async () => {
    await served.close();
    const without = await serve({ dataDirectory: directory });
    try {
      const again = without.client.collection('docs');
      const failure = await failureOf(again.search({ content: 'x' }));
      expect(summary(failure)).equals('FAILED_PRECONDITION EMBEDDER_MISSING');
      expect(failure.message).contains('--embedder-url');
      await again.upsert({ id: 'own', embedding: vectorOf(1, dimension) });
      expect((await again.search({ vector: vectorOf(1, dimension), limit: 1 })).hits[0]!.id).equals(
        'own',
      );
    } finally {
      await without.close();
    }
  });
});
