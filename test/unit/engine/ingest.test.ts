/** Loads that can be resumed, on real collections: order, room, failures, and who has a key. */
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import type { Registry } from '../../../src/collection/registry.js';
import { drainPath } from '../../../src/engine/drain.js';
import { operationsOf } from '../../../src/engine/engine.js';
import type { Operations, UnaryOperation } from '../../../src/engine/operation.js';
import type { CollectionConfig } from '../../../src/gen/protovec/v1/collection.js';
import { Durability, PersistenceConfig } from '../../../src/gen/protovec/v1/persistence.js';
import { WriteMode } from '../../../src/gen/protovec/v1/record.js';
import { IngestAckLevel } from '../../../src/gen/protovec/v1/record_service.js';
import { limits } from '../../../src/limits.js';
import { configOf, inTemporaryDirectory, openRegistry, readAll } from '../../support/collection.js';
import { batchMessage, LocalIngest, openMessage } from '../../support/ingest.js';
import { withJumpingClock } from '../../support/jumping-clock.js';
import { FaultyFileSystem, ioError } from '../storage/faulty-file-system.js';

const dimension = 3;
const idOf = (number: number, i: number) => `${number}/${i}`;
const recordsOf = (number: number, count = 4, content = '') =>
  Array.from({ length: count }, (_, i) => ({
    id: idOf(number, i),
    content,
    embedding: [1 + i, number, 2],
  }));
const batch = (number: number, count?: number, content?: string) =>
  batchMessage(number, recordsOf(number, count, content));

/** Puts other limits in force while `work` runs. */
async function withLimits<T>(
  other: Partial<Record<keyof typeof limits, number>>,
  work: () => Promise<T>,
) {
  const usual = { ...limits };
  Object.assign(limits, other);
  try {
    return await work();
  } finally {
    Object.assign(limits, usual);
  }
}

describe('a load that can be resumed', () => {
  let fs: FaultyFileSystem;
  let registry: Registry;
  let operations: Operations;
  let docs: Collection;

  const inStore = (
    work: (directory: string) => Promise<void>,
    config: Partial<CollectionConfig> = {},
  ) =>
    inTemporaryDirectory(async (directory) => {
      fs = new FaultyFileSystem();
      registry = await openRegistry(directory, [], fs);
      docs = await registry.create('docs', configOf({ dimension, ...config }));
      operations = operationsOf(registry);
      try {
        await work(directory);
      } finally {
        await registry.close();
      }
    });
  /** Ends the registry as a crash does, and opens the directory again. */
  const reopen = async (directory: string) => {
    await docs.abandon();
    registry = await openRegistry(directory, [], fs);
    docs = registry.get('docs');
    operations = operationsOf(registry);
  };
  const open = (fields: Parameters<typeof openMessage>[1] = {}) =>
    new LocalIngest(operations, openMessage('docs', { idempotencyKey: 'k', ...fields }));
  const insert = { writeMode: WriteMode.INSERT };
  /** Holds every sync until the returned function is called. */
  const gate = () => {
    let release = () => {};
    fs.syncGate = new Promise((resolve) => {
      release = resolve;
    });
    return () => {
      fs.syncGate = Promise.resolve();
      release();
    };
  };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('acknowledges in order, what is sent again too, and ends when the caller does', () =>
    inStore(async () => {
      const load = open().send(batch(1), batch(2), batch(1), batch(3), batch(3));
      expect(await load.end()).to.equal(undefined);
      expect(load.texts).to.deep.equal([
        'opened 0 +0 ~0 -0',
        'ack 1 +4 ~0 -0',
        'ack 2 +4 ~0 -0',
        'again 1',
        'ack 3 +4 ~0 -0',
        'again 3',
      ]);
      const sequences = load.acks.map(({ sequence, durable }) => [Number(sequence), durable]);
      expect(sequences.every(([, durable]) => durable)).to.equal(true);
      expect(readAll(docs).size).to.equal(12);
    }));

  it('goes on where it got to, for a stream that follows', () =>
    inStore(async () => {
      await open(insert).send(batch(1), batch(2)).end();
      const load = open({ ...insert, acknowledgedNumber: 1n }).send(batch(2), batch(3));
      expect(await load.end()).to.equal(undefined);
      expect(load.texts).to.deep.equal(['opened 2 +8 ~0 -0', 'again 2', 'ack 3 +4 ~0 -0']);
      expect(readAll(docs).size).to.equal(12);
    }));

  it('without a key counts for one stream alone', () =>
    inStore(async () => {
      for (const created of [4, 0]) {
        const load = open({ idempotencyKey: '' }).send(batch(1), batch(1));
        expect(await load.end()).to.equal(undefined);
        const [, first, again] = load.texts;
        expect([first, again]).to.deep.equal([`ack 1 +${created} ~${4 - created} -0`, 'again 1']);
      }
      expect(docs.state.loads.size).to.equal(0);
    }));

  it('is refused when the caller knows more than the server', () =>
    inStore(async () => {
      await open().send(batch(1)).end();
      const load = open({ acknowledgedNumber: 2n });
      expect(await load.outcome()).to.equal('KEY_EXPIRED open.acknowledged_number');
      const keyless = open({ idempotencyKey: '', acknowledgedNumber: 1n });
      expect(await keyless.outcome()).to.equal('KEY_EXPIRED open.acknowledged_number');
      expect(load.texts).to.deep.equal([]);
    }));

  it('tells the records that were refused, and keeps the others', () =>
    inStore(async (directory) => {
      const records = recordsOf(1, 5);
      records[1]!.embedding = [1];
      records[3] = { ...records[3]!, id: '' };
      const load = open(insert).send(batch(9, 1), batchMessage(1, records));
      expect(await load.outcome()).to.equal('INVALID_ARGUMENT batch.number');
      const next = open(insert).send(batchMessage(1, records));
      next.send(batchMessage(2, [...recordsOf(2, 1), records[0]!]));
      next.send(batchMessage(3, [records[1]!]), batchMessage(4, [records[2]!, records[2]!]));
      expect(await next.end()).to.equal(undefined);
      expect(next.texts).to.deep.equal([
        'opened 0 +0 ~0 -0',
        'ack 1 +3 ~0 -2',
        'ack 2 +1 ~0 -1',
        'ack 3 +0 ~0 -1',
        'ack 4 +0 ~0 -2',
      ]);
      const told = next.acks.map(({ errors, sequence }) => [
        Number(sequence) > 0,
        ...errors.map(({ index, reason, field }) => `${index} ${reason} ${field}`),
      ]);
      expect(told).to.deep.equal([
        [
          true,
          '1 INVALID_EMBEDDING batch.records[1].embedding',
          '3 INVALID_ARGUMENT batch.records[3].id',
        ],
        [true, '1 ALREADY_EXISTS batch.records[1].id'],
        [false, '0 INVALID_EMBEDDING batch.records[0].embedding'],
        [false, '0 ALREADY_EXISTS batch.records[0].id', '1 ALREADY_EXISTS batch.records[1].id'],
      ]);
      await reopen(directory);
      const again = open(insert);
      await again.answered(1);
      expect(again.texts).to.deep.equal(['opened 4 +4 ~0 -6']);
      await again.end();
    }));

  it('says in short what is wrong with more records than are worth a message', () =>
    inStore(async () => {
      const bad = { id: 'x', content: 'c', embedding: [1] };
      const load = open().send(batchMessage(1, Array(2_500).fill(bad)));
      expect(await load.end()).to.equal(undefined);
      const { errors } = load.acks[0]!;
      expect(errors.map(({ index }) => Number(index))).to.deep.equal([...Array(2_500).keys()]);
      expect(errors.filter(({ message }) => message !== '')).to.have.length(1_000);
      expect(new Set(errors.map(({ reason }) => reason))).to.deep.equal(
        new Set(['INVALID_EMBEDDING']),
      );
    }));

  it('stops at the first record that is refused when asked to, with nothing behind it', () =>
    inStore(async () => {
      const bad = recordsOf(2);
      bad[2]!.id = idOf(1, 0);
      const stop = { ...insert, stopOnRefusal: true };
      const load = open(stop).send(batch(1), batchMessage(2, bad), batch(3), batch(4));
      expect(await load.outcome()).to.equal('ALREADY_EXISTS batch.records[2].id');
      expect(load.texts).to.deep.equal(['opened 0 +0 ~0 -0', 'ack 1 +4 ~0 -0']);
      expect([...readAll(docs).keys()]).to.deep.equal([0, 1, 2, 3].map((i) => idOf(1, i)));
      bad[1]!.embedding = [];
      const next = open(stop).send(batchMessage(2, bad), batch(3));
      expect(await next.outcome()).to.equal('INVALID_EMBEDDING batch.records[1].embedding');
      expect(readAll(docs).size).to.equal(4);
      const rest = open(stop).send(batch(2), batch(3));
      expect(await rest.end()).to.equal(undefined);
      expect(rest.texts).to.deep.equal(['opened 1 +4 ~0 -0', 'ack 2 +4 ~0 -0', 'ack 3 +4 ~0 -0']);
    }));

  it('leaves no gap when the disk is full for a while', () =>
    inStore(async () => {
      const load = open(insert);
      await load.answered(1);
      fs.room = 2_500;
      for (let number = 1; number <= 40; number += 1) {
        load.send(batch(number, 4, 'x'.repeat(50)));
        if (number % 4 === 0) await turn();
        if (number === 32) fs.room = Number.POSITIVE_INFINITY;
      }
      expect(await load.outcome()).to.equal('STORAGE_FULL');
      const kept = load.acks.length;
      expect(kept).to.be.within(1, 31);
      expect(readAll(docs).size).to.equal(kept * 4);
      const rest = open(insert);
      for (let number = kept + 1; number <= 40; number += 1) {
        rest.send(batch(number, 4, 'x'.repeat(50)));
      }
      expect(await rest.end()).to.equal(undefined);
      expect(rest.texts[0]).to.equal(`opened ${kept} +${kept * 4} ~0 -0`);
      expect(rest.acks.every(({ createdCount }) => createdCount === 4n)).to.equal(true);
      expect(readAll(docs).size).to.equal(160);
    }));

  it('ends with what the log says once it takes no more', () =>
    inStore(async () => {
      const load = open().send(batch(1));
      await load.answered(2);
      fs.syncError = ioError();
      load.send(batch(2), batch(3));
      expect(await load.outcome()).to.equal('LOG_LATCHED');
      expect(load.texts).to.deep.equal(['opened 0 +0 ~0 -0', 'ack 1 +4 ~0 -0']);
      fs.syncError = undefined;
    }));

  it('pauses while records wait for the index, and goes on', () =>
    inStore(() =>
      withLimits({ pendingRowsMax: 20 }, () =>
        // Slices of the index take one row each, so that it is behind for a while.
        withJumpingClock(async () => {
          const load = open().send(batch(1, 60));
          await load.answered(2);
          load.send(batch(2, 1));
          expect(await load.end()).to.equal(undefined);
          expect(load.texts.slice(1)).to.deep.equal([
            'ack 1 +60 ~0 -0',
            'pause',
            'resume',
            'ack 2 +1 ~0 -0',
          ]);
          const pause = load.answers.find(({ $case }) => $case === 'pause');
          expect(pause?.value).to.include({ reason: 'records wait for the index' });
        }),
      ),
    ));

  it('pauses once while the disk is behind, and loses nothing', () =>
    inStore(() =>
      withLimits({ commitQueueBytesMax: 1_500 }, async () => {
        const load = open();
        await load.answered(1);
        const release = gate();
        for (let number = 1; number <= 20; number += 1) load.send(batch(number));
        await load.answered(2);
        expect(load.texts).to.deep.equal(['opened 0 +0 ~0 -0', 'pause']);
        release();
        expect(await load.end()).to.equal(undefined);
        const others = load.texts.filter((text) => !/^(ack|opened)/.test(text));
        expect(others.length % 2).to.equal(0);
        for (const [i, text] of others.entries()) {
          expect(text).to.equal(i % 2 === 0 ? 'pause' : 'resume');
        }
        expect(load.acks.map(({ number }) => Number(number))).to.deep.equal(
          Array.from({ length: 20 }, (_, i) => i + 1),
        );
      }),
    ));

  it('is one stream at a time: the next waits until nothing of the one before is under way', () =>
    inStore(async () => {
      // Nothing but the takeover makes the next stream wait: its own opening asks for no sync.
      const written = { ...insert, ackLevel: IngestAckLevel.WRITTEN };
      const old = open(written);
      await old.answered(1);
      const release = gate();
      old.send(batch(1), batch(2));
      await turn();
      const other = open({ ...written, idempotencyKey: 'other' });
      const next = open(written);
      const last = open(written);
      await turn();
      expect([next.texts, last.texts]).to.deep.equal([[], []]);
      release();
      expect(await old.outcome()).to.equal('INGEST_TAKEN_OVER');
      expect(old.texts.slice(1)).to.deep.equal(['ack 1 +4 ~0 -0', 'ack 2 +4 ~0 -0']);
      expect(await next.outcome()).to.equal('INGEST_TAKEN_OVER');
      last.send(batch(3));
      expect(await last.end()).to.equal(undefined);
      expect(last.texts).to.deep.equal(['opened 2 +8 ~0 -0', 'ack 3 +4 ~0 -0']);
      expect(await other.end()).to.equal(undefined);
    }));

  it('keeps what was taken when the caller leaves, and then gives the key back', () =>
    inStore(async () => {
      const release = gate();
      const load = open().send(batch(1));
      await turn();
      const left = load.cancel();
      const next = open();
      await turn();
      expect(next.texts).to.deep.equal([]);
      release();
      await left;
      await next.answered(1);
      expect(next.texts).to.deep.equal(['opened 1 +4 ~0 -0']);
      await next.end();
    }));

  it('says that the server stops, acknowledges what it has and ends well', () =>
    inStore(async () => {
      const idle = open({ idempotencyKey: 'idle' });
      const load = open();
      await Promise.all([idle.answered(1), load.answered(1)]);
      const release = gate();
      load.send(batch(1), batch(2));
      await turn();
      const call = { signal: new AbortController().signal, deadline: Infinity, isAbandoned: false };
      await (operations[drainPath] as UnaryOperation).handle(new Uint8Array(0), call);
      load.send(batch(3));
      expect(await idle.outcome()).to.equal('OK');
      release();
      expect(await load.outcome()).to.equal('OK');
      expect(load.texts).to.deep.equal([
        'opened 0 +0 ~0 -0',
        'closing',
        'ack 1 +4 ~0 -0',
        'ack 2 +4 ~0 -0',
      ]);
      const late = open();
      expect(await late.outcome()).to.equal('OK');
      expect(late.texts).to.deep.equal(['opened 2 +8 ~0 -0', 'closing']);
    }));

  for (const durability of [Durability.INTERVAL, Durability.OS]) {
    it(`is durable where other writes are not (${Durability[durability]}), unless it asks for less`, () =>
      inStore(
        async () => {
          const written = open({ ackLevel: IngestAckLevel.WRITTEN }).send(batch(1));
          await written.answered(2);
          expect(written.acks[0]!.durable).to.equal(false);
          await written.end();
          const { syncs } = fs;
          const load = open().send(batch(1), batch(2));
          await load.answered(1);
          // What the stream before was only told to be written is on the disk now.
          expect(fs.syncs).to.equal(syncs + 1);
          expect(await load.end()).to.equal(undefined);
          expect(load.texts[1]).to.equal('again 1');
          expect(load.acks.map(({ durable }) => durable)).to.deep.equal([true, true]);
          expect(docs.ingest.isDurable).to.equal(true);
        },
        { persistence: PersistenceConfig.fromPartial({ durability }) },
      ));
  }

  it('goes on within a batch that takes several entries', () =>
    inStore(
      (directory) =>
        withLimits({ embeddedBatchBytesMax: 4_000 }, async () => {
          const texts = (number: number) =>
            Array.from({ length: 7 }, (_, i) => ({ id: idOf(number, i), content: `text ${i}` }));
          const { embedder } = docs;
          let calls = 0;
          docs.embedder = {
            ...embedder!,
            dimension: embedder!.dimension,
            modelId: embedder!.modelId,
            embed: (some, signal) => {
              calls += 1;
              if (calls === 3) return Promise.reject(ioError());
              return embedder!.embed(some, signal);
            },
          };
          const sent = texts(1);
          sent[0]!.content = ' ';
          const load = open(insert).send(batchMessage(1, sent));
          expect(await load.over).to.be.instanceOf(Error);
          expect(load.texts).to.deep.equal(['opened 0 +0 ~0 -0']);
          const kept = docs.state.count;
          expect(kept).to.be.within(1, 5);
          await docs.checkpoint();
          await reopen(directory);
          const next = open(insert).send(batchMessage(1, sent), batchMessage(2, texts(2)));
          expect(await next.end()).to.equal(undefined);
          expect(next.texts).to.deep.equal([
            `opened 0 +${kept} ~0 -1`,
            `ack 1 +${6 - kept} ~0 -0`,
            'ack 2 +7 ~0 -0',
          ]);
          const { failed, created } = docs.ingest.find('k')!;
          expect([failed, created, docs.state.count]).to.deep.equal([1, 13, 13]);
          const short = open(insert);
          await short.answered(1);
          expect(short.texts).to.deep.equal(['opened 2 +13 ~0 -1']);
          short.send(batchMessage(3, []));
          expect(await short.outcome()).to.equal('INVALID_ARGUMENT batch.records');
          const stop = open({ stopOnRefusal: true }).send(batchMessage(3, texts(3)));
          expect(await stop.outcome()).to.equal('INVALID_ARGUMENT batch.records');
        }),
      {
        dimension: 384,
        embedder: { provider: { $case: 'builtin', value: {} } } as never,
      },
    ));
});
