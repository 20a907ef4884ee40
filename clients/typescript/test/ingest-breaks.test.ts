import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ServedStream } from './support/ingest-server.js';
import { Loads, records } from './support/loads.js';
import { eventually } from './support/test-server.js';

describe('ingest over streams that break', () => {
  const loads = new Loads();
  const { ingest, received, expectOnce } = loads;

  /** What becomes of the first stream, at which of its batches. */
  const cuts: Record<string, (stream: ServedStream, cut: () => void) => void> = {
    'before it is opened': (stream, cut) => {
      loads.server.onOpen = (next) => next.tellOpened();
      void stream;
      cut();
    },
    'right after it was opened': (stream, cut) => {
      stream.tellOpened();
      cut();
    },
    'with a batch that is lost': (stream, cut) => {
      stream.tellOpened();
      loads.server.onBatch = (next, batch) => {
        if (next === stream && batch.number === 2n) cut();
        else next.acknowledge(batch);
      };
    },
    'with a batch that is kept, whose acknowledgement is lost': (stream, cut) => {
      stream.tellOpened();
      loads.server.onBatch = (next, batch) => {
        if (next !== stream) return next.acknowledge(batch);
        next.keep(batch);
        if (batch.number === 2n) cut();
      };
    },
    'after some acknowledgements': (stream, cut) => {
      stream.tellOpened();
      loads.server.onBatch = (next, batch) => {
        next.acknowledge(batch);
        if (next === stream && batch.number === 2n) cut();
      };
    },
    'with its last acknowledgement': (stream, cut) => {
      stream.tellOpened();
      loads.server.onBatch = (next, batch) => {
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
        loads.server.onOpen = (stream) => {
          loads.server.onOpen = (next) => next.tellOpened();
          act(stream, () => end(stream));
        };
        const source = [...records(10)].map((record, index) =>
          index === 5 ? { ...record, id: 'bad' } : record,
        );
        const result = await ingest(source, { mode: 'insert' });
        expect(result).to.include({ created: 9, updated: 0, failed: 1, acknowledgedBatches: 3 });
        const isReopened = stage !== 'before it is opened';
        expect(result.reconnects).to.equal(isReopened ? 1 : 0);
        expect(loads.server.streams).to.have.length(2);
        expectOnce(9);
      });
    }
  }

  it('tells the server what it knows to be kept, and sends only what is not', async () => {
    loads.server.onBatch = (stream, batch) => {
      stream.acknowledge(batch);
      if (batch.number === 2n && loads.server.streams.length === 1) {
        setTimeout(() => stream.fail(status.UNAVAILABLE), 30);
        loads.server.onBatch = (next, later) => {
          if (next !== stream) next.acknowledge(later);
        };
      }
    };
    await ingest(records(20));
    expect(loads.server.streams[1].open).to.include({ acknowledgedNumber: 2n });
    expect(loads.server.streams[1].received).to.deep.equal([3, 4, 5]);
  });

  it('sends a batch again with the ids that were made for it', async () => {
    const sent: string[][] = [];
    loads.server.onBatch = (stream, batch) => {
      sent.push(batch.records.map(({ id }) => id));
      if (sent.length === 1) stream.fail(status.UNAVAILABLE);
      else stream.acknowledge(batch);
    };
    await ingest([{ embedding: [1] }, { embedding: [2] }]);
    expect(sent).to.have.length(2);
    expect(sent[1]).to.deep.equal(sent[0]);
  });

  it('sends nothing more after the server has said that it ends', async () => {
    loads.server.onBatch = (stream, batch) => {
      stream.acknowledge(batch);
      if (loads.server.streams.length > 1 || batch.number !== 1n) return;
      stream.send({ $case: 'closing', value: {} });
      setTimeout(() => stream.finish(), 60);
    };
    const source = async function* () {
      yield* records(4);
      await eventually(() => loads.server.streams[0].isOver, 'the first stream ends');
      yield* [...records(8)].slice(4);
    };
    const result = await ingest(source());
    expect(result).to.include({ created: 8, reconnects: 1 });
    expect(received()).to.deep.equal([[1], [2]]);
  });

  it('learns the counts of a batch that was kept already by opening the load again', async () => {
    loads.server.onBatch = (stream, batch) => {
      stream.keep(batch);
      stream.acknowledge(batch);
      loads.server.onBatch = (next, later) => next.acknowledge(later);
    };
    expect(await ingest(records(8))).to.include({ created: 8, reconnects: 1 });
    expectOnce(8);
  });

  it('waits as long as the server asks', async () => {
    loads.server.onOpen = (stream) => {
      loads.server.onOpen = (next) => next.tellOpened();
      stream.fail(status.RESOURCE_EXHAUSTED, 'OVERLOADED', undefined, 20);
    };
    expect((await ingest(records(1))).created).to.equal(1);
    expect(loads.server.streams).to.have.length(2);
  });
});
