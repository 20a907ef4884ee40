import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import {
  IngestError,
  type IngestOptions,
  type IngestProgress,
  type IngestResult,
  ProtovecError,
  type VectorRecord,
} from '../src/index.js';
import { IngestAckLevel } from '../src/raw.js';
import { IngestServer, type ServedStream } from './support/ingest-server.js';
import { eventually, rejection } from './support/test-server.js';

const KiB = 1024;
/** Four records of it make a batch. */
const QUARTER = 'x'.repeat(256 * KiB);

describe('ingest', () => {
  let server: IngestServer;
  let progress: IngestProgress[];

  beforeEach(async () => {
    server = await IngestServer.start();
    progress = [];
  });
  afterEach(() => server.stop());

  function* records(count: number, content = QUARTER): Generator<VectorRecord> {
    for (let index = 0; index < count; index += 1) {
      yield { id: `r${index}`, content, embedding: [index] };
    }
  }
  const ingest = (
    source: Iterable<VectorRecord> | AsyncIterable<VectorRecord>,
    options: IngestOptions = {},
  ): Promise<IngestResult> => {
    const onProgress = (step: IngestProgress) => void progress.push(step);
    return server.docs.ingest(source, { onProgress, ...options });
  };
  const failed = async (loading: Promise<unknown>): Promise<IngestError> => {
    const error = await rejection(loading);
    expect(error).to.be.instanceOf(IngestError);
    return error as IngestError;
  };
  const received = () => server.streams.map((stream) => stream.received);
  /** Every record was written once. */
  const expectOnce = (count: number): void => {
    expect(server.records.size).to.equal(count);
    expect([...server.records.values()].every((times) => times === 1)).to.equal(true);
  };

  describe('over one stream', () => {
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
      expect([...server.records.keys()]).to.deep.equal([...records(10)].map(({ id }) => id));
      expect(server.streams[0].collection).to.equal('docs');
      expect(server.streams[0].open).to.deep.include({
        idempotencyKey: 'k',
        acknowledgedNumber: 0n,
        writeMode: 2,
        ackLevel: IngestAckLevel.WRITTEN,
        stopOnRefusal: false,
      });
      await eventually(() => server.streams[0].isOver, 'the stream ends');
      expect(server.streams[0].isCancelled).to.equal(false);
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
      expect(server.streams[0].open.idempotencyKey).to.equal(result.key);
      expect([...server.records.keys()]).to.have.length(2);
      for (const id of server.records.keys()) expect(id).to.match(uuid);
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
      server.onOpen = (stream) => stream.fail(status.NOT_FOUND, 'COLLECTION_NOT_FOUND');
      let touched = false;
      const source = (function* () {
        touched = true;
        yield* records(1);
      })();
      const error = await failed(ingest(source, { key: 'k' }));
      expect(error).to.include({ codeName: 'NOT_FOUND', reason: 'COLLECTION_NOT_FOUND' });
      expect(error.result).to.include({ key: 'k', created: 0 });
      expect(touched).to.equal(false);
      expect(server.streams).to.have.length(1);
    });

    it('passes over answers that it does not know', async () => {
      server.onOpen = (stream) => {
        stream.send(undefined);
        stream.tellOpened();
        stream.send(undefined);
      };
      expect((await ingest(records(5))).created).to.equal(5);
    });

    it('sends nothing while the server is behind', async () => {
      let told = false;
      server.onBatch = (stream, batch) => {
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
      server.onBatch = (stream, batch) => waiting.push(() => stream.acknowledge(batch));
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
      server.onBatch = (stream, batch) => stream.acknowledge(batch);
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
      expect(server.streams).to.have.length(0);
    });
  });

  describe('over streams that break', () => {
    /** What becomes of the first stream, at which of its batches. */
    const cuts: Record<string, (stream: ServedStream, cut: () => void) => void> = {
      'before it is opened': (stream, cut) => {
        server.onOpen = (next) => next.tellOpened();
        void stream;
        cut();
      },
      'right after it was opened': (stream, cut) => {
        stream.tellOpened();
        cut();
      },
      'with a batch that is lost': (stream, cut) => {
        stream.tellOpened();
        server.onBatch = (next, batch) => {
          if (next === stream && batch.number === 2n) cut();
          else next.acknowledge(batch);
        };
      },
      'with a batch that is kept, whose acknowledgement is lost': (stream, cut) => {
        stream.tellOpened();
        server.onBatch = (next, batch) => {
          if (next !== stream) return next.acknowledge(batch);
          next.keep(batch);
          if (batch.number === 2n) cut();
        };
      },
      'after some acknowledgements': (stream, cut) => {
        stream.tellOpened();
        server.onBatch = (next, batch) => {
          next.acknowledge(batch);
          if (next === stream && batch.number === 2n) cut();
        };
      },
      'with its last acknowledgement': (stream, cut) => {
        stream.tellOpened();
        server.onBatch = (next, batch) => {
          const ack = next.keep(batch);
          if (batch.number === 3n) cut();
          else next.send(ack);
        };
      },
    };
    const endings: Record<string, (stream: ServedStream) => void> = {
      'no connection': (stream) => stream.fail(status.UNAVAILABLE),
      'a restart': (stream) => stream.fail(status.UNAVAILABLE, 'ENGINE_RESTARTING'),
      'a cancelled stream': (stream) => stream.fail(status.CANCELLED),
      'a reset stream': (stream) => stream.fail(status.INTERNAL),
      'an end too soon': (stream) => stream.finish(),
    };
    for (const [stage, act] of Object.entries(cuts)) {
      for (const [ending, end] of Object.entries(endings)) {
        const isLost = stage.includes('is lost');
        if (!isLost && ending !== 'no connection' && ending !== 'an end too soon') continue;
        it(`goes on after ${ending} ${stage}, and counts exactly`, async () => {
          server.onOpen = (stream) => {
            server.onOpen = (next) => next.tellOpened();
            act(stream, () => end(stream));
          };
          const source = [...records(10)].map((record, index) =>
            index === 5 ? { ...record, id: 'bad' } : record,
          );
          const result = await ingest(source, { mode: 'insert' });
          expect(result).to.include({ created: 9, updated: 0, failed: 1, acknowledgedBatches: 3 });
          const isReopened = stage !== 'before it is opened';
          expect(result.reconnects).to.equal(isReopened ? 1 : 0);
          expect(server.streams).to.have.length(2);
          expectOnce(9);
        });
      }
    }

    it('tells the server what it knows to be kept, and sends only what is not', async () => {
      server.onBatch = (stream, batch) => {
        stream.acknowledge(batch);
        if (batch.number === 2n && server.streams.length === 1) {
          setTimeout(() => stream.fail(status.UNAVAILABLE), 30);
          server.onBatch = (next, later) => {
            if (next !== stream) next.acknowledge(later);
          };
        }
      };
      await ingest(records(20));
      expect(server.streams[1].open).to.include({ acknowledgedNumber: 2n });
      expect(server.streams[1].received).to.deep.equal([3, 4, 5]);
    });

    it('sends a batch again with the ids that were made for it', async () => {
      const sent: string[][] = [];
      server.onBatch = (stream, batch) => {
        sent.push(batch.records.map(({ id }) => id));
        if (sent.length === 1) stream.fail(status.UNAVAILABLE);
        else stream.acknowledge(batch);
      };
      await ingest([{ embedding: [1] }, { embedding: [2] }]);
      expect(sent).to.have.length(2);
      expect(sent[1]).to.deep.equal(sent[0]);
    });

    it('sends nothing more after the server has said that it ends', async () => {
      server.onBatch = (stream, batch) => {
        stream.acknowledge(batch);
        if (server.streams.length > 1 || batch.number !== 1n) return;
        stream.send({ $case: 'closing', value: {} });
        setTimeout(() => stream.finish(), 60);
      };
      const source = async function* () {
        yield* records(4);
        await eventually(() => server.streams[0].isOver, 'the first stream ends');
        yield* [...records(8)].slice(4);
      };
      const result = await ingest(source());
      expect(result).to.include({ created: 8, reconnects: 1 });
      expect(received()).to.deep.equal([[1], [2]]);
    });

    it('learns the counts of a batch that was kept already by opening the load again', async () => {
      server.onBatch = (stream, batch) => {
        stream.keep(batch);
        stream.acknowledge(batch);
        server.onBatch = (next, later) => next.acknowledge(later);
      };
      expect(await ingest(records(8))).to.include({ created: 8, reconnects: 1 });
      expectOnce(8);
    });

    it('waits as long as the server asks', async () => {
      server.onOpen = (stream) => {
        server.onOpen = (next) => next.tellOpened();
        stream.fail(status.RESOURCE_EXHAUSTED, 'OVERLOADED', undefined, 20);
      };
      expect((await ingest(records(1))).created).to.equal(1);
      expect(server.streams).to.have.length(2);
    });
  });

  describe('that fails', () => {
    for (const [code, reason] of [
      [status.ABORTED, 'INGEST_TAKEN_OVER'],
      [status.FAILED_PRECONDITION, 'KEY_EXPIRED'],
      [status.INTERNAL, 'INTERNAL'],
      [status.RESOURCE_EXHAUSTED, 'STORAGE_FULL'],
    ] as const) {
      it(`says why and how far it came: ${reason}`, async () => {
        server.onBatch = (stream, batch) => {
          if (batch.number === 1n) stream.acknowledge(batch);
          else setTimeout(() => stream.fail(code, reason), 20);
        };
        const error = await failed(ingest(records(12), { key: 'k' }));
        expect(error).to.include({ code, reason });
        expect(error.result).to.include({ key: 'k', created: 4, acknowledgedBatches: 1 });
        expect(server.streams).to.have.length(1);
      });
    }

    it('gives up when nothing is gained for long', async () => {
      server.onOpen = (stream) => stream.fail(status.UNAVAILABLE, 'EMBEDDER_FAILED');
      const error = await failed(ingest(records(1), { giveUpAfterMs: 600 }));
      expect(error).to.include({ codeName: 'UNAVAILABLE', reason: 'EMBEDDER_FAILED' });
      expect(error.message).to.equal(
        'EMBEDDER_FAILED; no batch was kept for 600 ms, so the load was given up',
      );
      expect(server.streams.length).to.be.at.least(2);
    });

    it('gives up when a server that is there acknowledges nothing', async () => {
      server.onBatch = () => {};
      const error = await failed(ingest(records(1), { giveUpAfterMs: 100 }));
      expect(error).to.include({ codeName: 'DEADLINE_EXCEEDED' });
      await eventually(() => server.streams[0].isCancelled, 'the stream is cancelled');
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
      server.onBatch = (stream, batch) => {
        if (batch.number === 1n) return stream.acknowledge(batch);
        stream.fail(status.INVALID_ARGUMENT, 'INVALID_EMBEDDING', 'batch.records[2].embedding');
      };
      const error = await failed(ingest(records(12), { stopOnRefusal: true }));
      expect(server.streams[0].open.stopOnRefusal).to.equal(true);
      expect(error.fieldViolations[0].field).to.equal('records[6].embedding');
      expect(error.result.created).to.equal(4);
    });

    it('names the place of a record that cannot be sent', async () => {
      const bad = { id: 'b', content: 5 } as unknown as VectorRecord;
      const error = await failed(ingest([...records(4), ...records(1), bad]));
      expect(error.message).to.equal('records[5]: content is number; it must be a string');
      expect(error.fieldViolations[0].field).to.equal('records[5].content');
      await eventually(() => server.streams[0].isCancelled, 'the stream is cancelled');
    });

    it('passes on what the source throws, and keeps what was acknowledged', async () => {
      for (const thrown of [new Error('no more'), new ProtovecError(14, 'another server')]) {
        server.records.clear();
        const source = async function* () {
          yield* records(4);
          await eventually(() => server.records.size === 4, 'the batch is kept');
          throw thrown;
        };
        expect(await rejection(ingest(source()))).to.equal(thrown);
        expect(server.records.size).to.equal(4);
      }
      await eventually(() => server.streams.every((stream) => stream.isCancelled), 'both end');
      expect(server.streams).to.have.length(2);
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
      await eventually(() => server.streams[0].isCancelled, 'the stream is cancelled');
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
      expect(server.streams).to.have.length(1);
    });

    it('ends when its signal is aborted: before it begins, and between two streams', async () => {
      const before = AbortSignal.abort('early');
      expect(await failed(ingest(records(1), { signal: before }))).to.include({ cause: 'early' });
      expect(server.streams).to.have.length(0);
      const controller = new AbortController();
      server.onOpen = (stream) => {
        stream.fail(status.UNAVAILABLE, 'OVERLOADED', undefined, 60_000);
        setTimeout(() => controller.abort('later'), 30);
      };
      const error = await failed(ingest(records(1), { signal: controller.signal }));
      expect(error).to.include({ codeName: 'CANCELLED', cause: 'later' });
      expect(server.streams).to.have.length(1);
    });

    it('fails when the server acknowledges what is not due', async () => {
      server.onBatch = (stream, batch) => {
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
        server.isCareless = isCareless;
        server.onBatch = (stream, batch) => {
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

  describe('with the key of a load that broke off', () => {
    const options = { key: 'k', mode: 'insert' } as const;

    /** Loads until so many batches are kept. */
    async function breakOff(batches: number): Promise<IngestError> {
      server.onBatch = (stream, batch) => {
        if (Number(batch.number) <= batches) stream.acknowledge(batch);
        else setTimeout(() => stream.fail(status.PERMISSION_DENIED, 'SCOPE_MISSING'), 20);
      };
      const error = await failed(ingest(records(20), options));
      server.onBatch = (stream, batch) => stream.acknowledge(batch);
      progress = [];
      return error;
    }

    it('goes on after what is kept, and counts the whole load', async () => {
      const { result } = await breakOff(2);
      expect(result).to.include({ created: 8, acknowledgedBatches: 2 });
      const { acknowledgedBatches } = result;
      const whole = await ingest(records(20), { ...options, acknowledgedBatches });
      expect(whole).to.include({ created: 20, failed: 0, acknowledgedBatches: 5, reconnects: 0 });
      expect(server.streams[1].open.acknowledgedNumber).to.equal(2n);
      expect(server.streams[1].received).to.deep.equal([3, 4, 5]);
      expect(progress[0]).to.include({ acknowledged: 8, sent: 8 });
      expectOnce(20);
    });

    it('has nothing to do when everything is kept', async () => {
      await ingest(records(17), options);
      const whole = await ingest(records(17), options);
      expect(whole).to.include({ created: 17, acknowledgedBatches: 5 });
      expect(server.streams.at(-1)?.received).to.deep.equal([]);
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
        expect(server.records.size).to.equal(8);
      });
    }

    it('fails when the server knows less than the caller', async () => {
      const loading = ingest(records(4), { ...options, acknowledgedBatches: 3 });
      expect(await failed(loading)).to.include({ reason: 'KEY_EXPIRED' });
      expect(server.records.size).to.equal(0);
    });
  });
});
