/** Loads that can be resumed: over connections that end, restarts and kills of a real server. */
import { expect } from 'chai';
import { connect } from '../../clients/typescript/src/index.js';
import { WriteMode } from '../../src/gen/protovec/v1/record.js';
import { type Served, serve, vectorOf } from '../support/client.js';
import { inTemporaryDirectory } from '../support/collection.js';
import { IngestCall } from './ingest-stream.js';
import { startServerProcess } from './server-process.js';

const dimension = 4;
const BATCH = 20;
const recordsOf = (number: number) =>
  Array.from({ length: BATCH }, (_, i) => ({
    id: `${number}/${i}`,
    embedding: vectorOf(number * BATCH + i, dimension),
  }));
const insert = { idempotencyKey: 'load', writeMode: WriteMode.INSERT };
const text = (number: number) => `ack ${number} +${BATCH} ~0 -0`;

describe('a load over IngestRecords', function () {
  this.timeout(60_000);
  let served: Served;
  let collections = 0;
  let name = '';
  before(async () => {
    served = await serve({ workers: 2 });
  });
  beforeEach(async () => {
    collections += 1;
    name = `docs-${collections}`;
    await served.client.createCollection(name, { dimension });
  });
  after(() => served.close());
  const open = (fields: ConstructorParameters<typeof IngestCall>[2] = {}) =>
    new IngestCall(served.server.address, name, { ...insert, ...fields });
  const count = () => served.client.collection(name).count();

  it('is acknowledged batch by batch, and searched while it goes on', async () => {
    const call = open();
    for (let number = 1; number <= 50; number += 1) call.send(number, recordsOf(number));
    await call.answered(51);
    const docs = served.client.collection(name);
    const { hits } = await docs.search({ vector: vectorOf(BATCH, dimension), limit: 1 });
    expect(hits[0]!.id).equals('1/0');
    expect(await call.end()).equals('OK');
    expect(call.texts).deep.equals([
      'opened 0 +0 ~0 -0',
      ...Array.from({ length: 50 }, (_, i) => text(i + 1)),
    ]);
    expect(await count()).equals(1_000);
  });

  it('goes on over another connection, with nothing refused that was inserted before', async () => {
    const first = open().send(1, recordsOf(1)).send(2, recordsOf(2));
    await first.answered(3);
    first.cancel();
    const next = open({ acknowledgedNumber: 1n }).send(2, recordsOf(2)).send(3, recordsOf(3));
    expect(await next.end()).equals('OK');
    expect(next.texts).deep.equals([`opened 2 +${2 * BATCH} ~0 -0`, 'again 2', text(3)]);
    expect(await count()).equals(3 * BATCH);
  });

  it('is taken over by a stream that opens it again', async () => {
    const old = open().send(1, recordsOf(1));
    await old.answered(2);
    const next = open();
    expect(await old.over).equals('ABORTED INGEST_TAKEN_OVER');
    await next.answered(1);
    expect(next.texts).deep.equals([`opened 1 +${BATCH} ~0 -0`]);
    expect(await next.end()).equals('OK');
  });

  it('ends with the reason of what is wrong, after what was right', async () => {
    const gap = open().send(1, recordsOf(1)).send(3, recordsOf(3));
    expect(await gap.over).equals('INVALID_ARGUMENT INVALID_ARGUMENT batch.number');
    expect(gap.texts.slice(1)).deep.equals([text(1)]);
    const unknown = open({ acknowledgedNumber: 9n });
    expect(await unknown.over).equals('FAILED_PRECONDITION KEY_EXPIRED open.acknowledged_number');
    const again = open({ stopOnRefusal: true }).send(2, [...recordsOf(2), recordsOf(1)[0]!]);
    expect(await again.over).equals('ALREADY_EXISTS ALREADY_EXISTS batch.records[20].id');
    expect(await count()).equals(BATCH);
  });

  it('is told that the server stops, and goes on after the restart', async () => {
    const idle = open({ idempotencyKey: 'idle' });
    const call = open().send(1, recordsOf(1)).send(2, recordsOf(2));
    await Promise.all([idle.answered(1), call.answered(3)]);
    await served.restart();
    expect([await idle.over, await call.over]).deep.equals(['OK', 'OK']);
    expect([idle.texts.at(-1), call.texts.at(-1)]).deep.equals(['closing', 'closing']);
    const next = open({ acknowledgedNumber: 2n }).send(3, recordsOf(3));
    expect(await next.end()).equals('OK');
    expect(next.texts).deep.equals([`opened 2 +${2 * BATCH} ~0 -0`, text(3)]);
    expect(await count()).equals(3 * BATCH);
  });

  it('has every batch once after a kill in the middle', () =>
    inTemporaryDirectory(async (data) => {
      const killed = await startServerProcess(data);
      const client = connect(killed.address);
      await client.createCollection('docs', { dimension });
      client.close();
      const sent = 300;
      const first = new IngestCall(killed.address, 'docs', insert);
      for (let number = 1; number <= sent; number += 1) first.send(number, recordsOf(number));
      await first.answered(60);
      await killed.kill('SIGKILL');
      expect(await first.over).match(/^UNAVAILABLE/);
      const acknowledged = first.texts.length - 1;
      const again = await serve({ dataDirectory: data });
      try {
        const docs = again.client.collection('docs');
        const call = new IngestCall(again.server.address, 'docs', {
          ...insert,
          acknowledgedNumber: BigInt(acknowledged),
        });
        await call.answered(1);
        const kept = Number(/^opened (\d+)/.exec(call.texts[0]!)?.[1]);
        expect(kept).within(acknowledged, sent);
        expect(await docs.count()).equals(kept * BATCH);
        for (let number = acknowledged + 1; number <= sent; number += 1) {
          call.send(number, recordsOf(number));
        }
        expect(await call.end()).equals('OK');
        expect(call.texts).deep.equals([
          `opened ${kept} +${kept * BATCH} ~0 -0`,
          ...Array.from({ length: sent - acknowledged }, (_, i) => {
            const number = acknowledged + 1 + i;
            return number <= kept ? `again ${number}` : text(number);
          }),
        ]);
        expect(await docs.count()).equals(sent * BATCH);
      } finally {
        await again.close();
      }
    }));
});
