/** Each call is counted once, whatever its kind and its end. */
import { expect } from 'chai';
import { failureOf, type Served, serve, vectorOf } from '../support/client.js';
import { scrape, valuesOf } from '../support/metrics.js';

describe('the metrics of calls', () => {
  let served: Served;

  beforeEach(async () => {
    served = await serve({ metrics: '127.0.0.1:0' });
    await served.client.createCollection('docs', { dimension: 4 });
  });

  afterEach(() => served.close());

  /** Calls by method and code, once none is in flight. */
  async function counted(): Promise<Record<string, number>> {
    for (;;) {
      const families = await scrape(served.server.metricsAddress);
      if (valuesOf(families.get('protovec_calls_in_flight'))['']! > 0) continue;
      const counts = valuesOf(families.get('protovec_calls_total'));
      const timed = valuesOf(families.get('protovec_call_duration_seconds'));
      const byMethod: Record<string, number> = {};
      for (const [key, count] of Object.entries(counts)) {
        const [method] = key.split(' ') as [string];
        byMethod[method] = (byMethod[method] ?? 0) + count;
      }
      expect(timed).deep.equals(byMethod);
      return Object.fromEntries(
        Object.entries(counts).map(([key, count]) => [key.replace(/^.*\//, ''), count]),
      );
    }
  }

  async function drain(answers: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of answers) {
      // Only its end matters.
    }
  }

  it('count those that were answered and those that failed', async () => {
    const { client } = served;
    const [docs, none] = [client.collection('docs'), client.collection('none')];
    const record = { id: 'a', embedding: vectorOf(1) };
    await docs.upsert(record);
    await failureOf(none.upsert(record));
    await docs.insertMany([record]);
    await failureOf(none.insertMany([record]));
    await drain(docs.export());
    await failureOf(drain(none.export()));
    await drain(docs.searchStream([{ vector: vectorOf(1) }, { vector: vectorOf(2) }]));
    await failureOf(drain(none.searchStream([{ vector: vectorOf(1) }])));
    expect(await counted()).deep.equals({
      'CreateCollection OK': 1,
      'UpsertRecord OK': 1,
      'UpsertRecord NOT_FOUND': 1,
      'BatchInsert OK': 1,
      'BatchInsert NOT_FOUND': 1,
      'ExportRecords OK': 1,
      'ExportRecords NOT_FOUND': 1,
      'SearchStream OK': 1,
      'SearchStream NOT_FOUND': 1,
    });
  });

  it('count those that their callers leave, and those whose time is over', async () => {
    const { client } = served;
    const docs = client.collection('docs');
    const left = new AbortController();
    const searches = docs.searchStream(
      (async function* () {
        yield { vector: vectorOf(1) };
        await new Promise((resolve) => left.signal.addEventListener('abort', resolve));
      })(),
      { signal: left.signal },
    );
    await failureOf(
      (async () => {
        for await (const _ of searches) left.abort();
      })(),
    );
    const late = (async function* () {
      yield { id: 'a', embedding: vectorOf(1) };
      await new Promise((resolve) => setTimeout(resolve, 400));
    })();
    await failureOf(docs.insertMany(late, { timeoutMs: 100 }));
    expect(await counted()).deep.equals({
      'CreateCollection OK': 1,
      'SearchStream CANCELLED': 1,
      'BatchInsert DEADLINE_EXCEEDED': 1,
    });
  });
});
