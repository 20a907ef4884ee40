import { expect } from 'chai';
import { where } from '../src/index.js';
import {
  type CreateCollectionRequest,
  IndexStats,
  Collection as ProtoCollection,
  type SearchRequest,
  VectorRecord,
} from '../src/raw.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

const description = ProtoCollection.create({
  name: 'docs',
  collectionId: 'u',
  config: {
    dimension: 2,
    metric: 3,
    index: { kind: 2, connectivity: 24, expansionAdd: 160, efSearch: 128, quantization: 1 },
    embeddingModel: 'm',
  },
  state: 1,
  recordCount: 5n,
  sequence: 6n,
  createTime: { seconds: 1n, nanos: 0 },
});
const info = {
  name: 'docs',
  id: 'u',
  config: {
    dimension: 2,
    metric: 'euclidean',
    index: {
      kind: 'flat',
      connectivity: 24,
      expansionAdd: 160,
      efSearch: 128,
      quantization: 'f32',
    },
    embeddingModel: 'm',
    persistence: {
      autoSaveThreshold: 0,
      compression: false,
      format: 'binary',
      durability: 'always',
      durabilityIntervalMs: 0,
    },
  },
  state: 'serving',
  stateMessage: '',
  recordCount: 5,
  sequence: 6,
  createTime: new Date(1000),
};

describe('a client', () => {
  let server: TestServer;
  let created: CreateCollectionRequest[];
  let searches: SearchRequest[];

  before(async () => {
    server = await startServer({
      collections: {
        createCollection: (call, callback) => {
          created.push(call.request);
          callback(null, { collection: description });
        },
        getCollection: (call, callback) => {
          const metric = call.request.collection === 'future' ? { metric: 9 } : {};
          const config = { ...ProtoCollection.create(description).config!, ...metric };
          callback(null, { collection: { ...description, config } });
        },
        listCollections: (_, callback) => callback(null, { collections: [description] }),
        deleteCollection: (_, callback) => callback(null, {}),
      },
      index: {
        getIndex: (_, callback) =>
          callback(null, {
            index: IndexStats.create({
              config: { kind: 1 },
              indexedRecords: 7n,
              pendingRecords: 2n,
            }),
          }),
      },
      server: {
        getServerInfo: (_, callback) =>
          callback(null, { version: '0.1.0', snapshotFormatVersion: '1.0.0', limits: undefined }),
      },
      search: {
        search: (call, callback) => {
          searches.push(call.request);
          const record = VectorRecord.create({ id: 'a', embedding: [0.5, 1] });
          const results = [{ record, similarityScore: 0.5, distance: 0.5 }];
          callback(null, { results, method: 1, candidateCount: 1n });
        },
      },
    });
  });
  beforeEach(() => {
    created = [];
    searches = [];
  });
  after(() => server.stop());

  it('creates, describes, lists and deletes collections', async () => {
    const { client } = server;
    const index = { kind: 'hnsw', quantization: 'i8', efSearch: 64 } as const;
    const config = { dimension: 2, metric: 'dot', index } as const;
    expect(await client.createCollection('docs', config)).to.deep.equal(info);
    expect(created[0].config).to.deep.include({ dimension: 2, metric: 2, embeddingModel: '' });
    expect(created[0].config?.index).to.deep.include({ kind: 1, quantization: 4, efSearch: 64 });
    expect(await client.getCollection('docs')).to.deep.equal(info);
    expect(await client.collection('docs').describe()).to.deep.equal(info);
    expect(await client.listCollections()).to.deep.equal([info]);
    expect(await client.deleteCollection('docs')).to.equal(undefined);
  });

  it('leaves defaults to the server', async () => {
    await server.client.createCollection('docs');
    expect(created[0].config).to.deep.include({ dimension: 0, metric: 0, index: undefined });
  });

  it('refuses words that it does not know', async () => {
    const config = { metric: 'manhattan' as 'dot' };
    const error = await rejection(server.client.createCollection('docs', config));
    expect(error).to.include({
      codeName: 'INVALID_ARGUMENT',
      message: "config.metric is 'manhattan'; use one of: cosine, dot, euclidean",
    });
  });

  it('says so when a newer server sends what it does not know', async () => {
    const error = await rejection(server.client.getCollection('future'));
    expect(error).to.include({ codeName: 'UNIMPLEMENTED' });
    expect((error as Error).message)
      .to.contain('metric 9')
      .and.contain('upgrade');
  });

  it('describes server and index', async () => {
    expect(await server.client.serverInfo()).to.deep.include({ version: '0.1.0' });
    const stats = await server.client.collection('docs').index.stats();
    expect(stats).to.deep.include({ indexed: 7, pending: 2 });
    expect(stats.config).to.include({ kind: 'hnsw', quantization: 'bf16' });
  });

  it('searches by vector with everything that a search may say', async () => {
    const docs = server.client.collection<{ lang: string }>('docs');
    const result = await docs.search({
      vector: Float32Array.of(0.25, -1),
      limit: 5,
      threshold: 0.5,
      filter: where.eq('lang', 'en'),
      fields: ['filePath', 'metadata'],
      exact: true,
      efSearch: 99,
    });
    expect(searches[0].query).to.deep.include({ $case: 'vector' });
    expect(searches[0].query?.value).to.deep.include({ values: [0.25, -1] });
    expect(searches[0]).to.deep.include({ limit: 5, threshold: 0.5, exact: true, efSearch: 99 });
    expect(searches[0].hitMask).to.deep.equal(['file_path', 'metadata']);
    expect(searches[0].filter?.condition?.$case).to.equal('metadata');
    expect(result.hits[0].record.embedding).to.deep.equal(Float32Array.of(0.5, 1));
    expect(result).to.deep.include({ method: 'exact', candidateCount: 1 });
  });

  it('searches by record id, and by numbers of an array', async () => {
    const docs = server.client.collection('docs');
    await docs.search({ recordId: 'a' });
    await docs.search({ vector: [1, 2] });
    expect(searches[0].query).to.deep.equal({ $case: 'recordId', value: 'a' });
    expect(searches[0].limit).to.equal(undefined);
    expect(searches[1].query?.value).to.deep.include({ values: [1, 2] });
  });

  it('offers the generated clients on its connection', async () => {
    const version = await new Promise((resolve, reject) => {
      server.client.raw.server.getServerInfo({}, (error, response) =>
        error === null ? resolve(response.version) : reject(error),
      );
    });
    expect(version).to.equal('0.1.0');
    expect(server.client.raw).to.equal(server.client.raw);
  });
});
