import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError } from '../src/index.js';
import { IngestAckLevel } from '../src/raw.js';
import { failed, Loads, records } from './support/loads.js';
import { eventually, rejection } from './support/test-server.js';

describe('ingest over one stream', () => {
  const loads = new Loads();
  const { progress, ingest, received, expectOnce } = loads;

  it('sends every record in order, in numbered batches of about 1 MiB, and counts', async () => {
    const options = { key: 'k', mode: 'insert', ackLevel: 'written' } as const;
    const result = await ingest(records(10), options);
    expect(result).to.deep.equal({
      key: 'k',
      created: 10,
      updated: 0,
      failed: 0,
      errors: [],
      sequence: 3,
      durable: true,
      acknowledgedBatches: 3,
      reconnects: 0,
    });
    expect(received()).to.deep.equal([[1, 2, 3]]);
    expect([...loads.server.records.keys()]).to.deep.equal([...records(10)].map(({ id }) => id));
    expect(loads.server.streams[0].collection).to.equal('docs');
    expect(loads.server.streams[0].open).to.deep.include({
      idempotencyKey: 'k',
      acknowledgedNumber: 0n,
      writeMode: 2,
      ackLevel: IngestAckLevel.WRITTEN,
      stopOnRefusal: false,
    });
    await eventually(() => loads.server.streams[0].isOver, 'the stream ends');
    expect(loads.server.streams[0].isCancelled).to.equal(false);
  });

  it('puts at most 10,000 records into a batch', async () => {
    await ingest(records(20_001, ''));
    expect(received()).to.deep.equal([[1, 2, 3]]);
    expectOnce(20_001);
  });

  it('tells how far it is', async () => {
    await ingest(records(10));
    const none = { failed: 0, paused: false, reconnects: 0 };
    const counts = { acknowledged: 0, acknowledgedBatches: 0, sent: 0 };
    expect(progress[0]).to.deep.equal({ ...counts, ...none });
    const whole = { acknowledged: 10, acknowledgedBatches: 3, sent: 10 };
    expect(progress.at(-1)).to.deep.equal({ ...whole, ...none });
    for (const { sent, acknowledged } of progress) expect(sent).to.be.at.least(acknowledged);
  });

  it('makes a key, and the ids of records that have none', async () => {
    const result = await ingest([{ embedding: [1] }, { embedding: [2] }]);
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(result.key).to.match(uuid);
    expect(loads.server.streams[0].open.idempotencyKey).to.equal(result.key);
    expect([...loads.server.records.keys()]).to.have.length(2);
    for (const id of loads.server.records.keys()) expect(id).to.match(uuid);
  });

  it('reports refused records by their place in the source', async () => {
    const source = [...records(10)].map((record, index) =>
      index % 4 === 1 ? { ...record, id: `bad${index}` } : record,
    );
    const { created, failed: refused, errors } = await ingest(source);
    expect({ created, refused }).to.deep.equal({ created: 7, refused: 3 });
    expect(errors.map(({ index, id }) => [index, id])).to.deep.equal([
      [1, 'bad1'],
      [5, 'bad5'],
      [9, 'bad9'],
    ]);
    expect(errors[1]).to.include({ code: 6, reason: 'R', message: 'm', field: 'records[5].id' });
    expect(progress.at(-1)?.failed).to.equal(3);
  });

  it('keeps the first 1,000 refusals and counts the others', async () => {
    const source = Array.from({ length: 1_500 }, (_, index) => ({ id: `bad${index}` }));
    const { failed: refused, errors } = await ingest(source);
    expect([refused, errors.length, errors[999].index]).to.deep.equal([1_500, 1_000, 999]);
  });

  it('opens the load even when there are no records', async () => {
    expect(await ingest([])).to.include({ created: 0, acknowledgedBatches: 0, durable: true });
    expect(received()).to.deep.equal([[]]);
  });

  it('does not touch the source when the load cannot be opened', async () => {
    loads.server.onOpen = (stream) => stream.fail(status.NOT_FOUND, 'COLLECTION_NOT_FOUND');
    let touched = false;
    const source = (function* () {
      touched = true;
      yield* records(1);
    })();
    const error = await failed(ingest(source, { key: 'k' }));
    expect(error).to.include({ codeName: 'NOT_FOUND', reason: 'COLLECTION_NOT_FOUND' });
    expect(error.result).to.include({ key: 'k', created: 0 });
    expect(touched).to.equal(false);
    expect(loads.server.streams).to.have.length(1);
  });

  it('passes over answers that it does not know', async () => {
    loads.server.onOpen = (stream) => {
      stream.send(undefined);
      stream.tellOpened();
      stream.send(undefined);
    };
    expect((await ingest(records(5))).created).to.equal(5);
  });

  it('sends nothing while the server is behind', async () => {
    let told = false;
    loads.server.onBatch = (stream, batch) => {
      stream.acknowledge(batch);
      if (batch.number > 1n) return;
      stream.send({ $case: 'pause', value: { reason: 'behind' } });
      setTimeout(() => {
        told = stream.received.length === 1;
        stream.send({ $case: 'resume', value: {} });
      }, 1_300);
    };
    const source = async function* () {
      yield* records(4);
      await eventually(() => progress.at(-1)?.paused === true, 'the load is paused');
      yield* [...records(8)].slice(4);
    };
    // Longer than the load would wait for anything else.
    expect((await ingest(source(), { giveUpAfterMs: 1_000 })).created).to.equal(8);
    expect(told).to.equal(true);
    expect(progress.at(-1)?.paused).to.equal(false);
  });

  it('holds no more than a window of batches that are not acknowledged', async () => {
    const waiting: (() => void)[] = [];
    loads.server.onBatch = (stream, batch) => waiting.push(() => stream.acknowledge(batch));
    let taken = 0;
    const source = (function* () {
      for (const record of records(200)) {
        taken += 1;
        yield record;
      }
    })();
    const loading = ingest(source);
    while (waiting.length < 16) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    // 16 batches of 4 records, and not one of the next.
    expect(taken).to.equal(64);
    loads.server.onBatch = (stream, batch) => stream.acknowledge(batch);
    for (const acknowledge of waiting) acknowledge();
    expect((await loading).created).to.equal(200);
  });

  it('refuses options that make no sense', async () => {
    const field = async (options: object) =>
      ((await rejection(ingest([], options))) as ProtovecError).fieldViolations[0].field;
    expect(await field({ mode: 'merge' })).to.equal('write_mode');
    expect(await field({ key: '' })).to.equal('open.idempotency_key');
    expect(await field({ key: 'x'.repeat(256) })).to.equal('open.idempotency_key');
    expect(await field({ ackLevel: 'soon' })).to.equal('open.ack_level');
    expect(await field({ acknowledgedBatches: -1 })).to.equal('open.acknowledged_number');
    expect(await field({ giveUpAfterMs: 0 })).to.equal('giveUpAfterMs');
    expect(loads.server.streams).to.have.length(0);
  });
});
