import { expect } from 'chai';
import type { Client, ProtovecError } from '../src/index.js';
import {
  Collection,
  CollectionConfig,
  Durability,
  PersistenceConfig,
  PersistenceStatus,
  SnapshotFormat,
} from '../src/raw.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

describe('persistence', () => {
  let server: TestServer;
  let client: Client;
  let requests: {
    config?: CollectionConfig | undefined;
    updateMask?: string[] | undefined;
  }[];

  before(async () => {
    const status = PersistenceStatus.create({
      operationsSinceSave: 3n,
      lastSaveTime: { seconds: 5n, nanos: 0 },
      lastSaveSequence: 9n,
      baseSizeBytes: 100n,
      logSizeBytes: 20n,
    });
    const persistence = PersistenceConfig.create({
      autoSaveThreshold: 500n,
      compressionEnabled: true,
      format: SnapshotFormat.BINARY,
      durability: Durability.INTERVAL,
      durabilityInterval: { seconds: 1n, nanos: 500_000_000 },
    });
    const collection = Collection.create({
      name: 'docs',
      state: 1,
      config: CollectionConfig.create({ dimension: 3, metric: 1, persistence }),
      persistenceStatus: status,
    });
    server = await startServer({
      collections: {
        createCollection: (call, callback) => {
          requests.push(call.request);
          callback(null, { collection });
        },
        updateCollection: (call, callback) => {
          requests.push(call.request);
          callback(null, { collection });
        },
      },
      snapshots: {
        forceSave: (_, callback) => callback(null, { persistenceStatus: status }),
      },
    });
    ({ client } = server);
  });
  beforeEach(() => {
    requests = [];
  });
  after(() => server.stop());

  it('is set at creation and described', async () => {
    const info = await client.createCollection('docs', {
      persistence: { durability: 'interval', durabilityIntervalMs: 1_500, format: 'json' },
    });
    expect(requests[0].config?.persistence).to.deep.include({
      autoSaveThreshold: 0n,
      durability: Durability.INTERVAL,
      format: SnapshotFormat.JSON,
    });
    expect(requests[0].config?.persistence?.durabilityInterval).to.include({
      seconds: 1n,
      nanos: 500_000_000,
    });
    expect(info.config.persistence).to.deep.equal({
      autoSaveThreshold: 500,
      compression: true,
      format: 'binary',
      durability: 'interval',
      durabilityIntervalMs: 1_500,
    });
    expect(info.persistence).to.deep.equal({
      operationsSinceSave: 3,
      lastSaveTime: new Date(5_000),
      lastSaveSequence: 9,
      lastSaveError: '',
      baseSizeBytes: 100,
      logSizeBytes: 20,
      saving: false,
    });
  });

  it('is changed field by field', async () => {
    const docs = client.collection('docs');
    await docs.update({ persistence: { autoSaveThreshold: 7, compression: false } });
    expect(requests[0].updateMask).to.deep.equal([
      'persistence.auto_save_threshold',
      'persistence.compression_enabled',
    ]);
    expect(requests[0].config?.persistence).to.include({ autoSaveThreshold: 7n });
  });

  it('refuses what is no number before anything is sent', async () => {
    const docs = client.collection('docs');
    for (const autoSaveThreshold of [1.5, -1, Number.NaN]) {
      const error = await rejection(docs.update({ persistence: { autoSaveThreshold } }));
      expect((error as ProtovecError).fieldViolations[0].field).to.equal(
        'config.persistence.auto_save_threshold',
      );
    }
    expect(requests).to.deep.equal([]);
  });

  it('is brought up to date by save', async () => {
    const status = await client.collection('docs').save();
    expect(status).to.deep.include({ lastSaveSequence: 9, lastSaveTime: new Date(5_000) });
  });
});
