import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { ProtovecError, SearchAnswer, SearchQuery } from '../src/index.js';
import { SearchResponse, SearchStreamResponse, VectorRecord } from '../src/raw.js';
import {
  eventually,
  failure,
  rejection,
  startServer,
  type TestServer,
} from './support/test-server.js';

/** An answer with a record of so many bytes. */
function answerOf(requestId: bigint, bytes: number): SearchStreamResponse {
  const record = VectorRecord.create({ id: String(requestId), content: 'x'.repeat(bytes) });
  const results = [{ record, similarityScore: 1, distance: 0 }];
  const value = SearchResponse.fromPartial({ results });
  return SearchStreamResponse.create({ requestId, outcome: { $case: 'response', value } });
}

async function allOf(answers: AsyncIterable<SearchAnswer>): Promise<SearchAnswer[]> {
  const taken: SearchAnswer[] = [];
  for await (const answer of answers) taken.push(answer);
  return taken;
}

const queries = (count: number): SearchQuery[] =>
  Array.from({ length: count }, (_, i) => ({ recordId: `r${i}` }));

describe('a stream of searches', () => {
  let server: TestServer;
  let received: { collection: string; requestId: bigint }[];
  let written: number;

  before(async () => {
    server = await startServer({
      search: {
        searchStream: (call) => {
          const name = call.metadata.get('as')[0];
          call.on('data', (request: { collection: string; requestId: bigint }) => {
            received.push(request);
            const { requestId } = request;
            if (name === 'short') call.end();
            else if (name === 'wrong') call.write(answerOf(requestId + 1_000n, 1));
            else if (name === 'large') call.write(answerOf(requestId, 1 << 20), () => written++);
            else if (name === 'broken') call.emit('error', failure(status.DATA_LOSS, 'damaged'));
            else if (name !== 'silent') call.write(answerOf(requestId, 1));
          });
          call.on('end', () => call.end());
        },
      },
    });
  });
  beforeEach(() => {
    received = [];
    written = 0;
  });
  after(() => server.stop());

  const searches = (as: string, count: number) =>
    server.client.collection('docs').searchStream(queries(count), { metadata: { as } });

  it('names its collection once and pairs answers with their queries', async () => {
    const answers = await allOf(searches('good', 600));
    expect(answers.map(({ request }) => request.recordId)).deep.equals(
      queries(600).map(({ recordId }) => recordId),
    );
    expect(answers.map(({ result }) => result?.hits[0]?.id)).deep.equals(
      received.map(({ requestId }) => String(requestId)),
    );
    expect(new Set(received.map(({ requestId }) => requestId)).size).equals(600);
    expect(received.map(({ collection }) => collection).filter((name) => name !== '')).deep.equals([
      'docs',
    ]);
  });

  it('sends no more queries than may be open', async () => {
    const controller = new AbortController();
    const call = server.client.collection('docs').searchStream(queries(1_000), {
      metadata: { as: 'silent' },
      signal: controller.signal,
    });
    const failed = rejection(call.next());
    await eventually(() => received.length === 256, '256 queries');
    await new Promise((done) => setTimeout(done, 50));
    expect(received).lengthOf(256);
    controller.abort();
    expect(((await failed) as ProtovecError).codeName).equals('CANCELLED');
  });

  it('holds few bytes for a reader that is slow', async () => {
    const call = searches('large', 200);
    await call.next();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((done) => setTimeout(done, 200));
    }
    // What is held, 16 messages that grpc-js reads ahead on each side, and what sockets hold.
    expect(written).below(60);
    let rest = 1;
    for await (const { result } of call) rest += result === undefined ? 0 : 1;
    expect(rest).equals(200);
  });

  it('fails when the server breaks it, ends it early or answers what was not asked', async () => {
    const expected = [
      ['broken', 'DATA_LOSS'],
      ['short', 'INTERNAL'],
      ['wrong', 'INTERNAL'],
    ] as const;
    for (const [as, code] of expected) {
      const error = (await rejection(allOf(searches(as, 10)))) as ProtovecError;
      expect(error.codeName, as).equals(code);
    }
  });

  it('closes an iterable that waits, when the call fails', async () => {
    let isClosed = false;
    const stuck: AsyncIterable<SearchQuery> = {
      [Symbol.asyncIterator]: () => {
        let count = 0;
        return {
          next: () =>
            count++ === 0
              ? Promise.resolve({ done: false, value: { recordId: 'r' } })
              : new Promise(() => undefined),
          return: async () => {
            isClosed = true;
            return { done: true, value: undefined };
          },
        };
      },
    };
    const docs = server.client.collection('docs');
    const call = docs.searchStream(stuck, { metadata: { as: 'broken' } });
    expect(((await rejection(allOf(call))) as ProtovecError).codeName).equals('DATA_LOSS');
    await eventually(() => isClosed, 'the iterable is closed');
  });

  it('refuses what cannot be encoded without a call for it', async () => {
    const docs = server.client.collection('docs');
    const bad = { recordId: 'r', limit: -1 };
    const answers = await allOf(docs.searchStream([bad, { recordId: 'r' }, bad]));
    expect(answers.map(({ error }) => error?.codeName)).members([
      'INVALID_ARGUMENT',
      'INVALID_ARGUMENT',
      undefined,
    ]);
    expect(received).lengthOf(1);
  });
});
