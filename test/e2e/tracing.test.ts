/** A call is one span of its caller and one of the server, in one trace. */
import { type Context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { connect } from '../../clients/typescript/src/index.js';
import { all, failureOf, type Served, serve, vectorOf } from '../support/client.js';
import { KeptSpans, lineOf } from '../support/kept-spans.js';

describe('traces', () => {
  let served: Served;
  let spans: KeptSpans;

  before(async () => {
    served = await serve();
    // Nobody traces yet, so of this there is no span.
    await served.client.createCollection('docs', { dimension: 4 });
  });

  beforeEach(() => {
    spans = new KeptSpans();
  });

  afterEach(() => {
    spans.close();
    expect(spans.complaints).deep.equals([]);
  });

  after(() => served.close());

  const record = { id: 'a', embedding: vectorOf(1) };
  const search = { vector: vectorOf(1) };
  const docs = () => served.client.collection('docs');
  const none = () => served.client.collection('none');

  /** The span of the caller and that of the server, of the only call that there was. */
  async function pair(): Promise<{ client: ReadableSpan; server: ReadableSpan }> {
    const ended = await spans.until(2);
    expect(ended.map(lineOf)).length(2);
    const [client] = ended.filter(({ kind }) => kind === SpanKind.CLIENT);
    const [server] = ended.filter(({ kind }) => kind === SpanKind.SERVER);
    expect(client!.name).equals(server!.name);
    expect(server!.spanContext().traceId).equals(client!.spanContext().traceId);
    expect(server!.parentSpanContext?.spanId).equals(client!.spanContext().spanId);
    expect(server!.parentSpanContext?.isRemote).equals(true);
    return { client: client!, server: server! };
  }

  /** A call of each kind that succeeds, and one that fails. */
  const calls: [kind: string, method: string, ok: () => unknown, bad: () => Promise<unknown>][] = [
    [
      'a call with one request and one answer',
      'SearchService/Search',
      () => docs().search(search),
      () => none().search(search),
    ],
    [
      'a stream of requests',
      'RecordService/BatchInsert',
      () => docs().insertMany([{ embedding: vectorOf(2) }]),
      () => none().insertMany([record]),
    ],
    [
      'a stream of answers',
      'RecordService/ExportRecords',
      () => all(docs().export()),
      () => all(none().export()),
    ],
    [
      'streams both ways',
      'SearchService/SearchStream',
      () => all(docs().searchStream([search, search])),
      () => all(none().searchStream([search])),
    ],
  ];

  for (const [kind, method, ok, bad] of calls) {
    it(`join both sides of ${kind}`, async () => {
      await ok();
      const { client, server } = await pair();
      const name = `protovec.v1.${method}`;
      expect([client, server].map(lineOf)).deep.equals([`CLIENT ${name} 0`, `SERVER ${name} 0`]);
      const [service, rpc] = name.split('/');
      const attributes = {
        'rpc.system': 'grpc',
        'rpc.service': service,
        'rpc.method': rpc,
        'rpc.grpc.status_code': 0,
      };
      expect(client.attributes).deep.equals(attributes);
      expect(server.attributes).deep.equals(attributes);
      expect(client.parentSpanContext).equals(undefined);
    });

    it(`tell how ${kind} failed, which is no fault of the server`, async () => {
      await failureOf(bad());
      const { client, server } = await pair();
      const name = `protovec.v1.${method}`;
      const lines = [`CLIENT ${name} 5 ERROR`, `SERVER ${name} 5`];
      expect([client, server].map(lineOf)).deep.equals(lines);
      expect(client.status.message).equals('NOT_FOUND');
    });
  }

  it('begin with the span that is active where the call begins', async () => {
    await trace.getTracer('application').startActiveSpan('work', async (work) => {
      await docs().upsert(record);
      await all(docs().export());
      await all(docs().searchStream([search]));
      work.end();
    });
    const ended = await spans.until(7);
    const work = ended.find(({ name }) => name === 'work')!.spanContext();
    expect(new Set(ended.map((span) => span.spanContext().traceId))).deep.equals(
      new Set([work.traceId]),
    );
    const callers = ended.filter(({ kind }) => kind === SpanKind.CLIENT);
    const parents = callers.map(({ parentSpanContext }) => parentSpanContext?.spanId);
    expect(parents).deep.equals([work.spanId, work.spanId, work.spanId]);
  });

  it('end once with CANCELLED when the caller gives the call up', async () => {
    const left = new AbortController();
    const searches = docs().searchStream(
      (async function* () {
        yield search;
        await new Promise((resolve) => left.signal.addEventListener('abort', resolve));
      })(),
      { signal: left.signal },
    );
    await failureOf(
      (async () => {
        for await (const _ of searches) left.abort();
      })(),
    );
    const { client, server } = await pair();
    const name = 'protovec.v1.SearchService/SearchStream';
    expect([client, server].map(lineOf)).deep.equals([
      `CLIENT ${name} 1 ERROR`,
      `SERVER ${name} 1`,
    ]);
  });

  it('end with DEADLINE_EXCEEDED when the time is over', async () => {
    const late = (async function* () {
      yield record;
      await new Promise((resolve) => setTimeout(resolve, 400));
    })();
    await failureOf(docs().insertMany(late, { timeoutMs: 100 }));
    const { client, server } = await pair();
    const name = 'protovec.v1.RecordService/BatchInsert';
    expect(lineOf(client)).equals(`CLIENT ${name} 4 ERROR`);
    // The caller's clock may be the first to tell, and the server hear of that.
    expect([`SERVER ${name} 4 ERROR`, `SERVER ${name} 1`]).includes(lineOf(server));
  });

  it('have one span for a call that gRPC repeats, and for one that no server gets', async () => {
    const client = connect('127.0.0.1:1');
    try {
      await failureOf(client.getCollection('docs'));
      client.raw.records.close();
      const error = await client.getCollection('docs').then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).instanceOf(Error);
    } finally {
      client.close();
    }
    const ended = await spans.until(2);
    const name = 'protovec.v1.CollectionService/GetCollection';
    expect(ended.map(lineOf)).deep.equals([`CLIENT ${name} 14 ERROR`, `CLIENT ${name} 2 ERROR`]);
  });

  it('do without the headers of a propagator that gRPC cannot carry', async () => {
    spans.close();
    const propagator = {
      inject: (
        _: Context,
        carrier: unknown,
        setter: { set(c: unknown, k: string, v: string): void },
      ) => setter.set(carrier, 'x-user', 'né'),
      extract: () => ROOT_CONTEXT,
      fields: () => [],
    };
    spans = new KeptSpans(propagator);
    await docs().upsert(record);
    await spans.until(2);
    expect(spans.complaints.splice(0).join()).match(/^gRPC cannot send the header "x-user"/);
  });
});
