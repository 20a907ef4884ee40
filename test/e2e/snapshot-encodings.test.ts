/** Snapshots in every encoding over a real server: asked for, configured, restored. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Collection, SnapshotInfo } from '../../clients/typescript/src/index.js';
import {
  CollectionServiceService,
  CreateCollectionRequest,
} from '../../src/gen/protovec/v1/collection_service.js';
import { type PersistenceConfig, SnapshotFormat } from '../../src/gen/protovec/v1/persistence.js';
import {
  CreateSnapshotRequest,
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
import { readAll } from '../unit/snapshot/support.js';

const recordsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `r${String(i).padStart(4, '0')}`,
    content: `Grüße ${i} ${'lorem ipsum '.repeat(50)}`,
    embedding: Float32Array.from(vectorOf(i)),
    metadata: { n: i, big: 2n ** 62n, tags: ['a', 'b'] },
  }));

const compressed = { format: 'binary', compressed: true } as const;
const plain = { format: 'binary', compressed: false } as const;
const json = { format: 'json', compressed: false } as const;

describe('the encodings of snapshots', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());

  async function create(persistence?: Partial<PersistenceConfig>): Promise<Collection> {
    const name = `encoding-${next++}`;
    const config = { dimension: 4, ...(persistence && { persistence }) };
    const request = CreateCollectionRequest.fromPartial({ collection: name, config });
    const { createCollection } = CollectionServiceService;
    await served.raw.answer(createCollection, CreateCollectionRequest.encode(request).finish());
    const docs = served.client.collection(name);
    await docs.upsertMany(recordsOf(600));
    return docs;
  }
  const download = async (docs: Collection, { id }: SnapshotInfo): Promise<Buffer> =>
    Buffer.concat(await all(docs.snapshots.download(id)));
  const told = ({ format, compressed }: SnapshotInfo) => ({ format, compressed });

  it('hold the same records', async () => {
    const docs = await create();
    const made = [
      await docs.snapshots.create(),
      await docs.snapshots.create({ compression: true }),
      await docs.snapshots.create({ format: 'json' }),
    ];
    expect(made.map(told)).deep.equals([plain, compressed, json]);
    const files = await Promise.all(made.map((snapshot) => download(docs, snapshot)));
    const [binary, ...others] = await Promise.all(files.map((bytes) => readAll(bytes)));
    expect(binary.bodies).lengthOf(600);
    for (const { bodies, headers, error } of others) {
      expect(error).equals(undefined);
      expect(bodies).deep.equals(binary.bodies);
      expect({ ...headers[0], createdAt: 0 }).deep.equals({ ...binary.headers[0], createdAt: 0 });
    }
    expect(files[1].length).below(files[0].length / 2);
    await served.restart();
    const again = served.client.collection(docs.name);
    expect(await again.snapshots.list()).deep.equals([...made].reverse());
  });

  it('are those of the configuration when a request leaves them out', async () => {
    const packed = await create({ compressionEnabled: true });
    expect(told(await packed.snapshots.create())).deep.equals(compressed);
    expect(told(await packed.snapshots.create({ compression: false }))).deep.equals(plain);
    expect(told(await packed.snapshots.create({ format: 'json' }))).deep.equals(json);
    const text = await create({ format: SnapshotFormat.JSON });
    expect(told(await text.snapshots.create())).deep.equals(json);
    expect(told(await text.snapshots.create({ format: 'binary' }))).deep.equals(plain);
    const asked = { format: 'binary', compression: true } as const;
    expect(told(await text.snapshots.create(asked))).deep.equals(compressed);
  });

  it('refuse compressed JSON and unknown formats', async () => {
    const docs = await create({ format: SnapshotFormat.JSON });
    const wanted = 'INVALID_ARGUMENT INVALID_ARGUMENT compression_enabled';
    const both = docs.snapshots.create({ format: 'json', compression: true });
    expect(summary(await failureOf(both))).equals(wanted);
    const configured = docs.snapshots.create({ compression: true });
    expect(summary(await failureOf(configured))).equals(wanted);
    const request = { collection: docs.name, format: 9 as SnapshotFormat };
    const { failure } = await served.raw.call(
      service.createSnapshot,
      encode(CreateSnapshotRequest, request),
    );
    expect(failure && summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT format');
  });

  it('are restored', async () => {
    const docs = await create();
    const wanted = await all(docs.list());
    for (const options of [{ compression: true }, { format: 'json' } as const]) {
      const { id } = await docs.snapshots.create(options);
      const into = `${docs.name}-${next++}`;
      await docs.snapshots.restore(id, { into });
      const restored = await all(served.client.collection(into).list());
      const fields = (records: typeof wanted) =>
        records.map(({ revision, ...fields }) => ({ ...fields, embedding: fields.embedding }));
      expect(fields(restored)).deep.equals(fields(wanted));
    }
  });

  it('are merged from a file that another program printed', async () => {
    const docs = await create();
    const file = await readFile(new URL('../golden/snapshot-v1.unsealed.json', import.meta.url));
    const into = `golden-${next++}`;
    await served.client.createCollection(into, {
      dimension: 5,
      metric: 'euclidean',
      embeddingModel: 'some/model@1',
    });
    const target = served.client.collection(into);
    const pieces = [file.subarray(0, 777), file.subarray(777)];
    expect((await failureOf(target.snapshots.merge(pieces))).reason).equals('SERIALIZATION_ERROR');
    const merged = await target.snapshots.merge(pieces, { allowUnsealed: true });
    expect(merged.created).equals(10);
    expect((await target.get('record 3'))?.embedding?.[0]).equals(4);
    expect(await docs.count()).equals(600);
  });
});
