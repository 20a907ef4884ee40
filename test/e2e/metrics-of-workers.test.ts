/** What the engine workers tell of themselves and their collections, and that all is documented. */
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { type Served, serve, vectorOf } from '../support/client.js';
import { type Family, scrape, valuesOf } from '../support/metrics.js';

const documentation = new URL('../../docs/OBSERVABILITY.md', import.meta.url);

describe('the metrics of workers', () => {
  let served: Served;
  let families: Map<string, Family>;
  let logBytesBefore = 0;

  before(async () => {
    served = await serve({ metrics: '127.0.0.1:0', workers: 2 });
    for (const name of ['one', 'two', 'three']) {
      await served.client.createCollection(name, { dimension: 4 });
    }
    const one = served.client.collection('one');
    await one.insertMany([1, 2, 3].map((i) => ({ id: `${i}`, embedding: vectorOf(i) })));
    await one.save();
    await one.upsert({ id: '4', embedding: vectorOf(4) });
    await one.delete('1');
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => one.search({ vector: vectorOf(i), limit: 1 })),
    );
    await one.search({ recordId: '2' });
    const { persistence } = await one.describe();
    logBytesBefore = persistence?.logSizeBytes ?? 0;
    families = await scrape(served.server.metricsAddress);
  });

  after(() => served?.close());

  const values = (name: string) => valuesOf(families.get(`protovec_${name}`));
  const sum = (name: string) => Object.values(values(name)).reduce((a, b) => a + b, 0);

  it('tell what each collection holds', async () => {
    expect(values('collection_records')).deep.equals({ one: 3, three: 0, two: 0 });
    expect(values('collection_operations_since_save')).include({ one: 2, two: 0 });
    expect(values('collection_latched')).deep.equals({ one: 0, three: 0, two: 0 });
    const { persistence } = await served.client.collection('one').describe();
    const disk = values('collection_disk_bytes');
    expect(disk['one base']).greaterThan(0).equals(persistence?.baseSizeBytes);
    // It may grow in between.
    expect(logBytesBefore).greaterThan(0);
    expect(disk['one log']).within(logBytesBefore, persistence?.logSizeBytes ?? 0);
    const stats = await served.client.collection('one').index.stats();
    expect(values('collection_memory_bytes')).include({
      'one vectors': stats.vectorBytes,
      'one index': stats.graphBytes,
      'one filters': stats.filterBytes,
    });
    expect(stats.vectorBytes).greaterThan(0);
    expect(values('collection_index_pending_rows').one).equals(stats.pending);
    expect(values('collection_index_tombstones').one).equals(stats.tombstones);
  });

  it('tell what each worker did', () => {
    // Workers of a test share nothing with each other but count whatever their thread does.
    const batches = families.get('protovec_search_batch_size')!;
    expect(batches.metrics.map(({ labels }) => labels)).deep.equals([
      { worker: '0' },
      { worker: '1' },
    ]);
    expect(batches.metrics.reduce((all, { sum }) => all + Number(sum), 0)).equals(21);
    for (const { buckets, count } of batches.metrics) {
      expect(Object.keys(buckets!)).deep.equals(['1', '2', '4', '8', '16', '+Inf']);
      // No batch is larger than 16.
      expect([buckets!['16'], buckets!['+Inf']]).deep.equals([count, count]);
    }
    expect(sum('checkpoints_total')).equals(1);
    expect(sum('checkpoint_seconds_total')).greaterThan(0);
    expect(sum('log_sync_seconds')).greaterThan(0);
    expect(Object.keys(values('worker_figures_age_seconds'))).deep.equals(['0', '1']);
  });

  it('are in the documentation as they are in a scrape', async () => {
    const rows = (await readFile(documentation, 'utf8')).matchAll(
      /^\| `(protovec_\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \| ([^|]+) \|$/gm,
    );
    const documented = [...rows].map(([, name, type, labels]) => {
      return `${name} ${type} ${labels!.replaceAll('`', '').split(', ').sort().join()}`.trim();
    });
    const scraped = [...families.values()]
      .filter(({ name }) => name.startsWith('protovec_'))
      .map(({ name, type, metrics }) => {
        const labels = Object.keys(metrics[0]?.labels ?? {});
        return `${name} ${type.toLowerCase()} ${labels.sort().join()}`.trim();
      });
    expect(documented.sort()).deep.equals(scraped.sort());
    for (const { name, help } of families.values()) expect(help, name).not.equals('');
  });
});
