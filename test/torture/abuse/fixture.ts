/** The collections of an abused server: one that must stay as it is, and those that are abused. */
import {
  type Collection,
  connect,
  type VectorRecord,
} from '../../../clients/typescript/src/index.js';
import { recordOf, type Target } from './requests.js';

const DIMENSION = 8;
const GOOD = 'good';
const ABUSED = 'abused';
const VICTIM = 'victim';
const GOOD_RECORDS = 100;
const ABUSED_RECORDS = 20;

function recordsOf(count: number): VectorRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const { id, title, content, embedding } = recordOf(DIMENSION, i + 1);
    return { id, title, content, embedding };
  });
}

export class Fixture {
  readonly #client: ReturnType<typeof connect>;
  readonly #good: Collection;
  readonly #records = recordsOf(GOOD_RECORDS);
  #checks = 0;

  constructor(address: string) {
    this.#client = connect(address, { timeoutMs: 30_000 });
    this.#good = this.#client.collection(GOOD);
  }

  /** Once, on an empty server. */
  async create(): Promise<void> {
    await this.#client.createCollection(GOOD, { dimension: DIMENSION });
    await this.#good.upsertMany(this.#records);
  }

  /** Everything but the good collection is made anew. */
  async reset(): Promise<Target> {
    for (const { name } of await this.#client.listCollections()) {
      if (name !== GOOD) await this.#client.deleteCollection(name);
    }
    await this.#client.createCollection(ABUSED, { dimension: DIMENSION });
    const abused = this.#client.collection(ABUSED);
    await abused.upsertMany(recordsOf(ABUSED_RECORDS));
    const { id } = await abused.snapshots.create();
    const chunks: Uint8Array[] = [];
    for await (const chunk of abused.snapshots.download(id)) chunks.push(chunk);
    const snapshot = Buffer.concat(chunks);
    const target = { collection: ABUSED, victim: VICTIM, dimension: DIMENSION };
    return { ...target, snapshotId: id, snapshot };
  }

  /** What is wrong with the good collection, and with writing to it. */
  async problems(): Promise<string[]> {
    const problems: string[] = [];
    const expect = (what: string, got: unknown, expected: unknown): void => {
      const [is, shall] = [JSON.stringify(got), JSON.stringify(expected)];
      if (is !== shall) problems.push(`${what} is ${is}, but it must be ${shall}`);
    };
    const count = this.#records.length;
    expect('the count of good records', await this.#good.count(), count);
    const { records } = await this.#good.getMany(this.#records.map(({ id }) => id!));
    for (const [i, { id, title, content }] of this.#records.entries()) {
      const found = records[i];
      const is = [found?.id, found?.title, found?.content];
      expect('a good record', is, [id, title, content]);
    }
    this.#checks += 1;
    const probe = this.#records[this.#checks % count];
    const { hits } = await this.#good.search({ vector: probe.embedding!, limit: 1 });
    expect('the nearest good record', hits[0]?.id, probe.id);
    const fresh = { ...probe, id: `fresh-${this.#checks}` };
    expect('a good write', (await this.#good.upsert(fresh)).outcome, 'created');
    expect('the new record', (await this.#good.get(fresh.id))?.content, fresh.content);
    expect('deleting it', await this.#good.delete(fresh.id), true);
    return problems;
  }

  close(): void {
    this.#client.close();
  }
}
