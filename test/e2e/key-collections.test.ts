/** Keys that are limited to collections, on every way in which a request can name one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Client, connect } from '../../clients/typescript/src/index.js';
import { CollectionServiceService } from '../../src/gen/protovec/v1/collection_service.js';
import { RecordServiceService } from '../../src/gen/protovec/v1/record_service.js';
import {
  BatchSearchRequest,
  SearchServiceService,
} from '../../src/gen/protovec/v1/search_service.js';
import { SnapshotServiceService } from '../../src/gen/protovec/v1/snapshot_service.js';
import { encode, failureOf, type Method, type RawClient, summary } from '../support/client.js';
import { makeKey, rawClientWith, writeKeys } from '../support/keys.js';
import { bytesField, join as joined, varintField } from '../support/records.js';
import { startTestServer, type TestServer } from '../support/server.js';

const { restoreSnapshot, mergeSnapshot, diffSnapshots, mergeRecords, uploadSnapshot } =
  SnapshotServiceService;
const { upsertRecord, batchInsert } = RecordServiceService;
const { search, batchSearch, searchStream } = SearchServiceService;
const { getCollection, createCollection } = CollectionServiceService;

const denied = 'PERMISSION_DENIED SCOPE_MISSING collection';
const name = (text: string, field = 1): Uint8Array => bytesField(field, text);

describe('a key that is limited to collections', () => {
  let directory: string;
  let server: TestServer;
  let raw: RawClient;
  let client: Client;
  let all: Client;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'protovec-limited-'));
    const keysFile = join(directory, 'keys.json');
    const limited = makeKey({ collections: ['docs', 'drafts'] });
    const unlimited = makeKey();
    await writeKeys(keysFile, limited, unlimited);
    server = await startTestServer({ keysFile, workers: 2 });
    raw = rawClientWith(server.address, `Bearer ${limited.text}`);
    client = connect(server.address, { apiKey: limited.text });
    all = connect(server.address, { apiKey: unlimited.text });
    for (const made of ['docs', 'other', 'Docs']) {
      await all.createCollection(made, { dimension: 2 });
      await all.collection(made).upsert({ id: made, embedding: [1, 2] });
    }
  });

  after(async () => {
    raw?.close();
    client?.close();
    all?.close();
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function outcome(method: Method<unknown>, ...requests: Uint8Array[]): Promise<string> {
    const { failure } = await raw.call(method, ...requests);
    return failure === undefined ? 'answered' : summary(failure);
  }

  it('works with them, by the generated clients too', async () => {
    const { hits } = await client.collection('docs').search({ vector: [1, 2] });
    expect(hits.map(({ record }) => record.id)).to.deep.equal(['docs']);
    const names = await new Promise((resolve, reject) => {
      client.raw.collections.listCollections({}, (error, answer) =>
        error ? reject(error) : resolve(answer.collections.map((found) => found.name)),
      );
    });
    expect(names).to.deep.equal(['docs']);
  });

  it('sees no others in a list, and makes and removes no others', async () => {
    expect((await client.listCollections()).map((found) => found.name)).to.deep.equal(['docs']);
    expect((await all.listCollections()).length).to.equal(3);
    for (const call of [
      client.createCollection('more'),
      client.deleteCollection('other'),
      client.getCollection('other'),
      client.getCollection('missing'),
      client.getCollection('Docs'),
    ]) {
      const failure = await failureOf(call);
      expect(summary(failure)).to.equal(denied);
      expect(failure.message).to.match(/limited to docs, drafts/);
    }
    await client.createCollection('drafts', { dimension: 2 });
    await client.deleteCollection('drafts');
  });

  it('reaches none by a second field of the request', async () => {
    const id = name('01900000-0000-7000-8000-000000000000', 2);
    expect(await outcome(restoreSnapshot, joined(name('docs'), id, name('other', 3)))).to.equal(
      denied,
    );
    expect(await outcome(restoreSnapshot, joined(name('other'), id, name('docs', 3)))).to.equal(
      denied,
    );
    expect(await outcome(mergeSnapshot, joined(name('docs'), id, name('other', 3)))).to.equal(
      denied,
    );
    expect(await outcome(mergeSnapshot, joined(name('other'), id, name('docs', 3)))).to.equal(
      denied,
    );
    expect(await outcome(diffSnapshots, joined(name('docs'), id, name('other', 4)))).to.equal(
      denied,
    );
    const missing = 'NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id';
    expect(await outcome(mergeSnapshot, joined(name('docs'), id, name('docs', 3)))).to.equal(
      missing,
    );
  });

  it('reaches none by a name that is sent twice, in pieces or not at all', async () => {
    expect(await outcome(getCollection, joined(name('other'), name('docs')))).to.equal(denied);
    expect(await outcome(getCollection, joined(name('docs'), name('other')))).to.equal(denied);
    expect(await outcome(getCollection, joined(name('docs'), name('')))).to.match(
      /^INVALID_ARGUMENT/,
    );
    expect(await outcome(getCollection, new Uint8Array(0))).to.equal(denied);
    expect(await outcome(getCollection, varintField(1, 7))).to.match(/^INVALID_ARGUMENT/);
    expect(await outcome(getCollection, Uint8Array.of(0x0a, 0x7f, 0x64))).to.match(
      /^INVALID_ARGUMENT/,
    );
    expect(await outcome(createCollection, name('docs\0'))).to.equal(denied);
    expect(await outcome(getCollection, bytesField(1, Uint8Array.of(0xff, 0xfe)))).to.equal(denied);
  });

  it('reaches none by a later message of a stream', async () => {
    const record = bytesField(2, joined(name('x'), bytesField(6, new Uint8Array(8))));
    const first = joined(name('docs'), record);
    const next = joined(name('other'), record);
    expect(await outcome(batchInsert, first, record, next)).to.equal(denied);
    expect(await outcome(mergeRecords, name('docs'), next)).to.equal(denied);
    expect(await outcome(uploadSnapshot, next)).to.equal(denied);
    const query = bytesField(
      3,
      bytesField(2, bytesField(1, new Uint8Array(Float32Array.of(1, 2).buffer))),
    );
    expect(await outcome(searchStream, joined(name('docs'), query), query)).to.equal('answered');
    expect(
      await outcome(searchStream, joined(name('docs'), query), joined(name('other'), query)),
    ).to.equal(denied);
    expect(await outcome(searchStream, query)).to.equal(denied);
    expect(await all.collection('other').count()).to.equal(1);
  });

  it('reaches none by a search within another one', async () => {
    const vector = { $case: 'vector' as const, value: { values: [1, 2] } };
    const searches = [{ query: vector }, { collection: 'other', query: vector }];
    const request = encode(BatchSearchRequest, { collection: 'docs', searches });
    expect(await outcome(batchSearch, request)).to.equal(
      'INVALID_ARGUMENT INVALID_ARGUMENT searches[1].collection',
    );
    const inner = bytesField(1, 'other');
    const query = joined(
      name('docs'),
      bytesField(
        3,
        joined(inner, bytesField(2, bytesField(1, new Uint8Array(Float32Array.of(1, 2).buffer)))),
      ),
    );
    const { answers } = await raw.call(searchStream, query);
    expect(answers.map(({ outcome: found }) => found?.$case)).to.deep.equal(['error']);
    expect(await outcome(search, joined(name('docs'), name('other')))).to.equal(denied);
    expect(await outcome(upsertRecord, joined(name('docs'), name('other')))).to.equal(denied);
  });
});
