import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { type IngestProgress, ProtovecError, type VectorRecord } from '../src/index.js';
import { failed, Loads, records } from './support/loads.js';
import { eventually, rejection } from './support/test-server.js';

describe('ingest that fails', () => {
  const loads = new Loads();
  const { progress, ingest } = loads;

  for (const [code, reason] of [
    [status.ABORTED, 'INGEST_TAKEN_OVER'],
    [status.FAILED_PRECONDITION, 'KEY_EXPIRED'],
    [status.INTERNAL, 'INTERNAL'],
    [status.RESOURCE_EXHAUSTED, 'STORAGE_FULL'],
  ] as const) {
    it(`says why and how far it came: ${reason}`, async () => {
      loads.server.onBatch = (stream, batch) => {
        if (batch.number === 1n) stream.acknowledge(batch);
        else setTimeout(() => stream.fail(code, reason), 20);
      };
      const error = await failed(ingest(records(12), { key: 'k' }));
      expect(error).to.include({ code, reason });
      expect(error.result).to.include({ key: 'k', created: 4, acknowledgedBatches: 1 });
      expect(loads.server.streams).to.have.length(1);
    });
  }

  it('gives up when nothing is gained for long', async () => {
    loads.server.onOpen = (stream) => stream.fail(status.UNAVAILABLE, 'EMBEDDER_FAILED');
    const error = await failed(ingest(records(1), { giveUpAfterMs: 600 }));
    expect(error).to.include({ codeName: 'UNAVAILABLE', reason: 'EMBEDDER_FAILED' });
    expect(error.message).to.equal(
      'EMBEDDER_FAILED; no batch was kept for 600 ms, so the load was given up',
    );
    expect(loads.server.streams.length).to.be.at.least(2);
  });

  it('gives up when a server that is there acknowledges nothing', async () => {
    loads.server.onBatch = () => {};
    const error = await failed(ingest(records(1), { giveUpAfterMs: 100 }));
    expect(error).to.include({ codeName: 'DEADLINE_EXCEEDED' });
    await eventually(() => loads.server.streams[0].isCancelled, 'the stream is cancelled');
  });

  it('does not give up on a source that is slow', async () => {
    const source = async function* () {
      yield* records(4);
      await new Promise((resolve) => setTimeout(resolve, 1_300));
      yield* [...records(8)].slice(4);
    };
    expect((await ingest(source(), { giveUpAfterMs: 1_000 })).created).to.equal(8);
  });

  it('names the record that it stops at by its place in the source', async () => {
    loads.server.onBatch = (stream, batch) => {
      if (batch.number === 1n) return stream.acknowledge(batch);
      stream.fail(status.INVALID_ARGUMENT, 'INVALID_EMBEDDING', 'batch.records[2].embedding');
    };
    const error = await failed(ingest(records(12), { stopOnRefusal: true }));
    expect(loads.server.streams[0].open.stopOnRefusal).to.equal(true);
    expect(error.fieldViolations[0].field).to.equal('records[6].embedding');
    expect(error.result.created).to.equal(4);
  });

  it('names the place of a record that cannot be sent', async () => {
    const bad = { id: 'b', content: 5 } as unknown as VectorRecord;
    const error = await failed(ingest([...records(4), ...records(1), bad]));
    expect(error.message).to.equal('records[5]: content is number; it must be a string');
    expect(error.fieldViolations[0].field).to.equal('records[5].content');
    await eventually(() => loads.server.streams[0].isCancelled, 'the stream is cancelled');
  });

  it('passes on what the source throws, and keeps what was acknowledged', async () => {
    for (const thrown of [new Error('no more'), new ProtovecError(14, 'another server')]) {
      loads.server.records.clear();
      const source = async function* () {
        yield* records(4);
        await eventually(() => loads.server.records.size === 4, 'the batch is kept');
        throw thrown;
      };
      expect(await rejection(ingest(source()))).to.equal(thrown);
      expect(loads.server.records.size).to.equal(4);
    }
    await eventually(() => loads.server.streams.every((stream) => stream.isCancelled), 'both end');
    expect(loads.server.streams).to.have.length(2);
  });

  it('passes on what onProgress throws, and closes the source', async () => {
    let isClosed = false;
    const source = async function* () {
      try {
        yield* records(400);
      } finally {
        isClosed = true;
      }
    };
    const onProgress = ({ acknowledged }: IngestProgress): void => {
      if (acknowledged > 0) throw new Error('callback failed');
    };
    const error = (await rejection(ingest(source(), { onProgress }))) as Error;
    expect(error.message).to.equal('callback failed');
    await eventually(() => isClosed, 'the source is closed');
    await eventually(() => loads.server.streams[0].isCancelled, 'the stream is cancelled');
  });

  it('ends when its signal is aborted: while it waits for a record', async () => {
    const controller = new AbortController();
    const source = async function* () {
      yield* records(4);
      await new Promise(() => {});
    };
    const loading = failed(ingest(source(), { signal: controller.signal, key: 'k' }));
    await eventually(() => progress.at(-1)?.acknowledged === 4, 'a batch is acknowledged');
    controller.abort('enough');
    const error = await loading;
    expect(error).to.include({ codeName: 'CANCELLED', cause: 'enough' });
    expect(error.result).to.include({ key: 'k', created: 4, acknowledgedBatches: 1 });
    expect(loads.server.streams).to.have.length(1);
  });

  it('ends when its signal is aborted: before it begins, and between two streams', async () => {
    const before = AbortSignal.abort('early');
    expect(await failed(ingest(records(1), { signal: before }))).to.include({ cause: 'early' });
    expect(loads.server.streams).to.have.length(0);
    const controller = new AbortController();
    loads.server.onOpen = (stream) => {
      stream.fail(status.UNAVAILABLE, 'OVERLOADED', undefined, 60_000);
      setTimeout(() => controller.abort('later'), 30);
    };
    const error = await failed(ingest(records(1), { signal: controller.signal }));
    expect(error).to.include({ codeName: 'CANCELLED', cause: 'later' });
    expect(loads.server.streams).to.have.length(1);
  });

  it('fails when the server acknowledges what is not due', async () => {
    loads.server.onBatch = (stream, batch) => {
      stream.acknowledge(batch);
      stream.acknowledge({ ...batch, number: batch.number + 1n });
    };
    const source = async function* () {
      yield* records(4);
      await new Promise(() => {});
    };
    const error = await failed(ingest(source()));
    expect(error).to.include({ codeName: 'INTERNAL' });
    expect(error.message).to.match(/acknowledged batch 2, and none is due/);
  });

  for (const isCareless of [false, true]) {
    const how = isCareless ? 'and does not notice' : 'and says so';
    it(`fails when the server has forgotten what it acknowledged, ${how}`, async () => {
      loads.server.isCareless = isCareless;
      loads.server.onBatch = (stream, batch) => {
        stream.acknowledge(batch);
        Object.assign(stream.kept, { last: 0, created: 0 });
        setTimeout(() => stream.fail(status.UNAVAILABLE), 20);
      };
      const error = await failed(ingest(records(6), { key: 'k' }));
      const reason = isCareless ? 'INTERNAL' : 'KEY_EXPIRED';
      expect(error).to.include({ reason });
      expect(error.result.acknowledgedBatches).to.equal(1);
    });
  }
});
