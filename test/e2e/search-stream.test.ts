/** Searches over one stream: each answered as alone, whatever becomes of the others. */
import { type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { fromServiceError } from '../../clients/typescript/src/errors.js';
import {
  type Collection,
  ProtovecError,
  type SearchAnswer,
  type SearchQuery,
  where,
} from '../../clients/typescript/src/index.js';
import {
  SearchStreamRequest,
  SearchStreamResponse,
  SearchServiceService as service,
} from '../../src/gen/protovec/v1/search_service.js';
import {
  all,
  encode,
  failureOf,
  type Served,
  serve,
  summary,
  toFailure,
  vectorOf,
} from '../support/client.js';

const dimension = 8;
const count = 2_000;
const CONTENT = 'x'.repeat(16 * 1024);

type Partial = Parameters<typeof SearchStreamRequest.fromPartial>[0];

/** A stream as the wire has it. */
class RawStream {
  readonly answers: SearchStreamResponse[] = [];
  readonly over: Promise<ServiceError | undefined>;
  readonly #call: ClientDuplexStream<Buffer, SearchStreamResponse>;

  constructor({ raw }: Served, timeoutMs?: number) {
    this.#call = raw.grpc.makeBidiStreamRequest(
      service.searchStream.path,
      (bytes: Buffer) => bytes,
      (bytes) => SearchStreamResponse.decode(bytes),
      timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs },
    );
    this.#call.on('data', (answer: SearchStreamResponse) => this.answers.push(answer));
    this.over = new Promise((resolve) => {
      this.#call.on('error', resolve).on('end', () => resolve(undefined));
    });
  }

  send(...messages: Partial[]): this {
    for (const message of messages) this.sendBytes(encode(SearchStreamRequest, message));
    return this;
  }

  sendBytes(bytes: Uint8Array): void {
    this.#call.write(Buffer.from(bytes));
  }

  async answered(answers: number): Promise<void> {
    while (this.answers.length < answers) await new Promise((done) => setTimeout(done, 5));
  }

  /** How the stream ends when no message follows. */
  async end(): Promise<string> {
    this.#call.end();
    const error = await this.over;
    return error === undefined ? 'OK' : summary(toFailure(fromServiceError(error)));
  }

  pause(): void {
    this.#call.pause();
  }

  resume(): void {
    this.#call.resume();
  }

  cancel(): void {
    this.#call.cancel();
  }
}

function byId(id: string): Partial['search'] {
  return { query: { $case: 'recordId', value: id }, limit: 1 };
}

/** Queries of every kind, another one for every number. */
function queryOf(i: number): SearchQuery & { i: number } {
  if (i % 9 === 3) return { i, recordId: `r${i % count}`, limit: 3 };
  const vector = vectorOf(10_000 + i, dimension);
  if (i % 9 === 4) return { i, vector, filter: where.eq('even', i % 2 === 0), limit: 4 };
  if (i % 9 === 5) return { i, vector, exact: true, threshold: 0.2 };
  return { i, vector, limit: 1 + (i % 12), fields: i % 2 === 0 ? ['metadata'] : undefined };
}

describe('searches over a stream', () => {
  let served: Served;
  let docs: Collection;
  before(async function () {
    this.timeout(30_000);
    served = await serve({ workers: 2 });
    docs = served.client.collection('docs');
    await served.client.createCollection('docs', { dimension });
    const records = Array.from({ length: count }, (_, i) => ({
      id: `r${i}`,
      embedding: vectorOf(i, dimension),
      metadata: { even: i % 2 === 0 },
    }));
    await docs.insertMany(records);
    while ((await docs.index.stats()).pending > 0)
      await new Promise((done) => setTimeout(done, 10));
    await served.client.createCollection('large', { dimension });
    const large = records.slice(0, 100).map((record) => ({ ...record, content: CONTENT }));
    await served.client.collection('large').insertMany(large);
  });
  after(() => served.close());

  it('find by the thousand what unary searches find', async function () {
    this.timeout(60_000);
    const queries = Array.from({ length: 3_000 }, (_, i) => queryOf(i));
    const answers: SearchAnswer[] = [];
    const seen = new Set<number>();
    for await (const answer of docs.searchStream(queries)) {
      expect(seen.has(answer.request.i)).equals(false);
      seen.add(answer.request.i);
      answers[answer.request.i] = answer;
    }
    expect(seen.size).equals(queries.length);
    for (let from = 0; from < queries.length; from += 100) {
      const some = queries.slice(from, from + 100);
      const alone = await Promise.all(some.map((query) => docs.search(query)));
      for (const [i, result] of alone.entries()) {
        expect(answers[from + i]!.result, `query ${from + i}`).deep.equals(result);
      }
    }
  });

  it('repeat any request id, also 0 and one of two searches', async () => {
    const ids = [0n, 1n, 127n, 128n, 2n ** 53n + 1n, 2n ** 64n - 1n, 1n];
    const stream = new RawStream(served);
    for (const requestId of ids) stream.send({ collection: 'docs', requestId, search: byId('r1') });
    expect(await stream.end()).equals('OK');
    const order = (a: bigint, b: bigint) => (a < b ? -1 : 1);
    const answered = stream.answers.map(({ requestId }) => requestId);
    expect(answered.sort(order)).deep.equals(ids.sort(order));
    expect(stream.answers.every(({ outcome }) => outcome!.$case === 'response')).equals(true);
  });

  it('that are refused are told so, and do not end the stream', async () => {
    const vector = vectorOf(1, dimension);
    const bad: [SearchQuery, string][] = [
      [{ vector: [1] }, 'INVALID_ARGUMENT INVALID_EMBEDDING vector'],
      [{ vector, limit: 10_001 }, 'INVALID_ARGUMENT INVALID_ARGUMENT limit'],
      [{ vector, limit: -1 }, 'INVALID_ARGUMENT INVALID_ARGUMENT'],
      [{ recordId: 'gone' }, 'NOT_FOUND RECORD_NOT_FOUND record_id'],
      [{ vector, filter: {} }, 'INVALID_ARGUMENT INVALID_ARGUMENT filter'],
      [{ content: 'a text' }, 'FAILED_PRECONDITION EMBEDDER_MISSING content'],
    ];
    const queries = bad.flatMap(([query]) => [query, { vector, limit: 2 }]);
    const answers = await all(docs.searchStream(queries));
    expect(answers).lengthOf(queries.length);
    for (const { request, error, result } of answers) {
      const expected = bad.find(([query]) => query === request);
      if (expected === undefined) expect(result!.hits).lengthOf(2);
      else expect(summary(toFailure(error!))).equals(expected[1]);
    }
    const stream = new RawStream(served);
    stream.send(
      { collection: 'docs', requestId: 7n },
      { search: { ...byId('r1'), collection: 'x' } },
    );
    expect(await stream.end()).equals('OK');
    const errors = stream.answers.map(({ requestId, outcome }) => {
      const { code, reason, field } = outcome!.value as {
        code: number;
        reason: string;
        field: string;
      };
      return `${requestId} ${code} ${reason} ${field}`;
    });
    expect(errors).deep.equals([
      '7 3 INVALID_ARGUMENT search',
      '0 3 INVALID_ARGUMENT search.collection',
    ]);
  });

  it('end with a status when the stream itself is wrong', async () => {
    const search = byId('r1');
    const first = { collection: 'docs', search };
    const badName = 'INVALID_ARGUMENT INVALID_ARGUMENT collection';
    expect(await new RawStream(served).send({ search }).end()).equals(badName);
    const missing = new RawStream(served).send({ collection: 'none', search });
    expect(await missing.end()).equals('NOT_FOUND COLLECTION_NOT_FOUND collection');
    const another = new RawStream(served).send(first);
    await another.answered(1);
    expect(await another.send({ collection: 'large', search }).end()).equals(badName);
    const broken = new RawStream(served).send(first);
    await broken.answered(1);
    broken.sendBytes(Uint8Array.of(0x1a, 0xff));
    expect(await broken.end()).equals('INVALID_ARGUMENT INVALID_ARGUMENT');
    expect(broken.answers).lengthOf(1);
    const noStream = served.client.collection('none').searchStream([{ recordId: 'r1' }]);
    expect((await failureOf(all(noStream))).code).equals('NOT_FOUND');
  });

  it('wait for nothing more once the last is answered', async () => {
    expect(await all(docs.searchStream([]))).deep.equals([]);
    async function* slowly(): AsyncGenerator<SearchQuery> {
      for (const recordId of ['r1', 'r2', 'r3']) {
        await new Promise((done) => setTimeout(done, 20));
        yield { recordId };
      }
    }
    expect(await all(docs.searchStream(slowly()))).lengthOf(3);
  });

  it('take no more queries than are open, and close the iterable when left', async () => {
    let taken = 0;
    let closed = false;
    function* endless(): Generator<SearchQuery> {
      try {
        while (true) {
          taken += 1;
          yield { recordId: `r${taken % count}`, limit: 1 };
        }
      } finally {
        closed = true;
      }
    }
    let read = 0;
    for await (const { result } of docs.searchStream(endless())) {
      expect(result!.hits).lengthOf(1);
      read += 1;
      expect(taken).at.most(read + 256);
      if (read === 1_000) break;
    }
    const until = taken;
    await new Promise((done) => setTimeout(done, 50));
    expect(closed).equals(true);
    expect(taken - until).at.most(1);
  });

  it('fail with what their iterable throws', async () => {
    function* failing(): Generator<SearchQuery> {
      yield { recordId: 'r1' };
      throw new RangeError('no more');
    }
    const error = await all(docs.searchStream(failing())).catch((reason: unknown) => reason);
    expect(error).instanceOf(RangeError);
  });

  it('stop with their deadline and their signal', async () => {
    const endless = function* (): Generator<SearchQuery> {
      for (let i = 0; ; i++) yield { recordId: `r${i % count}` };
    };
    const late = all(docs.searchStream(endless(), { timeoutMs: 200 }));
    expect((await failureOf(late)).code).equals('DEADLINE_EXCEEDED');
    const controller = new AbortController();
    const answers = docs.searchStream(endless(), { signal: controller.signal });
    await answers.next();
    controller.abort();
    const error = await all(answers).catch((reason: unknown) => reason);
    expect(error).instanceOf(ProtovecError).property('codeName').equals('CANCELLED');
    const idle = new RawStream(served, 200);
    idle.send({ collection: 'docs', search: byId('r1') });
    expect((await idle.over)!.code).equals(status.DEADLINE_EXCEEDED);
    expect((await docs.search({ recordId: 'r1' })).hits).lengthOf(10);
  });

  it('are answered no faster than they are read, and all in the end', async function () {
    this.timeout(60_000);
    const searches = 1_500;
    const { rss } = process.memoryUsage();
    const stream = new RawStream(served);
    stream.pause();
    const vector = { values: vectorOf(3, dimension) };
    const search: Partial['search'] = { query: { $case: 'vector', value: vector }, limit: 100 };
    for (let i = 0; i < searches; i++) {
      stream.send({ collection: 'large', requestId: BigInt(i), search });
    }
    // Answers of 1.6 MB each: 2.4 GB if the server did not wait for its reader.
    for (let i = 0; i < 20; i++) {
      await new Promise((done) => setTimeout(done, 50));
      expect(process.memoryUsage().rss - rss).below(500 * 1024 * 1024);
    }
    stream.cancel();
    expect((await stream.over)!.code).equals(status.CANCELLED);
    const queries = Array.from({ length: 60 }, (_, i) => ({
      i,
      vector: vector.values,
      limit: 100,
    }));
    const large = served.client.collection('large');
    let read = 0;
    for await (const { result } of large.searchStream(queries)) {
      expect(result!.hits).lengthOf(100);
      read += 1;
      if (read % 20 === 0) await new Promise((done) => setTimeout(done, 50));
    }
    expect(read).equals(queries.length);
  });
});
