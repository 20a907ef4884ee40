/** Building, dropping and watching an index over a real server, while records come and go. */
import { expect } from 'chai';
import { type Collection, connect, type IndexStats } from '../../clients/typescript/src/index.js';
import { BuildIndexRequest, IndexServiceService } from '../../src/gen/protovec/v1/index_service.js';
import { encode, failureOf, type Served, serve, summary, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import { run } from './cli-process.js';
import { startServerProcess } from './server-process.js';

const dimension = 24;
/** Takes so long that a test can look on. */
const slow = { connectivity: 64, expansionAdd: 4_096 };

const pause = (ms = 5) => new Promise((done) => setTimeout(done, ms));

const recordsOf = (from: number, to: number, salt = 0) =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `r${from + i}`,
    embedding: vectorOf(from + i + salt, dimension),
  }));

/** Whether the record is found first by its own vector. */
async function finds(docs: Collection, id: string, embedding: readonly number[]) {
  const { hits } = await docs.search({ vector: [...embedding], limit: 3 });
  return hits[0]?.id === id && Math.abs(hits[0].score - 1) < 1e-5;
}

async function until(docs: Collection, holds: (stats: IndexStats) => boolean): Promise<IndexStats> {
  for (;;) {
    const stats = await docs.index.stats();
    if (holds(stats)) return stats;
    await pause();
  }
}

const settled = ({ pending, build }: IndexStats) => pending === 0 && build === undefined;

describe('the life of an index', () => {
  let served: Served;
  let docs: Collection;

  beforeEach(async () => {
    served = await serve();
    const index = { connectivity: 8, expansionAdd: 40 };
    await served.client.createCollection('docs', { dimension, index });
    docs = served.client.collection('docs');
    await docs.insertMany(recordsOf(0, 1_500));
    await until(docs, settled);
  });
  afterEach(() => served.close());

  it('is built anew while searches see every acknowledged write', async function () {
    this.timeout(120_000);
    const told: [number, number][] = [];
    let built: IndexStats | undefined;
    const building = docs.index
      .build(slow, { onProgress: ({ indexed, total }) => told.push([indexed, total]) })
      .then((stats) => {
        built = stats;
      });
    await until(docs, (stats) => stats.build !== undefined);
    let seen = 0;
    for (let round = 0; built === undefined; round += 1) {
      const stats = await docs.index.stats();
      if (stats.build !== undefined && stats.config.connectivity === 8) seen += 1;
      // New records, old ones with other vectors, and some that go.
      const fresh = recordsOf(2_000 + 2 * round, 2_002 + 2 * round);
      const changed = recordsOf((round * 37) % 1_400, ((round * 37) % 1_400) + 2, 10_000 + round);
      await docs.upsertMany([...fresh, ...changed]);
      for (const { id, embedding } of [...fresh, ...changed]) {
        expect(await finds(docs, id, embedding), `${id} in round ${round}`).equals(true);
      }
      const gone = fresh[1]!;
      await docs.delete(gone.id);
      expect(await finds(docs, gone.id, gone.embedding)).equals(false);
    }
    await building;
    expect(seen, 'rounds beside the build').above(3);
    expect(told.length).above(2);
    expect(told.at(-1)).deep.equals([built?.indexed, told.at(-1)?.[1]]);
    expect(built?.config).includes({ ...slow, kind: 'hnsw' });
    const stats = await until(docs, settled);
    expect(stats).includes({ indexed: await docs.count(), pending: 0 });
    expect(stats.graphBytes).above(1_500 * dimension * 2);
    expect(stats.vectorBytes).least(1_500 * dimension * 4);
    let found = 0;
    for await (const { id, embedding } of docs.list()) {
      if (await finds(docs, id, [...embedding!])) found += 1;
    }
    expect(found).least(0.98 * (await docs.count()));
  });

  it('refuses a second build, and goes on without the caller of the first', async function () {
    this.timeout(60_000);
    const leave = new AbortController();
    const first = failureOf(docs.index.build(slow, { signal: leave.signal }));
    await until(docs, (stats) => stats.build !== undefined);
    const second = await failureOf(docs.index.build());
    expect(summary(second)).equals('FAILED_PRECONDITION INDEX_BUILDING');
    expect(second.metadata.totalRecords).equals('1500');
    leave.abort();
    expect((await first).code).equals('CANCELLED');
    const stats = await until(docs, settled);
    expect(stats.config).includes(slow);
  });

  it('drops, compares all records then, and builds the same again', async () => {
    const building = failureOf(docs.index.build(slow));
    await until(docs, (stats) => stats.build !== undefined);
    const dropped = await docs.index.drop();
    expect((await building).code).equals('CANCELLED');
    expect(dropped).includes({ indexed: 1_500, pending: 0, graphBytes: 0, tombstones: 0 });
    expect(dropped.config).includes({ ...slow, kind: 'flat' });
    expect((await docs.search({ vector: vectorOf(1, dimension) })).method).equals('exact');
    await served.restart();
    docs = served.client.collection('docs');
    expect((await docs.describe()).config.index.kind).equals('flat');
    await docs.index.build({ connectivity: 12 });
    expect((await docs.index.drop()).config).includes({ kind: 'flat', connectivity: 12 });
    const again = await docs.index.build();
    expect(again).includes({ indexed: 1_500, pending: 0 });
    expect(again.config).includes({ kind: 'hnsw', connectivity: 12 });
    expect((await docs.search({ vector: vectorOf(1, dimension) })).method).equals('index');
  });

  it('is built after a restart in mid-build, and keeps its parameters', async function () {
    this.timeout(120_000);
    const leave = new AbortController();
    const building = failureOf(docs.index.build(slow, { signal: leave.signal }));
    await until(docs, (stats) => stats.build !== undefined);
    leave.abort();
    await building;
    await served.restart();
    docs = served.client.collection('docs');
    expect((await docs.describe()).config.index).includes(slow);
    const early = await docs.index.stats();
    expect(early.build?.config).includes(slow);
    expect(early.config.connectivity).equals(8);
    const { id, embedding } = recordsOf(7, 8)[0]!;
    expect(await finds(docs, id, embedding)).equals(true);
    // Who asks for the same is not refused: nobody is waiting for it.
    const built = await docs.index.build(slow);
    expect(built.config).includes(slow);
    await served.restart();
    docs = served.client.collection('docs');
    const late = await docs.index.stats();
    expect([late.config.connectivity, late.indexed, late.build]).deep.equals([
      64,
      1_500,
      undefined,
    ]);
  });

  it('is what was asked for after a kill in mid-build', async function () {
    this.timeout(60_000);
    await inTemporaryDirectory(async (data) => {
      const server = await startServerProcess(data);
      const client = connect(server.address);
      await client.createCollection('docs', { dimension, index: { connectivity: 8 } });
      const killed = client.collection('docs');
      await killed.insertMany(recordsOf(0, 800));
      await killed.save();
      const building = failureOf(killed.index.build({ connectivity: 40, expansionAdd: 600 }));
      await until(killed, (stats) => stats.build !== undefined);
      await server.kill('SIGKILL');
      expect((await building).code).equals('UNAVAILABLE');
      client.close();
      const copy = await serve({ dataDirectory: data });
      try {
        const again = copy.client.collection('docs');
        expect((await again.describe()).config.index.connectivity).equals(40);
        const stats = await until(again, settled);
        expect(stats.config).includes({ connectivity: 40, expansionAdd: 600 });
        expect(stats.indexed).equals(800);
      } finally {
        await copy.close();
      }
    });
  });

  it('is refused with parameters that are out of range', async () => {
    const build = IndexServiceService.buildIndex;
    for (const [config, field] of [
      [{ connectivity: 3 }, 'config.connectivity'],
      [{ quantization: 9 as 0 }, 'config.quantization'],
      [{ kind: 9 as 0 }, 'config.kind'],
    ] as const) {
      const request = encode(BuildIndexRequest, { collection: 'docs', config });
      const { answers, failure } = await served.raw.call(build, request);
      expect(failure && summary(failure)).equals(`INVALID_ARGUMENT INVALID_ARGUMENT ${field}`);
      expect(answers).deep.equals([]);
    }
    expect((await docs.describe()).config.index.connectivity).equals(8);
  });

  it('is built, shown and dropped on the command line', async function () {
    this.timeout(60_000);
    const protovec = (args: string) => run(args.split(' '), served.server.address);
    const built = await protovec('index build docs --connectivity 12 --quantization f16');
    expect(built.stdout, built.stderr).equals(
      'Built the index of docs: 1,500 records, ' +
        'hnsw: connectivity 12, expansion add 160, ef search 128, f16.\n',
    );
    const shown = await protovec('index stats docs');
    expect(shown.stdout)
      .match(/Indexed +1,500 records, 0 pending/)
      .and.match(/Removed nodes +0/)
      .and.match(/Graph +\d+\.\d KiB/);
    const json = JSON.parse((await protovec('index stats docs --json')).stdout);
    expect(json).includes({ indexed: 1_500, tombstones: 0 });
    const dropped = await protovec('index drop docs');
    expect(dropped.stdout).match(/^Dropped the index of docs: .* 1,500 records\.$/m);
    const missing = await protovec('index stats none');
    expect([missing.code, missing.stdout]).deep.equals([1, '']);
    expect((await protovec('index build docs --connectivity many')).code).equals(2);
  });
});
