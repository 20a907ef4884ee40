/** A collection that is deleted while calls work on it: they fail in one documented way. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProtovecError } from '../../clients/typescript/src/index.js';
import { type Served, serve, vectorOf } from '../support/client.js';

const ROUNDS = 8;

describe('deleting a collection', () => {
  let served: Served;
  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  it('fails what is under way in a documented way and leaves no files', async () => {
    const { client } = served;
    const others = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      await client.createCollection('gone', { dimension: 4 });
      const gone = client.collection('gone');
      const records = [1, 2, 3].map((n) => ({ id: `${n}`, embedding: vectorOf(n) }));
      await gone.upsertMany(records);
      const { id } = await gone.snapshots.create();
      const calls = (): Promise<unknown>[] => [
        gone.snapshots.create(),
        gone.update({ persistence: { autoSaveThreshold: 1_000 + round } }),
        gone.upsertMany(records),
        gone.save(),
        gone.snapshots.restore(id),
        gone.snapshots.mergeRecords(records),
        gone.deleteMany({ ids: ['1'] }),
      ];
      const underWay = [...calls(), client.deleteCollection('gone'), ...calls()];
      for (const outcome of await Promise.allSettled(underWay)) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason).instanceOf(ProtovecError);
        const { reason, message } = outcome.reason;
        // OVERLOADED: a restore would make the collection anew, and waits for its deletion.
        if (!['COLLECTION_NOT_FOUND', 'OVERLOADED'].includes(reason))
          others.add(`${reason}: ${message}`);
      }
    }
    expect([...others]).deep.equals([]);
    expect(await readdir(join(served.server.dataDirectory, 'collections'))).deep.equals([]);
  });
});
