import { expect } from 'chai';
import fc from 'fast-check';
import { startCuttingProxy } from '../../../test/support/cutting-proxy.js';
import { connect, type VectorRecord } from '../src/index.js';
import { IngestServer } from './support/ingest-server.js';

const KiB = 1024;
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

describe(`ingest through connections that are cut (seed ${seed})`, function () {
  this.timeout(60_000);

  async function* slowly(records: VectorRecord[]): AsyncGenerator<VectorRecord> {
    for (const [index, record] of records.entries()) {
      if (index % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      yield record;
    }
  }

  it('writes every record once and counts exactly, wherever they are cut', async () => {
    const plan = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      contentKiB: fc.constantFrom(1, 100, 256),
      cuts: fc.array(fc.integer({ min: 1, max: 3_000 * KiB }), { maxLength: 5 }),
      isSlow: fc.boolean(),
      refused: fc.integer({ min: 1, max: 20 }),
    });
    const run = fc.asyncProperty(plan, async ({ count, contentKiB, cuts, isSlow, refused }) => {
      const server = await IngestServer.start();
      const proxy = await startCuttingProxy(() => server.address, cuts);
      const client = connect(proxy.address);
      const content = 'x'.repeat(contentKiB * KiB);
      const records = Array.from({ length: count }, (_, index) => ({
        id: index % refused === 3 ? `bad${index}` : `r${index}`,
        content,
      }));
      const bad = records.filter(({ id }) => id.startsWith('bad')).length;
      try {
        const source = isSlow ? slowly(records) : records;
        const result = await client.collection('docs').ingest(source, { mode: 'insert' });
        expect(result).to.include({ created: count - bad, updated: 0, failed: bad });
        expect(result.errors.length).to.be.at.most(bad);
        expect(server.records.size).to.equal(count - bad);
        expect([...server.records.values()].every((times) => times === 1)).to.equal(true);
      } finally {
        client.close();
        await proxy.close();
        server.stop();
      }
    });
    await fc.assert(run, { numRuns: 12, seed, endOnFailure: true });
  });
});
