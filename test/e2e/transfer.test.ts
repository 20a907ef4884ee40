/** Snapshots that are uploaded and downloaded over a real server, whole or with interruptions. */
import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import {
  type Collection,
  type CollectionConfig,
  connect,
  uuidv7,
} from '../../clients/typescript/src/index.js';
import { StorageSnapshot } from '../../src/gen/protovec/v1/snapshot.js';
import {
  GetUploadRequest,
  SnapshotServiceService as service,
  UploadSnapshotRequest,
} from '../../src/gen/protovec/v1/snapshot_service.js';
import {
  all,
  encode,
  failureOf,
  RawClient,
  type Served,
  serve,
  summary,
  vectorOf,
} from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import { startCuttingProxy } from '../support/cutting-proxy.js';
import { startServerProcess } from './server-process.js';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const DAY_MS = 24 * 60 * 60 * 1000;

/** A UUIDv7 of another time. */
function uuidOf(ms: number): string {
  const hex = Math.floor(ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** Encoded messages that upload `bytes` from `from` up to `to`, changed by `change`. */
function messages(
  collection: string,
  snapshotId: string,
  bytes: Uint8Array,
  options: {
    from?: number;
    to?: number;
    change?: (message: UploadSnapshotRequest) => void;
  } = {},
): Uint8Array[] {
  const { from = 0, to = bytes.length, change } = options;
  const pieces: Uint8Array[] = [];
  for (let offset = from; offset < to || pieces.length === 0; offset += 65_536) {
    const data = Buffer.from(bytes.subarray(offset, Math.min(to, offset + 65_536)));
    const first = { collection, snapshotId, sizeBytes: BigInt(bytes.length) };
    const message = UploadSnapshotRequest.fromPartial({
      ...(offset === from ? { ...first, sha256: sha256Of(bytes) } : {}),
      offset: BigInt(offset),
      data,
      crc: crc32(data),
    });
    change?.(message);
    pieces.push(UploadSnapshotRequest.encode(message).finish());
  }
  return pieces;
}

describe('transfer', function () {
  this.timeout(120_000);
  let served: Served;
  let next = 0;
  let docs: Collection;
  /** A snapshot of some 700 KB of 4-dimensional records. */
  let file: Buffer;

  before(async () => {
    served = await serve();
    const source = await create();
    const records = Array.from({ length: 1_000 }, (_, i) => ({
      id: `r${String(i).padStart(4, '0')}`,
      content: `Grüße ${i} `.repeat(60),
      embedding: vectorOf(i),
    }));
    await source.insertMany(records);
    const { id } = await source.snapshots.create();
    file = Buffer.concat(await all(source.snapshots.download(id)));
  });
  beforeEach(async () => {
    docs = await create();
  });
  after(() => served.close());

  async function create(config: CollectionConfig = {}): Promise<Collection> {
    const made = served.client.collection(`transfer-${next++}`);
    await served.client.createCollection(made.name, { dimension: 4, ...config });
    return made;
  }
  const directoryOf = async ({ name }: Collection, ...below: string[]) => {
    const { id } = await served.client.getCollection(name);
    return join(served.server.dataDirectory, 'collections', id, ...below);
  };
  const partsOf = async (collection: Collection) =>
    (await readdir(await directoryOf(collection, 'uploads')).catch(() => [])).sort();
  const progressOf = async (raw: RawClient, collection: string, snapshotId: string) => {
    const request = encode(GetUploadRequest, { collection, snapshotId });
    const { receivedBytes, snapshot } = await raw.answer(service.getUpload, request);
    return { received: Number(receivedBytes), snapshot };
  };
  const rewritten = (change: (snapshot: StorageSnapshot) => void) => {
    const snapshot = StorageSnapshot.decode(file);
    snapshot.checksums = [];
    snapshot.footers = [];
    change(snapshot);
    return Buffer.from(StorageSnapshot.encode(snapshot).finish());
  };

  describe('of a whole file', () => {
    it('makes a snapshot that is listed, restored and merged like any other', async () => {
      const seen: number[] = [];
      const made = await docs.snapshots.upload(file, {
        onProgress: ({ bytes, total }) => {
          expect(total).equals(file.length);
          seen.push(bytes);
        },
      });
      expect(seen.at(-1)).equals(file.length);
      expect(made).deep.include({
        collection: docs.name,
        format: 'binary',
        compressed: false,
        sizeBytes: file.length,
        recordCount: 1_000,
      });
      expect(Buffer.from(made.sha256)).deep.equals(sha256Of(file));
      expect(await docs.snapshots.list()).deep.equals([made]);
      expect(await partsOf(docs)).deep.equals([]);
      expect(Buffer.concat(await all(docs.snapshots.download(made.id)))).deep.equals(file);
      expect((await docs.snapshots.restore(made.id)).restored).equals(1_000);
      await served.restart();
      const again = served.client.collection(docs.name);
      expect(await again.snapshots.list()).deep.equals([made]);
      expect(await again.count()).equals(1_000);
    });

    for (const how of [{ format: 'binary', compression: true }, { format: 'json' }] as const) {
      it(`tells how it is written: ${JSON.stringify(how)}`, async () => {
        await docs.snapshots.merge([file]);
        const taken = await docs.snapshots.create(how);
        const bytes = Buffer.concat(await all(docs.snapshots.download(taken.id)));
        const other = await create();
        const made = await other.snapshots.upload(bytes);
        const { format, compressed, recordCount, sequence } = taken;
        expect(made).deep.include({ format, compressed, recordCount, sequence });
        const age = made.createTime.getTime() - taken.createTime.getTime();
        expect(age, 'the time that the file says').within(0, 60_000);
        expect((await other.snapshots.restore(made.id)).restored).equals(1_000);
      });
    }

    it('takes an unsealed one when it is allowed, and restores it', async () => {
      const bytes = rewritten(() => {});
      const failure = await failureOf(docs.snapshots.upload(bytes));
      expect(summary(failure)).equals('INVALID_ARGUMENT SERIALIZATION_ERROR');
      const made = await docs.snapshots.upload(bytes, { allowUnsealed: true });
      expect((await docs.snapshots.restore(made.id)).restored).equals(1_000);
    });

    it('counts the records of several parts once', async () => {
      const made = await docs.snapshots.upload(Buffer.concat([file, file]));
      expect(made.recordCount).equals(1_000);
      expect((await docs.snapshots.restore(made.id)).restored).equals(1_000);
    });

    it('takes Blobs and functions that read', async () => {
      const blob = await docs.snapshots.upload(new Blob([new Uint8Array(file)]));
      expect(blob.recordCount).equals(1_000);
      const read = (offset: number) => [
        file.subarray(offset, offset + 7),
        file.subarray(offset + 7),
      ];
      expect((await docs.snapshots.upload(read)).recordCount).equals(1_000);
    });

    it('answers a repeated one, and refuses another file under its id', async () => {
      const made = await docs.snapshots.upload(file);
      expect(await docs.snapshots.upload(file, { id: made.id })).deep.equals(made);
      const raw = await served.raw.answer(
        service.uploadSnapshot,
        ...messages(docs.name, made.id, file),
      );
      expect(raw.snapshot?.snapshotId).equals(made.id);
      const other = Buffer.concat([file, file]);
      const { failure } = await served.raw.call(
        service.uploadSnapshot,
        ...messages(docs.name, made.id, other),
      );
      expect(summary(failure!)).equals('ALREADY_EXISTS ALREADY_EXISTS snapshot_id');
    });
  });

  describe('that is interrupted', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };

    it(`goes on after its connection was cut at random places (SEED=${seed})`, async function () {
      this.timeout(120_000);
      const big = Buffer.concat(Array.from({ length: 8 }, () => file));
      const budgets = Array.from({ length: 4 }, () => 200_000 + random(2_000_000));
      const up = await startCuttingProxy(() => served.server.address, budgets);
      const down = await startCuttingProxy(() => served.server.address, budgets);
      const uploader = connect(up.address);
      const downloader = connect(down.address);
      try {
        const { snapshots } = uploader.collection(docs.name);
        const made = await snapshots.upload(big);
        expect(up.cuts, 'cuts of the upload').greaterThan(0);
        expect(made).deep.include({ sizeBytes: big.length, recordCount: 1_000 });
        const pieces = await all(downloader.collection(docs.name).snapshots.download(made.id));
        expect(down.cuts, 'cuts of the download').greaterThan(0);
        expect(Buffer.concat(pieces).equals(big)).equals(true);
      } finally {
        uploader.close();
        downloader.close();
        await up.close();
        await down.close();
      }
    });

    it('keeps what came before the server was killed', () =>
      inTemporaryDirectory(async (data) => {
        let server = await startServerProcess(data);
        let client = connect(server.address);
        await client.createCollection('docs', { dimension: 4 });
        const id = uuidv7();
        const cut = 300_000;
        let raw = new RawClient(server.address);
        const broken = raw.grpc.makeClientStreamRequest(
          service.uploadSnapshot.path,
          (bytes: Buffer) => bytes,
          (bytes) => bytes,
          () => undefined,
        );
        broken.on('error', () => undefined);
        for (const piece of messages('docs', id, file, { to: cut }))
          broken.write(Buffer.from(piece));
        const received = () =>
          progressOf(raw, 'docs', id).then(
            (progress) => progress.received,
            () => 0,
          );
        while ((await received()) < cut) await new Promise((resolve) => setTimeout(resolve, 20));
        await server.kill('SIGKILL');
        client.close();
        raw.close();
        server = await startServerProcess(data);
        client = connect(server.address);
        raw = new RawClient(server.address);
        try {
          expect(await progressOf(raw, 'docs', id)).deep.equals({
            received: cut,
            snapshot: undefined,
          });
          const sent: number[] = [];
          const made = await client.collection('docs').snapshots.upload(file, {
            id,
            onProgress: ({ bytes }) => sent.push(bytes),
          });
          expect(made.recordCount).equals(1_000);
          expect(sent).deep.equals([file.length]);
          expect((await progressOf(raw, 'docs', id)).snapshot?.snapshotId).equals(id);
        } finally {
          client.close();
          raw.close();
          await server.kill('SIGKILL');
        }
      }));

    it('is finished by an empty piece when only the answer was lost', async () => {
      const id = uuidv7();
      const started = messages(docs.name, id, file, { to: 100_000 });
      const { failure } = await served.raw.call(service.uploadSnapshot, ...started);
      expect(summary(failure!)).equals('INVALID_ARGUMENT INVALID_ARGUMENT size_bytes');
      expect(failure!.metadata.received_bytes).equals('100000');
      // Everything is there, but the last stream did not end.
      await writeFile(join(await directoryOf(docs, 'uploads'), `${id}.part`), file);
      expect(await progressOf(served.raw, docs.name, id)).deep.include({ received: file.length });
      const made = await docs.snapshots.upload(file, { id });
      expect(made.recordCount).equals(1_000);
    });
  });

  describe('is refused', () => {
    const refused = async (pieces: Uint8Array[], expected: string) => {
      const { failure } = await served.raw.call(service.uploadSnapshot, ...pieces);
      expect(failure && summary(failure)).equals(expected);
      return failure!;
    };
    const invalid = (field: string) => `INVALID_ARGUMENT INVALID_ARGUMENT ${field}`;

    it('at a piece with a wrong CRC, offset or length, and goes on from there', async () => {
      const id = uuidv7();
      const at = (offset: bigint, change: (message: UploadSnapshotRequest) => void) =>
        messages(docs.name, id, file, {
          change: (message) => {
            if (message.offset === offset) change(message);
          },
        });
      const crc = at(65_536n, (message) => {
        message.crc = (message.crc ^ 1) >>> 0;
      });
      const first = await refused(crc, 'INVALID_ARGUMENT SERIALIZATION_ERROR crc');
      expect(first.metadata.received_bytes).equals('65536');
      expect(await progressOf(served.raw, docs.name, id)).deep.include({ received: 65_536 });
      const again = await refused(messages(docs.name, id, file), invalid('offset'));
      expect(again.metadata.received_bytes).equals('65536');
      const gap = messages(docs.name, id, file, { from: 65_537 });
      await refused(gap, invalid('offset'));
      const more = messages(docs.name, id, file, {
        from: 65_536,
        change: (message) => {
          if (Number(message.offset) + message.data.length !== file.length) return;
          message.data = Buffer.concat([message.data, Buffer.of(1)]);
          message.crc = crc32(message.data);
        },
      });
      await refused(more, invalid('data'));
      const { received } = await progressOf(served.raw, docs.name, id);
      expect(received).lessThan(file.length).greaterThan(65_536);
      expect((await docs.snapshots.upload(file, { id })).recordCount).equals(1_000);
    });

    it('when the file is not what was announced, and is gone', async () => {
      const id = uuidv7();
      const pieces = messages(docs.name, id, file, {
        change: (message) => {
          if (message.sha256.length > 0) message.sha256 = Buffer.alloc(32, 7);
        },
      });
      await refused(pieces, 'INVALID_ARGUMENT SERIALIZATION_ERROR sha256');
      expect(await partsOf(docs)).deep.equals([]);
      const request = encode(GetUploadRequest, { collection: docs.name, snapshotId: id });
      const { failure } = await served.raw.call(service.getUpload, request);
      expect(summary(failure!)).equals('NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id');
    });

    it('when it is no snapshot, damaged, does not fit or holds bad records, and is gone', async () => {
      const broken = 'INVALID_ARGUMENT SERIALIZATION_ERROR';
      const damaged = Buffer.from(file);
      damaged[5_000]! ^= 1;
      const bad = (change: (snapshot: StorageSnapshot) => void) => rewritten(change);
      const cases: [Buffer, string][] = [
        [Buffer.from('something else'), broken],
        [damaged, broken],
        [file.subarray(0, -10), broken],
        [
          bad(({ records }) => {
            records[3]!.embedding[0] = Number.NaN;
          }),
          'INVALID_ARGUMENT INVALID_EMBEDDING records[3].embedding',
        ],
        [
          bad(({ records }) => {
            records[3]!.id = records[2]!.id;
          }),
          `${broken} records[3].id`,
        ],
        [
          bad((snapshot) => {
            snapshot.metric = 2;
          }),
          'FAILED_PRECONDITION INCOMPATIBLE_SNAPSHOT',
        ],
      ];
      for (const [bytes, expected] of cases) {
        const failure = await failureOf(docs.snapshots.upload(bytes, { allowUnsealed: true }));
        expect(summary(failure)).equals(expected);
      }
      expect(await partsOf(docs)).deep.equals([]);
      expect(await docs.snapshots.list()).deep.equals([]);
    });

    it('with an id that is no recent UUIDv7, no size and no digest', async () => {
      const change = (field: keyof UploadSnapshotRequest, value: unknown) =>
        messages(docs.name, uuidv7(), file, {
          change: (message) => {
            if (message.sha256.length > 0) Object.assign(message, { [field]: value });
          },
        });
      await refused(change('snapshotId', 'x'), invalid('snapshot_id'));
      await refused(
        change('snapshotId', '00000000-0000-4000-8000-000000000000'),
        invalid('snapshot_id'),
      );
      await refused(change('snapshotId', uuidOf(Date.now() - DAY_MS * 2)), invalid('snapshot_id'));
      await refused(change('snapshotId', uuidOf(Date.now() + DAY_MS * 2)), invalid('snapshot_id'));
      await refused(change('sizeBytes', 0n), invalid('size_bytes'));
      await refused(change('sha256', Buffer.alloc(31, 1)), invalid('sha256'));
      await refused(change('collection', 'none'), 'NOT_FOUND COLLECTION_NOT_FOUND collection');
      expect(await partsOf(docs)).deep.equals([]);
    });

    it('while another stream sends it, and beside eight others', async () => {
      const id = uuidv7();
      const [first] = messages(docs.name, id, file);
      let release = (): void => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const call = served.raw.grpc.makeClientStreamRequest(
        service.uploadSnapshot.path,
        (bytes: Buffer) => bytes,
        (bytes) => bytes,
        () => release(),
      );
      call.on('error', () => undefined);
      call.write(Buffer.from(first!));
      while ((await partsOf(docs)).length === 0) await new Promise((r) => setTimeout(r, 10));
      const failure = await refused(messages(docs.name, id, file), 'RESOURCE_EXHAUSTED OVERLOADED');
      expect(failure.message).includes(id);
      call.cancel();
      await released;
      for (let i = 1; i < 8; i += 1) {
        await served.raw.call(
          service.uploadSnapshot,
          ...messages(docs.name, uuidv7(), file, { to: 10 }),
        );
      }
      expect(await partsOf(docs)).lengthOf(8);
      await refused(messages(docs.name, uuidv7(), file), 'RESOURCE_EXHAUSTED OVERLOADED');
      // One of them goes on.
      expect((await docs.snapshots.upload(file, { id })).recordCount).equals(1_000);
    });
  });

  it('forgets uploads that are a day old, when another begins and when the server starts', async () => {
    await served.raw.call(
      service.uploadSnapshot,
      ...messages(docs.name, uuidv7(), file, { to: 9 }),
    );
    const [young] = await partsOf(docs);
    const old = `${uuidOf(Date.now() - DAY_MS * 1.01)}.part`;
    const directory = await directoryOf(docs, 'uploads');
    await writeFile(join(directory, old), 'old');
    await served.raw.call(
      service.uploadSnapshot,
      ...messages(docs.name, uuidv7(), file, { to: 9 }),
    );
    expect(await partsOf(docs))
      .lengthOf(2)
      .includes(young);
    await writeFile(join(directory, old), 'old');
    await served.restart();
    docs = served.client.collection(docs.name);
    expect(await partsOf(docs))
      .lengthOf(2)
      .includes(young);
  });
});
