import { expect } from 'chai';
import type { CollectionIndex, IndexProgress, ProtovecError } from '../src/index.js';
import { type BuildIndexRequest, IndexStats } from '../src/raw.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

const index = IndexStats.create({
  config: { kind: 1, connectivity: 12, expansionAdd: 40, efSearch: 9, quantization: 4 },
  indexedRecords: 7n,
  pendingRecords: 2n,
  tombstones: 3n,
  graphBytes: 1_000n,
  vectorBytes: 2_000n,
  filterBytes: 30n,
  filterPendingRecords: 1n,
});
const config = {
  kind: 'hnsw',
  connectivity: 12,
  expansionAdd: 40,
  efSearch: 9,
  quantization: 'i8',
} as const;
const stats = {
  config,
  indexed: 7,
  pending: 2,
  tombstones: 3,
  graphBytes: 1_000,
  vectorBytes: 2_000,
  filterBytes: 30,
  filterPending: 1,
};

describe('the index of a collection', () => {
  let server: TestServer;
  let requests: BuildIndexRequest[];
  const of = (collection: string): CollectionIndex => server.client.collection(collection).index;

  before(async () => {
    server = await startServer({
      index: {
        getIndex: (call, callback) => {
          const building = { config: index.config, indexedRecords: 1n, totalRecords: 9n };
          const build = call.request.collection === 'building' ? building : undefined;
          callback(null, { index: { ...index, build } });
        },
        dropIndex: (_, callback) => callback(null, { index }),
        buildIndex: (call) => {
          requests.push(call.request);
          call.write({ indexedRecords: 4n, totalRecords: 9n });
          if (call.request.collection === 'docs') {
            call.write({ indexedRecords: 9n, totalRecords: 9n, index });
          }
          call.end();
        },
      },
    });
  });
  beforeEach(() => {
    requests = [];
  });
  after(() => server.stop());

  it('tells what it holds, and how far a build is', async () => {
    expect(await of('docs').stats()).to.deep.equal(stats);
    const build = { config, indexed: 1, total: 9 };
    expect(await of('building').stats()).to.deep.equal({ ...stats, build });
  });

  it('is built with what is asked for, and tells the progress', async () => {
    const told: IndexProgress[] = [];
    const onProgress = (progress: IndexProgress) => told.push(progress);
    const asked = { quantization: 'i8', connectivity: 12 } as const;
    expect(await of('docs').build(asked, { onProgress })).to.deep.equal(stats);
    expect(told).to.deep.equal([
      { indexed: 4, total: 9 },
      { indexed: 9, total: 9 },
    ]);
    expect(requests[0]?.config).to.include({ kind: 0, connectivity: 12, quantization: 4 });
    expect(await of('docs').build()).to.deep.equal(stats);
    expect(requests[1]?.config).to.equal(undefined);
  });

  it('refuses words that it does not know', async () => {
    const error = (await rejection(of('docs').build({ kind: 'tree' as 'flat' }))) as ProtovecError;
    expect(error.message).to.include("config.kind is 'tree'");
    expect(requests).to.deep.equal([]);
  });

  it('says so when a build ends without its outcome', async () => {
    expect(await rejection(of('half').build())).to.include({ codeName: 'INTERNAL' });
  });

  it('is dropped', async () => {
    expect(await of('docs').drop()).to.deep.equal(stats);
  });
});
