/** Sessions that no client would hold: each a reason for the server to hang up, and to forget. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../support/random.js';
import { join } from '../../support/records.js';
import { repeated } from './bombs.js';
import {
  END_HEADERS,
  END_STREAM,
  frame,
  headerBlock,
  PREFACE,
  frameTypes as type,
  uint32,
} from './frames.js';
import {
  describeVisits,
  expectDescriptorsBack,
  expectServed,
  figuresOf,
  type Ground,
} from './ground.js';

const SESSIONS_AT_ONCE = 50;
/** How long a peer that did wrong waits to be hung up on before it goes by itself. */
const HELD_MS_MAX = 200;
/** How long the server may take to give the descriptors back. */
const DESCRIPTORS_WAIT_MS = 30_000;

const path = '/protovec.v1.ServerService/GetServerInfo';
const settings = frame(type.SETTINGS, 0, 0);
const hello = join(PREFACE, settings);
const call = (stream: number, flags: number): Uint8Array =>
  frame(type.HEADERS, flags | END_HEADERS, stream, headerBlock(path));
const streams = (count: number): number[] => Array.from({ length: count }, (_, i) => 2 * i + 1);
const header = (length: number): Uint8Array => join(Uint8Array.of(0), uint32(length));

/** What each kind of session sends. */
const sessions: Readonly<Record<string, (random: Random) => Uint8Array>> = {
  nothing: () => new Uint8Array(0),
  garbage: (random) => randomBytes(random.between(1, 2_000)),
  'a preface and garbage': (random) => join(PREFACE, randomBytes(random.between(1, 2_000))),
  'half a preface': (random) => PREFACE.subarray(0, random.between(1, PREFACE.length - 1)),
  'a request of HTTP/1': () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  'a greeting of TLS': () => join(Uint8Array.of(22, 3, 1, 0, 200, 1, 0, 0, 196), randomBytes(196)),
  'half a frame': (random) => {
    const whole = join(hello, call(1, 0));
    return whole.subarray(0, random.between(PREFACE.length + 1, whole.length - 1));
  },
  'a frame that is too long': () =>
    join(hello, frame(type.DATA, 0, 1, randomBytes(50), 2 ** 24 - 1)),
  'resets in a row': () =>
    join(
      hello,
      ...streams(200).flatMap((stream) => [
        call(stream, END_STREAM),
        frame(type.RST_STREAM, 0, stream, uint32(8)),
      ]),
    ),
  'huge headers': () => {
    const block = headerBlock(path, 200_000);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < block.length; at += 16_384) {
      const last = at + 16_384 >= block.length ? END_HEADERS : 0;
      const kind = at === 0 ? type.HEADERS : type.CONTINUATION;
      pieces.push(frame(kind, last, 1, block.subarray(at, at + 16_384)));
    }
    return join(hello, ...pieces);
  },
  'headers without end': () =>
    join(
      hello,
      frame(type.HEADERS, 0, 1, headerBlock(path)),
      repeated(frame(type.CONTINUATION, 0, 1), 5_000),
    ),
  'headers that cannot be read': () =>
    join(hello, frame(type.HEADERS, END_HEADERS, 1, randomBytes(100))),
  'a flood of pings': () => join(hello, repeated(frame(type.PING, 0, 0, Buffer.alloc(8)), 5_000)),
  'a flood of settings': () => join(hello, repeated(settings, 5_000)),
  'a window that overflows': () =>
    join(hello, repeated(frame(type.WINDOW_UPDATE, 0, 0, uint32(2 ** 31 - 1)), 3)),
  'data of no stream': () => join(hello, frame(type.DATA, 0, 0, randomBytes(10))),
  'a push to the server': () => join(hello, frame(type.PUSH_PROMISE, END_HEADERS, 1, uint32(2))),
  'a call without its message': () => join(hello, call(1, 0)),
  'half a message': () =>
    join(hello, call(1, 0), frame(type.DATA, 0, 1, join(header(1_000), randomBytes(10)))),
  'a message of 4 GiB': () =>
    join(hello, call(1, 0), frame(type.DATA, 0, 1, join(header(2 ** 32 - 1), randomBytes(10)))),
  'more calls than allowed': () => join(hello, ...streams(300).map((stream) => call(stream, 0))),
  'a goodbye at once': () => join(hello, frame(type.GOAWAY, 0, 0, Buffer.alloc(8)), call(1, 0)),
};
const kinds = Object.keys(sessions);

/** Opens a session, does its mischief, and is gone in one of the ways in which peers go. */
async function misbehave(address: string, bytes: Uint8Array, random: Random): Promise<void> {
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  // Being hung up on is what is expected.
  socket.on('error', () => {}).resume();
  if (bytes.length > 0) socket.write(bytes);
  const [stays, way] = [random.below(HELD_MS_MAX), random.below(3)];
  await Promise.race([closed, delay(stays)]);
  leave(socket, way);
  await Promise.race([closed, delay(HELD_MS_MAX)]);
  socket.destroy();
}

function leave(socket: Socket, way: number): void {
  if (way === 0) socket.destroy();
  else if (way === 1) socket.resetAndDestroy();
  else socket.end();
}

/** Opens `count` malformed sessions; resolves to figures for people. */
export async function abuseWithSessions(ground: Ground, count: number): Promise<string> {
  await ground.probe.take();
  const before = figuresOf(ground);
  let opened = 0;
  const work = async (): Promise<void> => {
    while (opened < count) {
      const kind = kinds[opened % kinds.length];
      opened += 1;
      await misbehave(ground.address, sessions[kind](ground.random), ground.random);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: SESSIONS_AT_ONCE }, work));
  const seconds = (performance.now() - start) / 1000;
  const seen = await expectServed(ground, 'while sessions were malformed');
  // It may keep connections that it made while the server refused some, and is not needed again.
  ground.probe.stop();
  const what = `${count} malformed sessions`;
  const back = await expectDescriptorsBack(ground, before.descriptors, what, DESCRIPTORS_WAIT_MS);
  return (
    `${what} of ${kinds.length} kinds in ${seconds.toFixed(0)} s: ${describeVisits(seen)}; ` +
    `descriptors were back ${back.toFixed(1)} s after the last`
  );
}
