/** Snapshots over a real server: made, listed, downloaded, read by others, restored, deleted. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import protobuf from 'protobufjs';
import type {
  Collection,
  CollectionConfig,
  SnapshotInfo,
} from '../../clients/typescript/src/index.js';
import {
  DownloadSnapshotRequest,
  SnapshotServiceService as service,
} from '../../src/gen/protovec/v1/snapshot_service.js';
import {
  all,
  encode,
  failureOf,
  type Served,
  serve,
  summary,
  vectorOf,
} from '../support/client.js';

const protoRoot = fileURLToPath(new URL('../../proto', import.meta.url));

/** The schema as any program would read it: from the .proto files alone. */
function storageSnapshot(): protobuf.Type {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    target.startsWith('google/') ? target : join(protoRoot, target);
  root.loadSync('protovec/v1/snapshot.proto');
  return root.lookupType('protovec.v1.StorageSnapshot');
}

const recordsOf = (from: number, to: number, title = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `r${String(from + i).padStart(4, '0')}`,
    title,
    content: `Grüße ${from + i}`,
    embedding: Float32Array.from(vectorOf(from + i)),
    metadata: { n: from + i, big: 2n ** 62n, tags: ['a', 'b'] },
  }));

describe('snapshots', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function create(config: CollectionConfig = {}): Promise<Collection> {
    const docs = served.client.collection(`snap-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4, ...config });
    return docs;
  }
  const download = async (docs: Collection, { id }: SnapshotInfo, offset = 0): Promise<Buffer> =>
    Buffer.concat(await all(docs.snapshots.download(id, { offset })));

  it('makes a binary one with progress, lists it and describes it truly', async () => {
    const docs = await create({ embeddingModel: 'm' });
    await docs.upsertMany(recordsOf(0, 700));
    const progress: number[] = [];
    const made = await docs.snapshots.create({
      onProgress: ({ records, total }) => {
        expect(total).equals(700);
        progress.push(records);
      },
    });
    expect(progress.at(-1)).equals(700);
    expect(progress).deep.equals([...progress].sort((a, b) => a - b));
    const bytes = await download(docs, made);
    expect(made).deep.include({ collection: docs.name, format: 'binary', recordCount: 700 });
    expect(made.sizeBytes).equals(bytes.length);
    const digest = createHash('sha256').update(bytes).digest('hex');
    expect(Buffer.from(made.sha256).toString('hex')).equals(digest);
    const second = await docs.snapshots.create({ format: 'json' });
    const listed = await docs.snapshots.list();
    expect(listed).deep.equals([second, made]);
    await served.restart();
    const again = served.client.collection(docs.name);
    expect(await again.snapshots.list()).deep.equals(listed);
    expect((await download(again, made)).equals(bytes)).equals(true);
  });

  it('downloads from any offset, each chunk with its place and its CRC', async () => {
    const docs = await create();
    const content = 'x'.repeat(20_000);
    await docs.upsertMany(recordsOf(0, 40).map((record) => ({ ...record, content })));
    const made = await docs.snapshots.create();
    const whole = await download(docs, made);
    const fetch = (offset: number) => {
      const request = { collection: docs.name, snapshotId: made.id, offset: BigInt(offset) };
      return served.raw.call(service.downloadSnapshot, encode(DownloadSnapshotRequest, request));
    };
    const { answers } = await fetch(0);
    expect(answers.length).above(2);
    let offset = 0;
    for (const chunk of answers) {
      expect(Number(chunk.offset)).equals(offset);
      expect(crc32(chunk.data)).equals(chunk.crc);
      offset += chunk.data.length;
    }
    for (const from of [1, 262_144, 300_001, whole.length - 1, whole.length]) {
      const rest = await download(docs, made, from);
      expect(rest.equals(whole.subarray(from)), `from ${from}`).equals(true);
    }
    const { failure } = await fetch(whole.length + 1);
    expect(failure && summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT offset');
  });

  describe('the binary file', () => {
    let docs: Collection;
    let made: SnapshotInfo;
    let bytes: Buffer;

    before(async () => {
      docs = await create({ metric: 'dot', embeddingModel: 'some-model' });
      await docs.upsertMany(recordsOf(0, 50, 'first'));
      await docs.upsertMany(recordsOf(10, 20, 'second'));
      await docs.delete('r0003');
      made = await docs.snapshots.create();
      bytes = await download(docs, made);
    });

    it('is read by protobufjs from the .proto files and equals what was written', async () => {
      const type = storageSnapshot();
      const plain = type.toObject(type.decode(bytes), { longs: String, enums: String });
      expect(plain).deep.include({
        version: '1.0.0',
        dimension: 4,
        collection: docs.name,
        metric: 'METRIC_DOT',
        embeddingModel: 'some-model',
        logSequence: String(made.sequence),
      });
      expect(plain.footers[0].recordCount).equals('49');
      expect(plain.records).lengthOf(49);
      const stored = new Map((await all(docs.list())).map((record) => [record.id, record]));
      for (const record of plain.records) {
        const { createTime, updateTime, revision, embedding, metadata, ...texts } = record;
        const wanted = stored.get(record.id)!;
        expect(texts).deep.equals({
          id: wanted.id,
          content: wanted.content,
          title: wanted.title,
        });
        expect(Float32Array.from(embedding)).deep.equals(wanted.embedding);
        expect(metadata.n.intValue).equals(String(wanted.metadata.n));
        expect(metadata.big.intValue).equals(String(2n ** 62n));
        expect(metadata.tags.listValue.values).deep.equals(['a', 'b']);
        expect(Number(revision)).equals(wanted.revision);
        const ms = (t: { seconds: string; nanos?: number }) =>
          Number(t.seconds) * 1000 + Math.floor((t.nanos ?? 0) / 1e6);
        expect(ms(createTime)).equals(wanted.createTime!.getTime());
        expect(ms(updateTime)).equals(wanted.updateTime!.getTime());
      }
    });

    it('is read by protoc --decode', function () {
      if (spawnSync('protoc', ['--version']).error !== undefined) {
        console.log('        skipped: protoc is not installed');
        this.skip();
      }
      const args = ['--decode=protovec.v1.StorageSnapshot', `-I${protoRoot}`];
      const file = join(protoRoot, 'protovec/v1/snapshot.proto');
      const text = execFileSync('protoc', [...args, file], { input: bytes }).toString();
      expect(text.match(/^records \{/gm)).lengthOf(49);
      expect(text).includes('version: "1.0.0"').and.includes('id: "r0049"');
    });

    it('has a JSON twin with the same values', async () => {
      const json = await docs.snapshots.create({ format: 'json' });
      const twin = JSON.parse((await download(docs, json)).toString());
      expect(twin).deep.include({ version: '1.0.0', dimension: 4, metric: 'METRIC_DOT' });
      expect(twin.footers).deep.equals([{ recordCount: '49' }]);
      const type = storageSnapshot();
      const binary = type.toObject(type.decode(bytes), { longs: String });
      const byId = new Map(twin.records.map((record: { id: string }) => [record.id, record]));
      for (const record of binary.records) {
        // biome-ignore lint/suspicious/noExplicitAny: parsed JSON
        const other = byId.get(record.id) as any;
        expect(other.embedding.map(Math.fround)).deep.equals(record.embedding);
        expect(other.metadata.big).deep.equals({ intValue: String(2n ** 62n) });
        expect(other.revision).equals(record.revision);
        expect(other.content).equals(record.content);
      }
    });

    it('is taken at one instant while writes go on', async () => {
      const moving = await create();
      await moving.upsertMany(recordsOf(0, 2_000, '0'));
      let writing = true;
      const writer = (async () => {
        for (let round = 1; writing; round += 1) {
          await moving.upsertMany(recordsOf(0, 2_000, String(round)));
        }
      })();
      const snapshots = await Promise.all([1, 2, 3].map(() => moving.snapshots.create()));
      snapshots.push(await moving.snapshots.create());
      writing = false;
      await writer;
      const type = storageSnapshot();
      for (const snapshot of snapshots) {
        const file = await download(moving, snapshot);
        const { records, logSequence } = type.toObject(type.decode(file), { longs: Number });
        expect(records).lengthOf(2_000);
        expect(new Set(records.map((record: { title: string }) => record.title)).size).equals(1);
        expect(records[0].revision).most(logSequence);
      }
    });
  });

  it('is gone once it is deleted', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 3));
    const made = await docs.snapshots.create();
    await docs.snapshots.delete(made.id);
    expect(await docs.snapshots.list()).deep.equals([]);
    const gone = 'NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id';
    expect(summary(await failureOf(docs.snapshots.delete(made.id)))).equals(gone);
    expect(summary(await failureOf(download(docs, made)))).equals(gone);
    expect(await docs.count()).equals(3);
  });
});
