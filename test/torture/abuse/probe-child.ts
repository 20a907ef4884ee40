/**
 * A process that watches a server from outside while another one attacks it: steady pings on one
 * connection, whose slowest answer shows how long the server's event loop stood still, and new
 * clients, one after the other, as a person who comes meanwhile would be.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Client, credentials } from '@grpc/grpc-js';

/** What was seen since the last time it was asked for. */
export interface Seen {
  /** The slowest answer on the steady connection. */
  readonly worstPingMs: number;
  /** How long visits took: connect, call, answer. */
  readonly visitsMs: readonly number[];
  /** How calls failed that should have been answered; a few of them. */
  readonly failures: readonly string[];
}

const PING_EVERY_MS = 5;
const VISIT_EVERY_MS = 50;
const DEADLINE_MS = 10_000;
const FAILURES_MAX = 5;

const info = '/protovec.v1.ServerService/GetServerInfo';
const check = '/grpc.health.v1.Health/Check';
const same = (bytes: Buffer): Buffer => bytes;
const empty = Buffer.alloc(0);
const address = process.argv[2];

let worstPingMs = 0;
let visits: number[] = [];
let failures: string[] = [];

function newClient(): Client {
  return new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
}

/** Resolves to the milliseconds until the answer; undefined when there was none. */
function timed(client: Client, path: string): Promise<number | undefined> {
  const start = performance.now();
  const options = { deadline: Date.now() + DEADLINE_MS };
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, empty, options, (error) => {
      if (error !== null && failures.length < FAILURES_MAX)
        failures.push(`${path}: ${error.message}`);
      resolve(error === null ? performance.now() - start : undefined);
    });
  });
}

async function ping(): Promise<never> {
  const client = newClient();
  for (let i = 0; ; i += 1) {
    // Not awaited: a slow answer must not keep the next ping from being sent.
    timed(client, i % 2 === 0 ? info : check).then((ms) => {
      worstPingMs = Math.max(worstPingMs, ms ?? 0);
    });
    await delay(PING_EVERY_MS);
  }
}

async function visit(): Promise<never> {
  for (;;) {
    const client = newClient();
    const ms = await timed(client, info);
    if (ms !== undefined) visits.push(ms);
    client.close();
    await delay(VISIT_EVERY_MS);
  }
}

function take(): Seen {
  const seen: Seen = { worstPingMs, visitsMs: visits, failures };
  worstPingMs = 0;
  visits = [];
  failures = [];
  return seen;
}

process.on('message', () => process.send!(take()));
process.on('disconnect', () => process.exit());
void ping();
void visit();
