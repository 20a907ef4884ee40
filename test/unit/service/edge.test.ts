/** What calls are held to before anything of them is worked on, through a real server and worker. */
import { type ClientHttp2Stream, connect, constants } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { decodeErrorDetails } from '../../../clients/typescript/src/error-details.js';
import { CallTable } from '../../../src/engine/channel-calls.js';
import { ProtovecError } from '../../../src/errors.js';
import { limits } from '../../../src/limits.js';
import {
  type FixtureServer,
  type Outcome,
  paths,
  RawClient,
  request,
  startFixtureServer,
  until,
} from './fixture-server.js';

const KiB = 1024;
const edge = {
  connectionRequestBytesMax: 1_000 * KiB,
  requestBytesMax: 1_500 * KiB,
  deadlineDefaultMs: 1_500,
  requestArrivalMs: 400,
  streamOpeningMs: 400,
  connectionOpeningMs: 400,
  keepaliveTimeMs: 500,
  keepaliveTimeoutMs: 500,
};

function detailsOf({ error }: Outcome) {
  const [encoded] = error!.metadata.get('grpc-status-details-bin') as Buffer[];
  return decodeErrorDetails(encoded!);
}

describe('the edge of the server', () => {
  let fixture: FixtureServer;
  let client: RawClient;
  beforeEach(async () => {
    fixture = await startFixtureServer(1, edge);
    client = fixture.client;
  });
  afterEach(() => fixture.close());

  /** The head of a call by hand, without its end. */
  function halfCall(path: string): { stream: ClientHttp2Stream; trailers: Promise<string> } {
    const session = connect(`http://${fixture.server.address}`);
    session.on('error', () => undefined);
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_TE]: 'trailers',
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
    });
    const trailers = new Promise<string>((resolve) => {
      stream.on('response', (headers) => resolve(String(headers['grpc-status'])));
      stream.on('error', () => undefined);
      stream.on('close', () => session.destroy());
    });
    return { stream, trailers };
  }

  it('refuses a large request that its connection has no room for, and says when to try again', async () => {
    const large = request('hang', 'x'.repeat(600 * KiB));
    const first = client.unary(large, paths.unary, Date.now() + 1_000);
    await until(async () => Number((await client.state()).started) >= 1);
    const refused = await client.unary(request('echo', 'x'.repeat(600 * KiB)));
    expect(refused.error!.code).equals(status.RESOURCE_EXHAUSTED);
    expect(detailsOf(refused).reason).equals('OVERLOADED');
    expect(detailsOf(refused).retryAfterMs).equals(limits.overloadRetryMs);
    expect(refused.error!.metadata.get('grpc-retry-pushback-ms')).deep.equals([
      String(limits.overloadRetryMs),
    ]);
    expect(refused.error!.details).includes('wait for answers');
    // A small one passes, and so does a large one when the first has been answered.
    expect((await client.unary(request('echo'))).error).equals(null);
    expect((await first).error!.code).equals(status.DEADLINE_EXCEEDED);
    await until(async () => (await client.unary(large.fill(0, 2, 6))).error === null);
  });

  it('refuses a large request of another connection when all of them hold too much', async () => {
    const large = request('hang', 'x'.repeat(900 * KiB));
    const first = client.unary(large, paths.unary, Date.now() + 1_000);
    await until(async () => Number((await client.state()).started) >= 1);
    const other = new RawClient(fixture.server.address);
    const echo = request('echo', 'x'.repeat(900 * KiB));
    const refused = await other.unary(echo);
    expect(detailsOf(refused).reason).equals('OVERLOADED');
    expect(refused.error!.details).includes('the server has no room');
    await first;
    await until(async () => (await other.unary(echo)).error === null);
    other.close();
  });

  it('counts what was announced and has not arrived, until its caller leaves', async () => {
    const { stream } = halfCall(paths.unary);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(900 * KiB, 1);
    stream.write(prefix);
    const other = halfCall(paths.unary);
    other.stream.write(prefix);
    expect(await other.trailers).equals(String(status.RESOURCE_EXHAUSTED));
    stream.close(constants.NGHTTP2_CANCEL);
    const echo = request('echo', 'x'.repeat(900 * KiB));
    await until(async () => (await client.unary(echo)).error === null);
  });

  it('paces streams that there is no room for, and answers all of them', async () => {
    const streams = Array.from({ length: 8 }, () => client.clientStream());
    for (const { call } of streams) {
      for (let i = 0; i < 4; i++) call.write(request('count', 'x'.repeat(300 * KiB)));
      call.end();
    }
    for (const { outcome } of streams) {
      const { error, answer } = await outcome;
      expect(error).equals(null);
      expect(JSON.parse(answer!.toString()).count).equals(4);
    }
  });

  it('reads no more of streams than it may hold while none of it is used', async () => {
    const streams = Array.from({ length: 4 }, () => client.clientStream());
    for (const { call } of streams) {
      call.write(request('stall'));
      for (let i = 0; i < 6; i++) call.write(request('count', 'x'.repeat(300 * KiB)));
    }
    // Everything that may be read has been, once a large request is refused.
    const echo = request('echo', 'x'.repeat(300 * KiB));
    await until(async () => (await client.unary(echo)).error !== null);
    expect(detailsOf(await client.unary(echo)).reason).equals('OVERLOADED');
    for (const { call } of streams) call.cancel();
    await until(async () => (await client.unary(echo)).error === null);
  });

  it('gives a call without a deadline the default one, and stops its work', async () => {
    const outcome = await client.unary(request('hang'));
    expect(outcome.error!.code).equals(status.DEADLINE_EXCEEDED);
    expect(detailsOf(outcome).reason).equals('DEADLINE_EXCEEDED');
    expect(outcome.error!.details).includes('set a deadline');
    await until(async () => (await client.state()).aborted === 1);
    expect((await client.state()).abortReason).equals('DEADLINE_EXCEEDED');
  });

  it('leaves deadlines of callers, and calls that may take long, as they are', async () => {
    const long = client.unary(request('hang'), paths.unary, Date.now() + 2_200);
    const { error } = await long;
    expect(error!.details).not.includes('set a deadline');
  });

  it('ends calls of every kind whose request does not arrive', async () => {
    for (const path of Object.values(paths)) {
      const { trailers } = halfCall(path);
      expect(await trailers, path).equals(String(status.DEADLINE_EXCEEDED));
    }
    const { stream, trailers } = halfCall(paths.unary);
    stream.write(Buffer.from([0, 0, 0]));
    expect(await trailers).equals(String(status.DEADLINE_EXCEEDED));
  });

  it('lets a stream go on without a request once the first has arrived', async () => {
    const { call, answers, over } = client.duplex();
    call.write(request('echo'));
    await until(() => answers.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    call.write(request('echo'));
    await until(() => answers.length === 2);
    call.end();
    expect(await over).equals(undefined);
  });

  it('closes connections that never speak HTTP/2, and keeps those that do', async () => {
    // A silent connection is also asked for a sign of life, but not so soon.
    const other = await startFixtureServer(1, { connectionOpeningMs: 400 });
    const [host, port] = other.server.address.split(':');
    const open = (first?: string): Promise<void> => {
      const socket: Socket = connectTcp(Number(port), host);
      socket.on('error', () => undefined).resume();
      if (first !== undefined) socket.write(first);
      return new Promise((resolve) => socket.on('close', () => resolve()));
    };
    try {
      expect((await other.client.unary(request('echo'))).error).equals(null);
      await Promise.all([open(), open('PRI * HTTP/2.0\r\n')]);
      expect((await other.client.unary(request('echo'))).error).equals(null);
      expect(other.server.connections).equals(1);
    } finally {
      await other.close();
    }
  });

  it('gives descriptors of malformed sessions back, though their peers stay', async () => {
    const [host, port] = fixture.server.address.split(':');
    expect((await client.unary(request('echo'))).error).equals(null);
    const before = fixture.server.connections;
    const sockets: Socket[] = [];
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const bad = [
      Buffer.from('GET / HTTP/1.1\r\nhost: x\r\naccept: everything\r\n\r\n'),
      // A DATA frame on stream 0, and a frame that is longer than allowed.
      Buffer.concat([Buffer.from(preface), settings, Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 1])]),
      Buffer.concat([
        Buffer.from(preface),
        settings,
        Buffer.from([255, 255, 255, 0, 0, 0, 0, 0, 1]),
      ]),
    ];
    for (let i = 0; i < 60; i++) {
      const socket = connectTcp({ port: Number(port), host, allowHalfOpen: true });
      socket.on('error', () => undefined).resume();
      socket.write(bad[i % bad.length]!);
      sockets.push(socket);
    }
    await until(() => fixture.server.connections > before);
    await until(() => fixture.server.connections === before);
    for (const socket of sockets) socket.destroy();
  });
});

describe('the load of a worker', () => {
  it('is bounded by calls and by bytes of their requests', () => {
    const port = { on: () => undefined, postMessage: () => undefined, close: () => undefined };
    const calls = new CallTable(port as never, ['/a'], { calls: 2, bytes: 100 });
    const listener = { error: () => undefined };
    calls.refuseWhenFull(100);
    const first = calls.start('/a', new Uint8Array(60), 0, listener);
    calls.refuseWhenFull(40);
    const refusal = (bytes: number): ProtovecError => {
      try {
        calls.refuseWhenFull(bytes);
      } catch (error) {
        if (error instanceof ProtovecError) return error;
      }
      throw new Error('the call was let through');
    };
    expect(refusal(41)).includes({ reason: 'OVERLOADED', retryAfterMs: limits.overloadRetryMs });
    calls.start('/a', new Uint8Array(0), 0, listener);
    expect(refusal(0).message).includes('2 calls');
    first.cancel();
    calls.refuseWhenFull(100);
    first.cancel();
    calls.refuseWhenFull(100);
    expect(refusal(101).reason).equals('OVERLOADED');
  });
});
