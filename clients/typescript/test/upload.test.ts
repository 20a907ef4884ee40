import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { UploadProgress, UploadSource } from '../src/index.js';
import { Snapshot, SnapshotFormat, type UploadSnapshotRequest } from '../src/raw.js';
import { rejection, startServer, type TestServer } from './support/test-server.js';

const MiB = 1024 * 1024;
const file = Buffer.alloc(2.5 * MiB, 'some bytes of a snapshot');
const sha256 = createHash('sha256').update(file).digest();

describe('an upload', () => {
  let server: TestServer;
  /** Messages of each stream. */
  let streams: UploadSnapshotRequest[][];
  /** What the server has, by id. */
  let received: Map<string, Buffer>;
  /** Streams that break after so many messages, in order; the others go through. */
  let breaks: number[];
  let refuses: boolean;

  before(async () => {
    server = await startServer({
      snapshots: {
        uploadSnapshot: (call, callback) => {
          const messages: UploadSnapshotRequest[] = [];
          streams.push(messages);
          const stop = breaks.shift();
          let id = '';
          call.on('data', (message: UploadSnapshotRequest) => {
            if (messages.length === stop) return;
            messages.push(message);
            id ||= message.snapshotId;
            const before = received.get(id) ?? Buffer.alloc(0);
            if (
              refuses ||
              Number(message.offset) !== before.length ||
              crc32(message.data) !== message.crc
            ) {
              return callback({ code: status.INVALID_ARGUMENT, details: 'not what follows' });
            }
            received.set(id, Buffer.concat([before, message.data]));
            if (messages.length === stop) callback({ code: status.UNAVAILABLE, details: 'broke' });
          });
          call.on('end', () => {
            const bytes = received.get(id) ?? Buffer.alloc(0);
            const made = { snapshotId: id, format: SnapshotFormat.BINARY };
            const sizeBytes = BigInt(bytes.length);
            const snapshot = Snapshot.fromPartial({ ...made, sizeBytes, sha256 });
            if (messages.length !== stop) callback(null, { snapshot });
          });
        },
        getUpload: (call, callback) => {
          const bytes = received.get(call.request.snapshotId);
          if (call.request.snapshotId === done) {
            const snapshot = Snapshot.fromPartial({ snapshotId: done, format: 1 });
            return callback(null, { receivedBytes: 1n, snapshot });
          }
          callback(null, { receivedBytes: BigInt(bytes?.length ?? 0), snapshot: undefined });
        },
      },
    });
  });
  beforeEach(() => {
    streams = [];
    received = new Map();
    breaks = [];
    refuses = false;
  });
  after(() => server.stop());

  const done = '01890000-0000-7000-8000-000000000000';
  const snapshots = () => server.client.collection('docs').snapshots;
  const sent = () => streams.map((messages) => messages.map(({ data }) => data.length));

  const sources: [string, UploadSource][] = [
    ['bytes', file],
    ['a Blob', new Blob([new Uint8Array(file)])],
    [
      'a function that reads',
      (offset) => [file.subarray(offset, offset + 9), file.subarray(offset + 9)],
    ],
  ];
  for (const [name, source] of sources) {
    it(`of ${name} travels in pieces of 1 MiB after length and digest`, async () => {
      const progress: UploadProgress[] = [];
      const made = await snapshots().upload(source, {
        allowUnsealed: true,
        onProgress: (step) => progress.push(step),
      });
      const [messages] = streams;
      expect(sent()).to.deep.equal([[MiB, MiB, MiB / 2]]);
      expect(messages[0]).to.include({
        collection: 'docs',
        snapshotId: made.id,
        allowUnsealed: true,
      });
      expect(messages[0].sizeBytes).to.equal(BigInt(file.length));
      expect(messages[0].sha256.equals(sha256)).to.equal(true);
      expect(messages[1]).to.include({ collection: '', snapshotId: '' });
      expect(received.get(made.id)?.equals(file)).to.equal(true);
      expect(progress.at(-1)).to.deep.equal({ bytes: file.length, total: file.length });
    });
  }

  it('that breaks off goes on where the server is', async () => {
    breaks = [1, 1];
    const made = await snapshots().upload(file);
    expect(sent()).to.deep.equal([[MiB], [MiB], [MiB / 2]]);
    expect(streams[2][0]).to.include({ collection: 'docs', offset: BigInt(2 * MiB) });
    expect(received.get(made.id)?.equals(file)).to.equal(true);
  });

  it('of which only the end is missing sends an empty piece', async () => {
    const id = '01890000-0000-7000-8000-000000000001';
    received.set(id, file);
    await snapshots().upload(file, { id });
    expect(sent()).to.deep.equal([[0]]);
    expect(streams[0][0]).to.include({ offset: BigInt(file.length), crc: 0 });
  });

  it('that is whole already is not sent again', async () => {
    expect(await snapshots().upload(file, { id: done })).to.include({ id: done });
    expect(streams).to.deep.equal([]);
  });

  it('that is refused is not repeated, and neither is what its source throws', async () => {
    refuses = true;
    const refused = await rejection(snapshots().upload(file));
    expect(refused).to.include({ codeName: 'INVALID_ARGUMENT' });
    expect(streams).to.have.length(1);
    const broken = snapshots().upload(() => {
      throw new Error('no such file');
    });
    expect(await rejection(broken)).to.have.property('message', 'no such file');
    const abort = AbortSignal.abort();
    expect(await rejection(snapshots().upload(file, { signal: abort }))).to.include({
      codeName: 'CANCELLED',
    });
  });
});
