import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import { type Filter, type ProtovecError, type SnapshotProgress, where } from '../src/index.js';
import { type MergeRecordsRequest, Snapshot, SnapshotFormat } from '../src/raw.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

const MiB = 1024 * 1024;
const file = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));
const snapshot = Snapshot.create({
  snapshotId: 's1',
  collection: 'docs',
  format: SnapshotFormat.BINARY,
  sizeBytes: 1000n,
  recordCount: 3n,
  createTime: { seconds: 2n, nanos: 0 },
  logSequence: 8n,
  sha256: Buffer.of(1, 2),
  compressed: true,
});
const info = {
  id: 's1',
  collection: 'docs',
  format: 'binary',
  compressed: true,
  sizeBytes: 1000,
  recordCount: 3,
  createTime: new Date(2000),
  sequence: 8,
  sha256: Buffer.of(1, 2),
};

describe('snapshots', () => {
  let server: TestServer;
  let merged: MergeRecordsRequest[];
  let requests: unknown[];

  before(async () => {
    server = await startServer({
      snapshots: {
        createSnapshot: (call) => {
          requests.push(call.request);
          call.write({ recordsWritten: 1n, recordsTotal: 3n });
          if (call.request.collection === 'docs') {
            call.write({ recordsWritten: 3n, recordsTotal: 3n, snapshot });
          }
          call.end();
        },
        listSnapshots: (_, callback) => callback(null, { snapshots: [snapshot] }),
        deleteSnapshot: (call, callback) => {
          requests.push(call.request);
          callback(null, {});
        },
        downloadSnapshot: (call) => {
          const { snapshotId, offset } = call.request;
          for (let start = Number(offset); start < file.length; start += 256) {
            const data = Buffer.from(file.subarray(start, start + 256));
            const crc = crc32(data);
            if (snapshotId === 'flipped' && start === 256) data[9] ^= 1;
            const shift = snapshotId === 'gap' && start === 256 ? 1 : 0;
            call.write({ offset: BigInt(start + shift), data, crc });
          }
          call.end();
        },
        restoreSnapshot: (call) => {
          requests.push(call.request);
          call.write({ recordsRestored: 2n, recordsTotal: 5n, sequence: 0n });
          call.write({ recordsRestored: 5n, recordsTotal: 5n, sequence: 11n });
          call.end();
        },
        mergeRecords: (call, callback) => {
          call.on('data', (message: MergeRecordsRequest) => merged.push(message));
          call.on('end', () =>
            callback(null, {
              result: {
                createdCount: 4n,
                replacedCount: 0n,
                skippedCount: 1n,
                conflicts: [],
                sequence: 12n,
                durable: true,
              },
            }),
          );
        },
        mergeSnapshot: (call) => {
          requests.push(call.request);
          call.write({ recordsMerged: 2n, recordsTotal: 5n });
          if (call.request.collection === 'docs') {
            const conflict = { id: 'a', existingUpdateTime: { seconds: 3n, nanos: 0 } };
            const result = {
              createdCount: 3n,
              replacedCount: 1n,
              skippedCount: 1n,
              conflicts: [
                { ...conflict, mergedUpdateTime: { seconds: 4n, nanos: 0 }, replaced: true },
                { ...conflict, mergedUpdateTime: undefined, replaced: false },
              ],
              sequence: 0n,
              durable: false,
            };
            call.write({ recordsMerged: 5n, recordsTotal: 5n, result });
          }
          call.end();
        },
      },
    });
  });
  beforeEach(() => {
    merged = [];
    requests = [];
  });
  after(() => server.stop());

  const mergeResult = {
    created: 4,
    replaced: 0,
    skipped: 1,
    conflicts: [],
    sequence: 12,
    durable: true,
  };
  const chunks = () =>
    merged.map(({ source }) =>
      source?.$case === 'snapshotChunk' ? Buffer.from(source.value) : null,
    );

  async function download(id: string, offset?: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    const { snapshots } = server.client.collection('docs');
    for await (const piece of snapshots.download(id, { offset })) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  it('are taken with progress', async () => {
    const progress: SnapshotProgress[] = [];
    const taken = await server.client.collection('docs').snapshots.create({
      format: 'binary',
      compression: true,
      onProgress: (step) => progress.push(step),
    });
    expect(taken).to.deep.equal(info);
    expect(requests).to.deep.include({
      collection: 'docs',
      format: SnapshotFormat.BINARY,
      compressionEnabled: true,
      filter: undefined,
      _unknownFields: {},
    });
    expect(progress).to.deep.equal([
      { records: 1, total: 3 },
      { records: 3, total: 3 },
    ]);
  });

  it('are not there when the server ends without one', async () => {
    const error = await rejection(server.client.collection('other').snapshots.create());
    expect(error).to.include({ codeName: 'INTERNAL' });
  });

  it('are taken and restored of the records that match', async () => {
    const { snapshots } = server.client.collection('docs');
    const filter = where.titleContains('x');
    await snapshots.create({ filter });
    await snapshots.restore('s1', { filter });
    for (const request of requests) {
      const { condition } = (request as { filter: Filter }).filter;
      expect(condition).to.deep.equal(filter.condition);
    }
    expect(requests).to.have.length(2);
  });

  it('are listed and deleted', async () => {
    const { snapshots } = server.client.collection('docs');
    expect(await snapshots.list()).to.deep.equal([info]);
    await snapshots.delete('s1');
    expect(requests).to.deep.include({ collection: 'docs', snapshotId: 's1', _unknownFields: {} });
  });

  it('are downloaded whole and from an offset', async () => {
    expect(await download('s1')).to.deep.equal(file);
    expect(await download('s1', 700)).to.deep.equal(file.subarray(700));
  });

  for (const damage of ['flipped', 'gap']) {
    it(`are not downloaded past a chunk that is damaged: ${damage}`, async () => {
      const error = (await rejection(download(damage))) as ProtovecError;
      expect(error).to.include({ codeName: 'DATA_LOSS', reason: 'CHECKSUM_MISMATCH' });
      expect(error.metadata).to.deep.equal({ offset: '256' });
    });
  }

  it('are restored with progress', async () => {
    const progress: SnapshotProgress[] = [];
    const result = await server.client.collection('docs').snapshots.restore('s1', {
      into: 'copy',
      indexConfig: { kind: 'flat', efSearch: 7 },
      onProgress: (step) => progress.push(step),
    });
    expect(result).to.deep.equal({ restored: 5, sequence: 11 });
    expect(requests[0]).to.include({ targetCollection: 'copy' });
    expect(requests[0]).to.have.property('indexConfig').that.includes({ kind: 2, efSearch: 7 });
    expect(progress).to.have.length(2);
  });

  it('are merged in messages of at most 1 MiB', async () => {
    const bytes = Buffer.alloc(2.5 * MiB, 'abc');
    const progress: number[] = [];
    const result = await server.client.collection('docs').snapshots.merge([bytes, file], {
      allowUnsealed: true,
      onProgress: (step) => progress.push(step.bytes),
    });
    expect(result).to.deep.equal(mergeResult);
    expect(chunks().map((chunk) => chunk?.length)).to.deep.equal([MiB, MiB, MiB / 2, file.length]);
    expect(Buffer.concat(chunks() as Buffer[]).equals(Buffer.concat([bytes, file]))).to.equal(true);
    expect(merged.map(({ collection }) => collection)).to.deep.equal(['docs', '', '', '']);
    expect(merged[0].allowUnsealed).to.equal(true);
    expect(progress.at(-1)).to.equal(bytes.length + file.length);
  });

  it('are merged by a policy, or not at all', async () => {
    const { snapshots } = server.client.collection('docs');
    await snapshots.merge([file], { policy: 'newest-wins', dryRun: true });
    await snapshots.mergeRecords([{ id: 'a' }], { policy: 'fail' });
    expect(merged.map(({ policy, dryRun }) => [policy, dryRun])).to.deep.equal([
      [3, true],
      [4, false],
    ]);
    const unknown = 'other' as 'fail';
    const error = (await rejection(snapshots.merge([file], { policy: unknown }))) as ProtovecError;
    expect(error.fieldViolations[0]).to.include({ field: 'policy' });
  });

  it('on the server are merged with progress and conflicts', async () => {
    const progress: SnapshotProgress[] = [];
    const result = await server.client.collection('docs').snapshots.mergeFrom('s1', {
      from: 'other',
      policy: 'overwrite',
      dryRun: true,
      onProgress: (step) => progress.push(step),
    });
    expect(requests[0]).to.include({ sourceCollection: 'other', policy: 2, dryRun: true });
    expect(progress.map(({ records }) => records)).to.deep.equal([2, 5]);
    const existingUpdateTime = new Date(3000);
    expect(result).to.deep.equal({
      created: 3,
      replaced: 1,
      skipped: 1,
      conflicts: [
        { id: 'a', existingUpdateTime, mergedUpdateTime: new Date(4000), replaced: true },
        { id: 'a', existingUpdateTime, replaced: false },
      ],
      sequence: 0,
      durable: false,
    });
    const error = await rejection(server.client.collection('x').snapshots.mergeFrom('s1'));
    expect(error).to.include({ codeName: 'INTERNAL' });
  });

  it('that are empty are merged as one empty chunk', async () => {
    await server.client.collection('docs').snapshots.merge([]);
    expect(merged).to.have.length(1);
    expect(chunks()[0]).to.have.length(0);
  });

  it('have records merged in batches, with their times', async () => {
    const createTime = new Date(-1500);
    const records = Array.from({ length: 1500 }, (_, index) => ({
      id: `r${index}`,
      content: 'x'.repeat(1024),
      createTime,
    }));
    const { snapshots } = server.client.collection('docs');
    expect(await snapshots.mergeRecords(records)).to.deep.equal(mergeResult);
    const batches = merged.map(({ source }) =>
      source?.$case === 'batch' ? source.value.records : [],
    );
    expect(batches).to.have.length(2);
    expect(batches.flat().map(({ id }) => id)).to.deep.equal(records.map(({ id }) => id));
    expect(batches[0][0].createTime).to.deep.include({ seconds: -2n, nanos: 500_000_000 });
    expect(merged.map(({ collection }) => collection)).to.deep.equal(['docs', '']);
  });

  it('have small batches of records merged too', async () => {
    await server.client.collection('docs').snapshots.mergeRecords([{ id: 'a' }]);
    expect(merged[0].source?.$case).to.equal('batch');
  });
});
