/** What connections begin with: judged by itself, and at a real server. */
import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { limits } from '../../../src/limits.js';
import { judgeFirstBytes } from '../../../src/service/first-bytes.js';
import { join } from '../../support/records.js';
import {
  END_HEADERS,
  END_STREAM,
  frame,
  headerBlock,
  PREFACE,
  frameTypes as type,
} from '../../torture/abuse/frames.js';
import {
  type FixtureServer,
  paths,
  RawClient,
  request,
  startFixtureServer,
  until,
} from './fixture-server.js';

const hello = join(PREFACE, frame(type.SETTINGS, 0, 0));
const headers = headerBlock(paths.unary);

/** As many calls as a client may send before it has read anything. */
function calls(count: number): Uint8Array {
  const flags = END_HEADERS | END_STREAM;
  const streams = Array.from({ length: count }, (_, i) => 2 * i + 1);
  return join(...streams.map((stream) => frame(type.HEADERS, flags, stream, headers)));
}

const judge = (bytes: Uint8Array) => judgeFirstBytes(Buffer.from(bytes));

describe('the first bytes of a connection', () => {
  it('are incomplete until the head of the first frame is there', () => {
    for (let length = 0; length < hello.length; length += 1) {
      expect(judge(hello.subarray(0, length)), String(length)).equals('incomplete');
    }
    expect(judge(hello)).equals('http2');
  });

  it('are foreign with any bit of the preface flipped, however much of it is there', () => {
    for (let at = 0; at < PREFACE.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const bytes = Buffer.from(hello);
        bytes[at] = bytes[at]! ^ (1 << bit);
        expect(judge(bytes)).equals('foreign');
        expect(judge(bytes.subarray(0, at + 1))).equals('foreign');
      }
    }
  });

  it('are foreign without settings behind the preface', () => {
    expect(judge(join(PREFACE, frame(type.PING, 0, 0, Buffer.alloc(8))))).equals('foreign');
  });

  it('may hold as many calls as a connection may have', () => {
    const most = limits.connectionStreamsMax;
    expect(judge(join(hello, calls(most)))).equals('http2');
    expect(judge(join(hello, calls(most + 1)))).equals('flood');
  });

  it('may hold a call that is sent in many pieces, and no flood of anything else', () => {
    const call = calls(1);
    const data = frame(type.DATA, 0, 1, Buffer.alloc(1));
    const many = (piece: Uint8Array) => join(hello, call, ...Array(1_000).fill(piece));
    expect(judge(many(data))).equals('http2');
    for (const kind of [type.PING, type.SETTINGS, type.RST_STREAM, type.CONTINUATION]) {
      expect(judge(many(frame(kind, 0, 0))), String(kind)).equals('flood');
    }
  });

  it('are judged whatever follows a good beginning, and wherever that is cut', () => {
    const good = join(hello, calls(5));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(good.length), (garbage, cut) => {
        const bytes = join(good.subarray(0, cut), garbage);
        expect(judge(bytes)).oneOf(['incomplete', 'http2', 'foreign']);
        if (cut >= hello.length) expect(judge(bytes)).equals('http2');
      }),
    );
  });
});

describe('a connection', () => {
  let fixture: FixtureServer;
  before(async () => {
    fixture = await startFixtureServer(1);
  });
  after(() => fixture.close());

  function open(bytes: Uint8Array): Socket {
    const [host, port] = fixture.server.address.split(':');
    const socket = connect({ host, port: Number(port), noDelay: true });
    socket.on('error', () => undefined).write(bytes);
    return socket;
  }

  it('that begins byte by byte is served as any other', async () => {
    const proxy = createServer((client) => {
      const server = open(new Uint8Array(0));
      server.pipe(client);
      client.on('data', async (data) => {
        client.pause();
        for (const byte of data) {
          server.write(Buffer.of(byte));
          await delay(1);
        }
        client.resume();
      });
      client.on('close', () => server.destroy());
    });
    const client = new RawClient(await addressOf(proxy));
    const { error, answer } = await client.unary(request('echo', 'x'));
    client.close();
    proxy.close();
    expect(error).equals(null);
    expect(answer!.length).above(0);
  });

  /** Everything that the server says before it closes the connection. */
  async function answerTo(bytes: Uint8Array): Promise<string> {
    const socket = open(bytes);
    const chunks: Buffer[] = [];
    socket.on('data', (data: Buffer) => chunks.push(data));
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('hex');
  }

  /** Settings, and GOAWAY after stream 0: no call was taken. */
  function goodbye(code: number): string {
    const payload = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, code);
    const bytes = join(frame(type.SETTINGS, 0, 0), frame(type.GOAWAY, 0, 0, payload));
    return Buffer.from(bytes).toString('hex');
  }

  it('that begins as something else is told so and closed', async () => {
    const request = Buffer.from('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await answerTo(request)).equals(goodbye(constants.NGHTTP2_PROTOCOL_ERROR));
  });

  it('that begins with too many calls is told to calm down, and that none of them was taken', async () => {
    const answer = await answerTo(join(hello, calls(limits.connectionStreamsMax + 1)));
    expect(answer).equals(goodbye(constants.NGHTTP2_ENHANCE_YOUR_CALM));
  });
});

describe('a server that stops', () => {
  it('waits for no connection that has not begun', async () => {
    const fixture = await startFixtureServer(1);
    const [host, port] = fixture.server.address.split(':');
    const socket = connect({ host, port: Number(port) });
    const closed = once(socket.resume(), 'close');
    await until(() => fixture.server.connections === 1);
    await fixture.close();
    await closed;
    expect(fixture.server.connections).equals(0);
  });
});

async function addressOf(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP');
  return `127.0.0.1:${address.port}`;
}
