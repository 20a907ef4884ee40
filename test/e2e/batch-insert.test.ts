/** Bulk load over a stream: what is kept, what is reported, and what ends it. */
import { expect } from 'chai';
import type { Collection } from '../../clients/typescript/src/index.js';
import { VectorRecord, WriteMode } from '../../src/gen/protovec/v1/record.js';
import {
  BatchInsertRequest,
  type BatchInsertResponse,
  RecordServiceService as records,
} from '../../src/gen/protovec/v1/record_service.js';
import {
  all,
  encode,
  failureOf,
  type Outcome,
  type Served,
  serve,
  summary,
  vectorOf,
} from '../support/client.js';
import { bytesField, join } from '../support/records.js';

const embedding = [1, 2, 3, 4];

describe('BatchInsert', () => {
  let served: Served;
  let docs: Collection;
  let next = 0;

  before(async () => {
    served = await serve();
  });
  after(() => served.close());
  beforeEach(async () => {
    docs = served.client.collection(`load-${next++}`);
    await served.client.createCollection(docs.name, { dimension: 4 });
  });

  const good = (id: string): VectorRecord => VectorRecord.fromPartial({ id, embedding });
  /** One message; the first must name the collection. */
  const message = (
    collection: string,
    batch: VectorRecord[],
    writeMode = WriteMode.UNSPECIFIED,
  ): Uint8Array => encode(BatchInsertRequest, { collection, records: batch, writeMode });
  const send = (...messages: Uint8Array[]): Promise<Outcome<BatchInsertResponse>> =>
    served.raw.call(records.batchInsert, ...messages);
  const ids = async (): Promise<string[]> => (await all(docs.list())).map(({ id }) => id);

  it('loads many messages, tells progress and stores every record', async () => {
    const count = 5_000;
    const content = 'x'.repeat(1_000);
    const many = Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      content,
      embedding: vectorOf(i),
    }));
    const sent: number[] = [];
    const result = await docs.insertMany(many, { onProgress: (p) => sent.push(p.sent) });
    expect(result).deep.include({ created: count, updated: 0, failed: 0, durable: true });
    expect(sent.length).above(3);
    expect(sent.at(-1)).equals(count);
    expect(await docs.count()).equals(count);
    const one = (await docs.get('r4321'))!;
    expect([...one.embedding!]).deep.equals(vectorOf(4321));
    expect(one.revision).most(result.sequence);
    expect((await docs.describe()).sequence).equals(result.sequence);
  });

  it('skips bad records and reports them by their position in the stream, in order', async () => {
    const bad = VectorRecord.fromPartial({ id: 'bad', embedding: [1] });
    const nameless = VectorRecord.fromPartial({ embedding });
    const { answers, failure } = await send(
      message(docs.name, [good('a'), bad, good('b')]),
      message('', [bad]),
      message(docs.name, []),
      message('', [good('c'), good('a'), nameless]),
    );
    expect(failure).equals(undefined);
    const [summed] = answers;
    expect(summed).deep.include({ createdCount: 3n, updatedCount: 1n, failedCount: 3n });
    const errors = summed!.errors.map((e) => [Number(e.index), e.id, e.code, e.reason, e.field]);
    expect(errors).deep.equals([
      [1, 'bad', 3, 'INVALID_EMBEDDING', 'records[1].embedding'],
      [3, 'bad', 3, 'INVALID_EMBEDDING', 'records[0].embedding'],
      [6, '', 3, 'INVALID_ARGUMENT', 'records[2].id'],
    ]);
    expect(await ids()).deep.equals(['a', 'b', 'c']);
  });

  it('reports the first 1,000 refusals and counts all of them', async () => {
    const bad = Array<VectorRecord>(400).fill(VectorRecord.fromPartial({ id: 'x' }));
    const batches = Array.from({ length: 4 }, () => message(docs.name, [good('a'), ...bad]));
    const [summed] = (await send(...batches)).answers;
    expect(summed!.failedCount).equals(1_600n);
    const indexes = summed!.errors.map(({ index }) => Number(index));
    expect(indexes).lengthOf(1_000);
    expect(indexes.slice(398, 402)).deep.equals([399, 400, 402, 403]);
    expect(await docs.count()).equals(1);
  });

  it('reads the write mode from the first message', async () => {
    const { answers } = await send(
      message(docs.name, [good('a'), good('b')], WriteMode.INSERT),
      message('', [good('c'), good('a')]),
      message('', [good('d'), good('d')]),
    );
    expect(answers[0]).deep.include({ createdCount: 4n, updatedCount: 0n, failedCount: 2n });
    const errors = answers[0]!.errors.map((e) => [Number(e.index), e.id, e.reason, e.field]);
    expect(errors).deep.equals([
      [3, 'a', 'ALREADY_EXISTS', 'records[1].id'],
      [5, 'd', 'ALREADY_EXISTS', 'records[1].id'],
    ]);
    const update = await send(message(docs.name, [good('x'), good('a')], WriteMode.UPDATE));
    expect(update.answers[0]).deep.include({ updatedCount: 1n, failedCount: 1n });
    expect(update.answers[0]!.errors[0]!.reason).equals('RECORD_NOT_FOUND');
  });

  it('reports of refusals that the writer found and those before it come in order', async () => {
    await docs.upsert({ id: 'a', embedding });
    const bad = VectorRecord.fromPartial({ id: 'bad' });
    const batch = [good('a'), bad, good('a'), good('n'), bad, good('a')];
    const { answers } = await send(message(docs.name, batch, WriteMode.INSERT));
    const errors = answers[0]!.errors.map((e) => [Number(e.index), e.reason]);
    expect(errors).deep.equals([
      [0, 'ALREADY_EXISTS'],
      [1, 'INVALID_EMBEDDING'],
      [2, 'ALREADY_EXISTS'],
      [4, 'INVALID_EMBEDDING'],
      [5, 'ALREADY_EXISTS'],
    ]);
  });

  it('keeps what was written when a later message names another collection', async () => {
    await served.client.createCollection(`${docs.name}-other`, { dimension: 4 });
    const { failure } = await send(
      message(docs.name, [good('a')]),
      message(`${docs.name}-other`, [good('b')]),
    );
    expect(failure && summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT collection');
    expect(failure!.message).includes(docs.name);
    expect(await ids()).deep.equals(['a']);
    expect(await served.client.collection(`${docs.name}-other`).count()).equals(0);
  });

  it('keeps what was written when a later message is no message', async () => {
    const cut = join(
      bytesField(2, VectorRecord.encode(good('b')).finish()),
      Uint8Array.of(0x12, 9),
    );
    const { failure } = await send(message(docs.name, [good('a')]), cut, message('', [good('c')]));
    expect(failure && summary(failure)).equals('INVALID_ARGUMENT INVALID_ARGUMENT');
    expect(await ids()).deep.equals(['a']);
  });

  it('does not find an unknown collection, though records follow', async () => {
    const batch = Array.from({ length: 50 }, (_, i) => good(`r${i}`));
    const source = Array.from({ length: 20 }, () => message('absent', batch));
    const { failure } = await send(...source);
    expect(failure && summary(failure)).equals('NOT_FOUND COLLECTION_NOT_FOUND collection');
  });

  it('keeps what was committed when the caller cancels, and serves on', async () => {
    const abort = new AbortController();
    async function* endless() {
      for (let i = 0; ; i += 1) {
        yield { id: `r${i}`, content: 'x'.repeat(2_000), embedding: vectorOf(i) };
        if (i % 1_000 === 999) await new Promise((resolve) => setTimeout(resolve, 5));
        if (i > 3_000 && (await docs.count()) > 0) abort.abort();
      }
    }
    const failure = await failureOf(docs.insertMany(endless(), { signal: abort.signal }));
    expect(failure.code).equals('CANCELLED');
    // Written behind what was under way: no more of that follows between two pages of the list.
    const { created } = await docs.insertMany([{ id: 'after', embedding }]);
    expect(created).equals(1);
    const stored = (await ids()).filter((id) => id !== 'after');
    expect(stored).not.empty;
    expect(stored.map((id) => Number(id.slice(1))).sort((a, b) => a - b)).deep.equals(
      stored.map((_, i) => i),
    );
  });

  it('lets searches and other streams go on meanwhile', async () => {
    const load = (prefix: string) =>
      docs.insertMany(
        Array.from({ length: 1_000 }, (_, i) => ({ id: `${prefix}${i}`, embedding: vectorOf(i) })),
      );
    const loads = Promise.all(['a', 'b', 'c'].map(load));
    for (let i = 0; i < 5; i += 1) await docs.search({ vector: embedding });
    const results = await loads;
    expect(results.map(({ created }) => created)).deep.equals([1_000, 1_000, 1_000]);
    expect(await docs.count()).equals(3_000);
  });
});
