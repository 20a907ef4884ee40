import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError, RecordDifference } from '../src/index.js';
import {
  DifferenceKind,
  type DiffSnapshotsRequest,
  DiffSnapshotsResponse,
  RecordDifference as ProtoDifference,
} from '../src/raw.js';
import {
  eventually,
  failure,
  rejection,
  startServer,
  type TestServer,
} from './support/test-server.js';

const differences = [
  ProtoDifference.create({ id: 'a', kind: DifferenceKind.ADDED }),
  ProtoDifference.create({
    id: 'b',
    kind: DifferenceKind.CHANGED,
    changedFields: ['file_path', 'metadata'],
  }),
  ProtoDifference.create({ id: 'c', kind: DifferenceKind.REMOVED }),
];
const expected: RecordDifference[] = [
  { id: 'a', kind: 'added', changedFields: [] },
  { id: 'b', kind: 'changed', changedFields: ['filePath', 'metadata'] },
  { id: 'c', kind: 'removed', changedFields: [] },
];
const counts = { added: 1, removed: 1, changed: 1, unchanged: 7 };

describe('a difference of snapshots', () => {
  let server: TestServer;
  let requests: DiffSnapshotsRequest[] = [];
  let cancelled = 0;

  before(async () => {
    server = await startServer({
      snapshots: {
        diffSnapshots: (call) => {
          requests.push(call.request);
          call.on('cancelled', () => {
            cancelled += 1;
          });
          call.write(DiffSnapshotsResponse.create({ differences: differences.slice(0, 1) }));
          if (call.request.snapshotId === 'open') return;
          if (call.request.snapshotId === 'broken') {
            call.emit('error', failure(status.DATA_LOSS, 'damaged'));
            return;
          }
          const summary = {
            addedCount: 1n,
            removedCount: 1n,
            changedCount: 1n,
            unchangedCount: 7n,
          };
          const rest = { differences: differences.slice(1), summary };
          const silent = call.request.snapshotId === 'silent';
          call.write(DiffSnapshotsResponse.create(silent ? {} : rest));
          call.end();
        },
      },
    });
  });
  beforeEach(() => {
    requests = [];
    cancelled = 0;
  });
  after(() => server.stop());

  const diff = (id: string, options = {}) =>
    server.client.collection('docs').snapshots.diff(id, options);

  it('is iterated, and has a summary afterwards', async () => {
    const found = diff('s1', { with: 's2', ofCollection: 'other' });
    const all: RecordDifference[] = [];
    for await (const difference of found) all.push(difference);
    expect(all).to.deep.equal(expected);
    expect(await found.summary()).to.deep.equal(counts);
    expect(requests).to.have.lengthOf(1);
    expect(requests[0]).to.include({
      collection: 'docs',
      snapshotId: 's1',
      otherSnapshotId: 's2',
      otherCollection: 'other',
    });
  });

  it('gives its summary alone, in one call', async () => {
    const found = diff('s1');
    expect(await Promise.all([found.summary(), found.summary()])).to.deep.equal([counts, counts]);
    expect(requests).to.have.lengthOf(1);
    expect(requests[0]).to.include({ otherSnapshotId: '', otherCollection: '' });
  });

  it('is iterated once', async () => {
    const found = diff('s1');
    await found.summary();
    const error = (await rejection(found[Symbol.asyncIterator]().next())) as ProtovecError;
    expect(error.message).to.match(/call diff again/);
  });

  it('is cancelled by leaving it, and has no summary then', async () => {
    const found = diff('open');
    for await (const { id } of found) {
      expect(id).to.equal('a');
      break;
    }
    await eventually(() => cancelled === 1, 'the call is cancelled');
    expect(((await rejection(found.summary())) as ProtovecError).codeName).to.equal('CANCELLED');
  });

  it('fails as a whole when the call does or ends without a summary', async () => {
    for (const [id, code] of [
      ['broken', 'DATA_LOSS'],
      ['silent', 'INTERNAL'],
    ] as const) {
      const found = diff(id);
      const error = (await rejection(found.summary())) as ProtovecError;
      expect(error.codeName).to.equal(code);
      expect(await rejection(found.summary())).to.equal(error);
    }
  });
});
