/** What a soak does all the time: every kind of call, each in a loop of its own with a pause. */
import {
  type Collection,
  connect,
  ProtovecError,
  type SnapshotFormat,
  where,
} from '../../../clients/typescript/src/index.js';
import type { Random } from '../../support/random.js';
import { DIMENSION, type SoakRecords } from './records.js';

type Client = ReturnType<typeof connect>;

/** What an operation works with. */
export interface Work {
  readonly address: string;
  readonly client: Client;
  readonly collection: Collection;
  readonly records: SoakRecords;
  readonly random: Random;
}

export interface Operation {
  readonly name: string;
  /** From the start of one to the start of the next, unless it takes longer. */
  readonly everyMs: number;
  /** Throws when something is not as it must be. */
  run(work: Work): Promise<void>;
}

/** Clients of one process share a connection to an address unless they are told not to. */
export const ownConnection = { 'grpc.use_local_subchannel_pool': 1 };

const BATCH = 200;
const STREAM = 1_000;
const SEARCHES = 20;
/** Cancels a call in its middle; its server must forget all of it. */
const IMPATIENT_MS = 5;
const formats: readonly SnapshotFormat[] = ['binary', 'json'];

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

async function readAll<T>(items: AsyncIterable<T>): Promise<number> {
  let count = 0;
  for await (const _ of items) count += 1;
  return count;
}

const writes: readonly Operation[] = [
  {
    name: 'upsert',
    everyMs: 5,
    run: async ({ collection, records }) => {
      await collection.upsert(records.record());
    },
  },
  {
    name: 'batch upsert',
    everyMs: 150,
    run: async ({ collection, records }) => {
      const results = await collection.upsertMany([...records.records(BATCH)]);
      expect(results.length === BATCH, `a batch has ${results.length} results`);
    },
  },
  {
    name: 'stream insert',
    everyMs: 1_000,
    run: async ({ collection, records }) => {
      const { created, updated, failed } = await collection.insertMany(records.records(STREAM));
      expect(failed === 0 && created + updated === STREAM, `a stream wrote ${created + updated}`);
    },
  },
  {
    name: 'ingest',
    everyMs: 1_000,
    run: async ({ collection, records }) => {
      const { created, updated, failed } = await collection.ingest(records.records(STREAM));
      expect(failed === 0 && created + updated === STREAM, `a load wrote ${created + updated}`);
    },
  },
  {
    name: 'delete',
    everyMs: 20,
    run: async ({ collection, records }) => {
      await collection.delete(records.id());
    },
  },
  {
    name: 'batch delete',
    everyMs: 300,
    run: async ({ collection, records }) => {
      await collection.deleteMany({ ids: records.ids(BATCH) });
    },
  },
  {
    name: 'delete by filter',
    everyMs: 2_000,
    run: async ({ collection, records }) => {
      const filter = where.all(
        where.eq('language', records.language()),
        where.eq('year', records.year()),
      );
      await collection.deleteMany({ filter });
    },
  },
  {
    name: 'merge records',
    everyMs: 3_000,
    run: async ({ collection, records }) => {
      await collection.snapshots.mergeRecords(records.different(STREAM), { policy: 'overwrite' });
    },
  },
];

const reads: readonly Operation[] = [
  {
    name: 'search',
    everyMs: 5,
    run: async ({ collection, records }) => {
      const { hits } = await collection.search({ vector: records.vector(), limit: 10 });
      expect(isOrdered(hits), 'hits are not in order');
    },
  },
  {
    name: 'filtered search',
    everyMs: 20,
    run: async ({ collection, records }) => {
      const language = records.language();
      const filter = where.all(where.eq('language', language), where.gte('year', records.year()));
      const vector = records.vector();
      const { hits } = await collection.search({ vector, limit: 10, filter });
      const others = hits.filter(({ record }) => record.metadata?.language !== language);
      expect(others.length === 0, `a search for ${language} found ${others[0]?.id}`);
    },
  },
  {
    name: 'batch search',
    everyMs: 200,
    run: async ({ collection, records }) => {
      const queries = Array.from({ length: SEARCHES }, () => ({ vector: records.vector() }));
      const results = await collection.searchMany(queries);
      expect(results.length === SEARCHES, `a batch of searches has ${results.length} results`);
    },
  },
  {
    name: 'search stream',
    everyMs: 500,
    run: async ({ collection, records }) => {
      const queries = Array.from({ length: SEARCHES }, () => ({ vector: records.vector() }));
      const answers = await readAll(collection.searchStream(queries));
      expect(answers === SEARCHES, `a stream of searches has ${answers} answers`);
    },
  },
  {
    name: 'get',
    everyMs: 20,
    run: async ({ collection, records }) => {
      const ids = [...new Set(records.ids(SEARCHES))];
      const { records: found, missing } = await collection.getMany(ids);
      expect(found.length + missing.length === ids.length, 'ids are neither found nor missing');
    },
  },
  {
    name: 'aggregate',
    everyMs: 1_000,
    run: async ({ collection }) => {
      const facets = ['language', 'year', 'tags'];
      await collection.aggregate({ facets, centroid: true, contentLengths: true });
    },
  },
  {
    name: 'search by title',
    everyMs: 500,
    run: async ({ collection, random }) => {
      await collection.count(where.titleContains(`title ${random.below(1_000)}`));
    },
  },
  {
    name: 'export',
    everyMs: 5_000,
    run: async ({ collection }) => {
      await readAll(collection.export());
    },
  },
];

const saves: readonly Operation[] = [
  {
    name: 'snapshot',
    everyMs: 3_000,
    run: async ({ collection, random }) => {
      const format = random.pick(formats);
      const compression = format === 'binary' && random.chance(0.5);
      const { id, sizeBytes } = await collection.snapshots.create({ format, compression });
      let bytes = 0;
      for await (const chunk of collection.snapshots.download(id)) bytes += chunk.length;
      expect(bytes === sizeBytes, `a download has ${bytes} bytes of ${sizeBytes}`);
      const { valid } = await collection.snapshots.validate(id);
      expect(valid, `snapshot ${id} is not valid`);
      await collection.snapshots.delete(id);
    },
  },
  {
    name: 'restore to a new collection',
    everyMs: 7_000,
    run: async ({ client, collection, random }) => {
      const { id } = await collection.snapshots.create();
      const into = `restored-${random.below(2 ** 32)}`;
      await collection.snapshots.restore(id, { into });
      const copied = await client.collection(into).count();
      expect(copied > 0, 'a restored collection is empty');
      await client.deleteCollection(into);
      await collection.snapshots.delete(id);
    },
  },
  {
    name: 'new collection',
    everyMs: 2_000,
    run: async ({ client, records, random }) => {
      const name = `new-${random.below(2 ** 32)}`;
      await client.createCollection(name, { dimension: DIMENSION });
      await client.collection(name).upsertMany([...records.records(BATCH)]);
      await client.deleteCollection(name);
    },
  },
  {
    name: 'save',
    everyMs: 10_000,
    run: async ({ collection }) => {
      await collection.save();
    },
  },
  {
    name: 'index build',
    everyMs: 15_000,
    run: async ({ collection, random }) => {
      const quantization = random.pick(['f32', 'bf16', 'i8'] as const);
      await collection.index.build({ connectivity: random.between(8, 24), quantization });
    },
  },
];

const comings: readonly Operation[] = [
  {
    name: 'new connection',
    everyMs: 100,
    run: async ({ address }) => {
      const client = connect(address, { channelOptions: ownConnection });
      await client.serverInfo();
      client.close();
    },
  },
  {
    name: 'cancelled export',
    everyMs: 500,
    run: async ({ collection }) => {
      for await (const _ of collection.export()) return;
    },
  },
  {
    name: 'call that nobody waits for',
    everyMs: 100,
    run: async ({ collection, records }) => {
      const query = { vector: records.vector(), exact: true };
      try {
        await collection.search(query, { timeoutMs: IMPATIENT_MS });
      } catch (error) {
        if (!(error instanceof ProtovecError) || error.codeName !== 'DEADLINE_EXCEEDED')
          throw error;
      }
    },
  },
];

export const operations: readonly Operation[] = [...writes, ...reads, ...saves, ...comings];

function isOrdered(hits: readonly { score: number }[]): boolean {
  return hits.every(({ score }, i) => i === 0 || hits[i - 1].score >= score);
}
