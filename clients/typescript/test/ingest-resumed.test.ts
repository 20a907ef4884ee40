import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { IngestError } from '../src/index.js';
import { failed, Loads, QUARTER, records } from './support/loads.js';

describe('ingest with the key of a load that broke off', () => {
  const loads = new Loads();
  const { progress, ingest, expectOnce } = loads;

  const options = { key: 'k', mode: 'insert' } as const;

  /** Loads until so many batches are kept. */
  async function breakOff(batches: number): Promise<IngestError> {
    loads.server.onBatch = (stream, batch) => {
      if (Number(batch.number) <= batches) stream.acknowledge(batch);
      else setTimeout(() => stream.fail(status.PERMISSION_DENIED, 'SCOPE_MISSING'), 20);
    };
    const error = await failed(ingest(records(20), options));
    loads.server.onBatch = (stream, batch) => stream.acknowledge(batch);
    progress.length = 0;
    return error;
  }

  it('goes on after what is kept, and counts the whole load', async () => {
    const { result } = await breakOff(2);
    expect(result).to.include({ created: 8, acknowledgedBatches: 2 });
    const { acknowledgedBatches } = result;
    const whole = await ingest(records(20), { ...options, acknowledgedBatches });
    expect(whole).to.include({ created: 20, failed: 0, acknowledgedBatches: 5, reconnects: 0 });
    expect(loads.server.streams[1].open.acknowledgedNumber).to.equal(2n);
    expect(loads.server.streams[1].received).to.deep.equal([3, 4, 5]);
    expect(progress[0]).to.include({ acknowledged: 8, sent: 8 });
    expectOnce(20);
  });

  it('has nothing to do when everything is kept', async () => {
    await ingest(records(17), options);
    const whole = await ingest(records(17), options);
    expect(whole).to.include({ created: 17, acknowledgedBatches: 5 });
    expect(loads.server.streams.at(-1)?.received).to.deep.equal([]);
  });

  it('names the places of later refusals in the whole source', async () => {
    await breakOff(2);
    const source = [...records(20)].map((record, index) =>
      index === 13 ? { ...record, id: 'bad' } : record,
    );
    const { errors } = await ingest(source, options);
    expect(errors.map(({ index, field }) => [index, field])).to.deep.equal([
      [13, 'records[13].id'],
    ]);
  });

  for (const [what, source] of [
    ['is shorter', () => records(7)],
    ['has one record less in what is kept', () => records(8, `${QUARTER}${QUARTER}`)],
    ['has other batches', () => records(20, `${QUARTER}${QUARTER}${QUARTER}`)],
    ['ends where more is kept', () => records(4)],
  ] as const) {
    it(`refuses a source that ${what}`, async () => {
      await breakOff(2);
      const error = await failed(ingest(source(), options));
      expect(error).to.include({
        codeName: 'FAILED_PRECONDITION',
        reason: 'INGEST_SOURCE_CHANGED',
      });
      expect(error.message).to.contain('the load "k" has 8 records in 2 batches');
      expect(loads.server.records.size).to.equal(8);
    });
  }

  it('fails when the server knows less than the caller', async () => {
    const loading = ingest(records(4), { ...options, acknowledgedBatches: 3 });
    expect(await failed(loading)).to.include({ reason: 'KEY_EXPIRED' });
    expect(loads.server.records.size).to.equal(0);
  });
});
