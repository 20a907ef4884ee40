/** DiffSnapshots over a real server: what callers see, and what they must not notice. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ProtovecError } from '../../clients/typescript/src/errors.js';
import type {
  Collection,
  CollectionSettings,
  SnapshotDiff,
  SnapshotInfo,
} from '../../clients/typescript/src/index.js';
import { workerOf } from '../../src/engine/pool-routing.js';
import {
  DiffSnapshotsRequest,
  DiffSnapshotsResponse,
  SnapshotServiceService,
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

const recordsOf = (from: number, to: number, title = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `r${String(from + i).padStart(5, '0')}`,
    title,
    embedding: vectorOf(from + i),
    metadata: { n: from + i, tags: ['a', 'b'] },
  }));

const none = '00000000-0000-7000-8000-000000000000';

describe('the difference of snapshots', () => {
  let served: Served;
  let next = 0;

  before(async () => {
    served = await serve({ workers: 2 });
  });
  after(() => served.close());

  async function create(config: Partial<CollectionSettings> = {}): Promise<Collection> {
    const docs = served.client.collection(`diff-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4, ...config });
    return docs;
  }
  const told = async (diff: SnapshotDiff) =>
    (await all(diff)).map(({ id, kind, changedFields }) => [kind, id, ...changedFields].join(' '));

  it('tells what was added, changed and removed since a snapshot, in order', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 20));
    const { id } = await docs.snapshots.create();
    const before = docs.snapshots.diff(id);
    expect(await told(before)).to.deep.equal([]);
    expect(await before.summary()).to.deep.equal({
      added: 0,
      removed: 0,
      changed: 0,
      unchanged: 20,
    });
    await docs.deleteMany({ ids: ['r00007', 'r00003'] });
    await docs.upsertMany(recordsOf(10, 12, 'new'));
    await docs.upsertMany([
      { ...recordsOf(12, 13)[0]!, filePath: '', extension: 'md', metadata: { n: 12 } },
      { ...recordsOf(13, 14)[0]!, embedding: [1, 2, 3, 4] },
      ...recordsOf(14, 16),
      ...recordsOf(90, 91),
    ]);
    const diff = docs.snapshots.diff(id);
    const differences = await told(diff);
    const changes = [
      'added r00090',
      'changed r00010 title',
      'changed r00011 title',
      'changed r00012 filePath extension metadata',
      'changed r00013 embedding',
    ];
    expect(differences.slice(0, 5)).to.have.members(changes);
    expect(differences.slice(5)).to.deep.equal(['removed r00003', 'removed r00007']);
    expect(await diff.summary()).to.deep.equal({
      added: 1,
      removed: 2,
      changed: 4,
      unchanged: 14,
    });
    const later = await docs.snapshots.create();
    expect(await told(docs.snapshots.diff(id, { with: later.id }))).to.deep.equal(differences);
    const [added] = await told(docs.snapshots.diff(later.id, { with: id }));
    expect(added).to.equal('added r00003');
  });

  it('is none between the encodings of one content', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 50));
    const made: SnapshotInfo[] = [];
    for (const options of [{ format: 'json' }, { compression: true }, { compression: false }]) {
      made.push(await docs.snapshots.create(options as { format?: 'json'; compression?: boolean }));
    }
    for (const a of made) {
      for (const b of made) {
        const counts = await docs.snapshots.diff(a.id, { with: b.id }).summary();
        expect(counts).to.deep.equal({ added: 0, removed: 0, changed: 0, unchanged: 50 });
      }
    }
  });

  it('compares with a snapshot of a collection that another worker serves', async () => {
    const docs = await create();
    let other = await create();
    while (workerOf(other.name, 2) === workerOf(docs.name, 2)) other = await create();
    await docs.upsertMany(recordsOf(0, 5));
    await other.upsertMany(recordsOf(3, 9));
    const [a, b] = [await docs.snapshots.create(), await other.snapshots.create()];
    const diff = docs.snapshots.diff(a.id, { with: b.id, ofCollection: other.name });
    expect(await diff.summary()).to.deep.equal({ added: 4, removed: 3, changed: 0, unchanged: 2 });
  });

  it('is of the instant of the call, and writes go on meanwhile', async () => {
    const docs = await create();
    await docs.insertMany(recordsOf(0, 8_000));
    const { id } = await docs.snapshots.create();
    await docs.upsertMany(recordsOf(0, 100, 'before'));
    const counting = docs.snapshots.diff(id).summary();
    const writing = docs.upsertMany(recordsOf(5_000, 6_000, 'meanwhile'));
    const reading = docs.search({ vector: vectorOf(1), limit: 1 });
    await Promise.all([writing, reading]);
    const { changed, unchanged } = await counting;
    expect(changed + unchanged).to.equal(8_000);
    expect([100, 1_100]).to.include(changed);
  });

  it('comes in messages far below their limit', async () => {
    const docs = await create();
    const { id } = await docs.snapshots.create();
    const long = 'ü'.repeat(100);
    await docs.insertMany(
      recordsOf(0, 6_000).map((record) => ({ ...record, id: record.id + long })),
    );
    const request = encode(DiffSnapshotsRequest, { collection: docs.name, snapshotId: id });
    const { answers, failure } = await served.raw.call(
      SnapshotServiceService.diffSnapshots,
      request,
    );
    expect(failure).to.equal(undefined);
    expect(answers.length).to.be.greaterThan(3);
    for (const answer of answers) {
      const { length } = DiffSnapshotsResponse.encode(answer).finish();
      expect(length).to.be.lessThan(512 * 1024);
    }
    expect(answers.flatMap(({ differences }) => differences)).to.have.lengthOf(6_000);
    expect(answers.map((answer) => answer.summary !== undefined)).to.deep.equal(
      answers.map((_, i) => i === answers.length - 1),
    );
  });

  it('is ended by leaving it', async () => {
    const docs = await create();
    const { id } = await docs.snapshots.create();
    await docs.insertMany(recordsOf(0, 20_000));
    const diff = docs.snapshots.diff(id);
    for await (const { kind } of diff) {
      expect(kind).to.equal('added');
      break;
    }
    const failure = await failureOf(diff.summary());
    expect(failure.code).to.equal('CANCELLED');
    expect(await docs.clear()).to.equal(20_000);
  });

  it('refuses what does not exist or cannot be compared, and names the field', async () => {
    const docs = await create();
    await docs.upsertMany(recordsOf(0, 3));
    const other = await create({ dimension: 3 });
    const { id } = await docs.snapshots.create();
    const small = await other.snapshots.create();
    const { snapshots } = docs;
    const cases: [SnapshotDiff, string][] = [
      [snapshots.diff('x'), 'INVALID_ARGUMENT INVALID_ARGUMENT snapshot_id'],
      [snapshots.diff(id, { with: 'x' }), 'INVALID_ARGUMENT INVALID_ARGUMENT other_snapshot_id'],
      [
        snapshots.diff(id, { ofCollection: other.name }),
        'INVALID_ARGUMENT INVALID_ARGUMENT other_collection',
      ],
      [
        snapshots.diff(id, { with: small.id, ofCollection: '?' }),
        'INVALID_ARGUMENT INVALID_ARGUMENT other_collection',
      ],
      [snapshots.diff(none), 'NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id'],
      [snapshots.diff(id, { with: none }), 'NOT_FOUND SNAPSHOT_NOT_FOUND other_snapshot_id'],
      [
        snapshots.diff(id, { with: small.id, ofCollection: 'nowhere' }),
        'NOT_FOUND COLLECTION_NOT_FOUND other_collection',
      ],
      [
        snapshots.diff(id, { with: small.id, ofCollection: other.name }),
        'FAILED_PRECONDITION INCOMPATIBLE_SNAPSHOT',
      ],
      [
        served.client.collection('nowhere').snapshots.diff(id),
        'NOT_FOUND COLLECTION_NOT_FOUND collection',
      ],
    ];
    for (const [diff, expected] of cases) {
      expect(summary(await failureOf(diff.summary()))).to.equal(expected);
    }
  });

  it('tells of a damaged snapshot before it tells of any difference', async () => {
    const docs = await create();
    await docs.insertMany(recordsOf(0, 3_000));
    const { id } = await docs.snapshots.create();
    await docs.clear();
    const directory = join(
      served.server.dataDirectory,
      'collections',
      (await docs.describe()).id,
      'snapshots',
    );
    const [name] = await readdir(directory);
    const bytes = await readFile(join(directory, name!));
    bytes[bytes.length - 20]! ^= 1;
    await writeFile(join(directory, name!), bytes);
    const seen: unknown[] = [];
    try {
      for await (const difference of docs.snapshots.diff(id)) seen.push(difference);
      expect.fail('it was not noticed');
    } catch (error) {
      expect(error).to.be.instanceOf(ProtovecError);
      expect((error as ProtovecError).reason).to.equal('STORAGE_CORRUPTED');
    }
    expect(seen).to.deep.equal([]);
  });
});
