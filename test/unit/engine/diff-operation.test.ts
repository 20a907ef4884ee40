import { expect } from 'chai';
import { operationsOf } from '../../../src/engine/engine.js';
import type { ServerStreamOperation } from '../../../src/engine/operation.js';
import { SnapshotFormat } from '../../../src/gen/protovec/v1/persistence.js';
import {
  DiffSnapshotsRequest,
  DiffSnapshotsResponse,
} from '../../../src/gen/protovec/v1/snapshot_service.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  write,
} from '../../support/collection.js';

describe('DiffSnapshots', () => {
  it('lets go of the collection at its end, at an error, and when the caller goes', () =>
    inTemporaryDirectory(async (directory) => {
      const registry = await openRegistry(directory);
      const collection = await registry.create('docs', configOf({ dimension: 3 }));
      const records = Array.from({ length: 3_000 }, (_, i) => ({
        id: `r${i}`,
        embedding: [1, 2, 3],
      }));
      await write(collection, records);
      const encoding = { format: SnapshotFormat.BINARY, compressed: false };
      const snapshot = await collection.snapshots.create(encoding, never, () => {});
      await write(
        collection,
        records.map((record) => ({ ...record, title: 'new' })),
      );

      let held = 0;
      const { state } = collection;
      const take = state.view.bind(state);
      state.view = () => {
        const view = take();
        const release = view.release.bind(view);
        held += 1;
        view.release = () => {
          held -= 1;
          return release();
        };
        return view;
      };
      const path = '/protovec.v1.SnapshotService/DiffSnapshots';
      const { handle } = operationsOf(registry)[path] as ServerStreamOperation;
      const call = (snapshotId: string, signal: AbortSignal) => {
        const request = { collection: 'docs', snapshotId };
        const bytes = DiffSnapshotsRequest.encode(DiffSnapshotsRequest.fromPartial(request));
        const deadline = Number.POSITIVE_INFINITY;
        return handle(bytes.finish(), { signal, deadline, isAbandoned: signal.aborted });
      };

      let told = 0;
      for await (const bytes of call(snapshot.snapshotId, never)) {
        told += DiffSnapshotsResponse.decode(bytes).differences.length;
        expect(held).to.equal(0);
      }
      expect(told).to.equal(3_000);

      const missing = '00000000-0000-7000-8000-000000000000';
      for (const [id, signal] of [
        [missing, never],
        [snapshot.snapshotId, AbortSignal.abort(new Error('gone'))],
      ] as const) {
        const failed = await (async () => {
          for await (const _ of call(id, signal)) expect.fail('it answered');
        })().then(
          () => false,
          () => true,
        );
        expect(failed).to.equal(true);
        expect(held).to.equal(0);
      }
      await registry.close();
    }));
});
