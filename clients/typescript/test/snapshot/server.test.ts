/** Snapshot files that a server takes, and those that it gives. */
import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startTestServer } from '../../../../test/support/server.js';
import { connect, type StoredRecord } from '../../src/index.js';
import { openSnapshot, writeSnapshot } from '../../src/snapshot/index.js';
import { inDirectory, sized } from './support.js';

describe('snapshot files and a server', () => {
  it('are what the server restores, validates and writes', () =>
    inDirectory(async (directory) => {
      const server = await startTestServer();
      const client = connect(server.address);
      try {
        for (const compress of [false, true]) {
          const path = join(directory, `${compress}.pb`);
          const name = `docs-${compress}`;
          const list = [...sized(1200, 2_000)];
          await writeSnapshot(path, list, {
            dimension: 3,
            metric: 'dot',
            collection: name,
            compress,
          });
          await client.createCollection(name, { dimension: 3, metric: 'dot' });
          const docs = client.collection(name);
          const { id } = await docs.snapshots.upload(await openAsBlob(path));
          const { valid, recordCount, findings } = await docs.snapshots.validate(id);
          expect({ valid, recordCount, findings }).to.deep.equal({
            valid: true,
            recordCount: 1200,
            findings: [],
          });
          expect((await docs.snapshots.restore(id)).restored).to.equal(1200);
          const taken = await docs.snapshots.create({ compression: compress });
          const file = await openSnapshot(docs.snapshots.download(taken.id));
          expect(file.header).to.deep.include({ dimension: 3, metric: 'dot', collection: name });
          const read = new Map<string, StoredRecord>();
          for await (const record of file) read.set(record.id, record);
          expect(read.size).to.equal(1200);
          for (const { id, content, embedding } of list) {
            const found = read.get(id);
            expect(found?.content).to.equal(content);
            expect([...(found?.embedding ?? [])]).to.deep.equal(embedding);
          }
          expect(await file.summary()).to.include({ parts: 1, sealed: true });
        }
      } finally {
        client.close();
        await server.close();
      }
    })).timeout(60_000);
});
