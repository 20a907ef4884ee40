import { expect } from 'chai';
import { type Batch, BatchCutter } from '../src/ingest/batch-cutter.js';
import { IngestRecordsRequest } from '../src/raw.js';

const idsOf = ({ message }: Batch): string[] => {
  const request = IngestRecordsRequest.decode(message.finish()).message;
  return request?.$case === 'batch' ? request.value.records.map(({ id }) => id) : [];
};

describe('a batch cutter', () => {
  it('cuts the same batches of the same records, whatever ids it makes', () => {
    const cutAll = (): [number, number, number, number][] => {
      const cutter = new BatchCutter();
      const batches: Batch[] = [];
      for (let index = 0; index < 25_000; index += 1) {
        const batch = cutter.add({ content: 'x'.repeat(index % 300) });
        if (batch !== undefined) batches.push(batch);
      }
      const last = cutter.end();
      if (last !== undefined) batches.push(last);
      return batches.map(({ number, first, end, message }) => [number, first, end, message.length]);
    };
    const batches = cutAll();
    expect(batches.length).to.be.at.least(4);
    expect(cutAll()).to.deep.equal(batches);
    expect(batches.map(([number]) => number)).to.deep.equal(batches.map((_, index) => index + 1));
    for (let index = 1; index < batches.length; index += 1) {
      expect(batches[index][1]).to.equal(batches[index - 1][2]);
    }
    expect(batches.at(-1)?.[2]).to.equal(25_000);
  });

  it('uses the memory of a batch again only when nothing holds it', () => {
    const cutter = new BatchCutter();
    const next = (id: string): Batch => {
      cutter.add({ id });
      return cutter.end() as Batch;
    };
    const held = next('held');
    held.holders = 1;
    cutter.recycle(held);
    const free = next('free');
    expect(free.message).to.not.equal(held.message);
    expect(idsOf(held)).to.deep.equal(['held']);
    cutter.recycle(free);
    expect(next('again').message).to.equal(free.message);
    expect(cutter.end()).to.equal(undefined);
  });
});
