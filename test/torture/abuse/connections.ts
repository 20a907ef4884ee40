/** Peers that are silent or slow: connections that say nothing, uploads that crawl, halves of calls. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
} from 'node:http2';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { limits } from '../../../src/limits.js';
import {
  describeVisits,
  eventually,
  expectDescriptorsBack,
  expectServed,
  figuresOf,
  type Ground,
  MiB,
} from './ground.js';

const CONNECTS_AT_ONCE = 100;
/** How long silent connections are waited for to be closed. */
const SILENT_WAIT_MS = 120_000;
const DESCRIPTORS_WAIT_MS = 60_000;

/** Opens `count` connections that never say a word; the server must close them all. */
export async function abuseWithSilence(ground: Ground, count: number): Promise<string> {
  const [host, port] = ground.address.split(':');
  const sockets: Socket[] = [];
  let open = 0;
  const openOne = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ host, port: Number(port) }, () => {
        open += 1;
        socket.on('close', () => {
          open -= 1;
        });
        resolve();
      });
      socket.on('error', () => resolve()).resume();
      sockets.push(socket);
    });
  try {
    for (let made = 0; made < count; made += CONNECTS_AT_ONCE) {
      const some = Math.min(CONNECTS_AT_ONCE, count - made);
      await Promise.all(Array.from({ length: some }, openOne));
    }
    const start = performance.now();
    if (!(await eventually(() => open === 0, SILENT_WAIT_MS))) {
      ground.broken(
        `${open} of ${count} silent connections are open after ${SILENT_WAIT_MS / 1000} s`,
      );
    }
    const seconds = (performance.now() - start) / 1000;
    return `${count} silent connections: the last was closed after ${seconds.toFixed(1)} s`;
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

const insert = '/protovec.v1.RecordService/BatchInsert';
const upsert = '/protovec.v1.RecordService/UpsertRecord';
const upload = '/protovec.v1.SnapshotService/UploadSnapshot';

/** Starts a call by hand, which says that its message has `length` bytes. */
function startCall(session: ClientHttp2Session, path: string, length: number): ClientHttp2Stream {
  const headers = { 'content-type': 'application/grpc', te: 'trailers' };
  const call = session.request({ ':method': 'POST', ':path': path, ...headers });
  call.on('error', () => {}).resume();
  const head = Buffer.alloc(5);
  head.writeUInt32BE(length, 1);
  call.write(head);
  return call;
}

function openSession(address: string): ClientHttp2Session {
  const session = connectHttp2(`http://${address}`);
  session.on('error', () => {});
  return session;
}

const CRAWL_SESSIONS = 20;
const CRAWL_CALLS = 20;
const CRAWL_MS = 3_000;
const CRAWL_EVERY_MS = 50;
/** What is held back of a message that will never be whole. */
const MISSING_BYTES = 1;
/** What the server may keep of requests, and what it takes to handle them. */
const GROWTH_BYTES_MAX = limits.requestBytesMax + 256 * MiB;

/**
 * Uploads by single bytes and messages that lack their last one, from many sessions at once. The
 * latter have `sizeMiB` in all: beyond what the server has room for, it must refuse or hold back.
 */
export async function abuseWithSlowCalls(ground: Ground, sizeMiB: number): Promise<string> {
  await ground.probe.take();
  const before = figuresOf(ground);
  const sessions = Array.from({ length: CRAWL_SESSIONS }, () => openSession(ground.address));
  const calls = CRAWL_SESSIONS * CRAWL_CALLS;
  const messageBytes = Math.floor((sizeMiB * MiB) / (calls / 2));
  const half = Buffer.alloc(messageBytes - MISSING_BYTES);
  const crawling: ClientHttp2Stream[] = [];
  let peak = 0;
  try {
    for (const session of sessions) {
      for (let i = 0; i < CRAWL_CALLS; i += 1) {
        const path = [insert, upload, upsert][i % 3];
        const call = startCall(session, path, messageBytes);
        if (i % 2 === 0) call.write(half);
        else crawling.push(call);
      }
    }
    const end = performance.now() + CRAWL_MS;
    while (performance.now() < end) {
      for (const call of crawling) if (call.writable) call.write(Buffer.of(0));
      peak = Math.max(peak, figuresOf(ground).residentBytes);
      await delay(CRAWL_EVERY_MS);
    }
  } finally {
    for (const session of sessions) session.destroy();
  }
  const seen = await expectServed(ground, 'while calls crawled');
  const grown = peak - before.residentBytes;
  if (grown > GROWTH_BYTES_MAX) {
    ground.broken(`calls that crawl made the server grow by ${(grown / MiB).toFixed(0)} MiB`);
  }
  await expectDescriptorsBack(
    ground,
    before.descriptors,
    `${calls} slow calls`,
    DESCRIPTORS_WAIT_MS,
  );
  return (
    `${calls} slow and half-sent calls with ${sizeMiB} MiB in ${CRAWL_SESSIONS} sessions: ` +
    `${describeVisits(seen)}; ` +
    `the server grew by ${(grown / MiB).toFixed(0)} MiB at most`
  );
}
