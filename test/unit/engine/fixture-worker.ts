/**
 * An engine worker for tests of the road to the engine: the collection's name in a request says
 * what the operation does with it. One instance per worker thread.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { encodeWorkerHealth, healthPath } from '../../../src/engine/health.js';
import type {
  CallContext,
  Engine,
  EngineOptions,
  Exchange,
} from '../../../src/engine/operation.js';
import { hostEngine } from '../../../src/engine/worker-host.js';
import { ProtovecError } from '../../../src/errors.js';
import { peekString } from '../../../src/record/peek.js';

const state = { aborted: 0, abortReason: '', started: 0, sent: 0, cleanedUp: 0, broken: '' };
/** What the worker says about its health. */
const latched: string[] = [];

function untilAborted(call: CallContext): Promise<Uint8Array> {
  return new Promise((_resolve, reject) => {
    call.signal.addEventListener('abort', () => {
      state.aborted++;
      state.abortReason = (call.signal.reason as ProtovecError).reason;
      reject(call.signal.reason);
    });
  });
}

function fail(): never {
  throw new ProtovecError('INVALID_EMBEDDING', 'got 3 values, want 4', {
    field: 'record.embedding',
    retryAfterMs: 1_500,
    metadata: { got: '3' },
  });
}

function block(ms: number): void {
  const until = Date.now() + ms;
  while (Date.now() < until);
}

function unary(request: Uint8Array, call: CallContext, options: EngineOptions) {
  state.started++;
  const name = peekString(request, 1);
  switch (name) {
    case 'later':
      return delay(5, request);
    case 'slow':
      return delay(300, request);
    case 'fail':
      return fail();
    case 'failLater':
      return delay(1).then(fail);
    case 'bug':
      throw new TypeError('secret detail');
    case 'hang':
      return untilAborted(call);
    case 'block':
      block(150);
      return request;
    case 'crash':
      setImmediate(() => {
        throw new Error('crashed on purpose');
      });
      return new Promise<Uint8Array>(() => undefined);
    case 'exit':
      return process.exit(3);
    case 'latch':
      latched.push('docs');
      return request;
    case 'large':
      return new Uint8Array(200_000).fill(7);
    case 'state':
      return Buffer.from(JSON.stringify(state));
    case 'worker':
      return Buffer.from([options.worker, options.workers]);
    default:
      return request;
  }
}

async function* serverStream(request: Uint8Array, call: CallContext) {
  const name = peekString(request, 1);
  try {
    if (name === 'three') for (let i = 0; i < 3; i++) yield Buffer.from([i]);
    if (name === 'hundred') for (let i = 0; i < 100; i++) yield new Uint8Array(256 * 1024).fill(i);
    if (name === 'failing') {
      yield Buffer.from([1]);
      fail();
    }
    while (name === 'flood') {
      call.signal.throwIfAborted();
      state.sent += 1024 * 1024;
      yield new Uint8Array(1024 * 1024);
    }
  } finally {
    state.cleanedUp++;
  }
}

async function clientStream(requests: AsyncIterable<Uint8Array>, call: CallContext) {
  let count = 0;
  let bytes = 0;
  try {
    for await (const request of requests) {
      const name = peekString(request, 1);
      if (name === 'stall') await untilAborted(call);
      if (name === 'fail') fail();
      count++;
      bytes += request.byteLength;
      if (name === 'first') break;
    }
  } catch (error) {
    state.broken = (error as ProtovecError).reason;
    throw error;
  }
  return Buffer.from(JSON.stringify({ count, bytes }));
}

/** Echoes requests, in turns: what had arrived together is answered in the opposite order. */
async function duplex(exchange: Exchange, call: CallContext) {
  try {
    while (!exchange.isEnded) {
      const requests: Uint8Array[] = [];
      for (let request = exchange.take(); request !== undefined; request = exchange.take()) {
        const name = peekString(request, 1);
        if (name === 'stall') await untilAborted(call);
        if (name === 'fail') fail();
        if (name === 'bug') throw new TypeError('secret detail');
        if (name === 'early') return;
        requests.push(request);
        while (name === 'flood') {
          while (exchange.room <= 0) await exchange.change();
          // The last credit and the end may arrive together; what is dropped takes no room.
          call.signal.throwIfAborted();
          state.sent += 1024 * 1024;
          exchange.send(new Uint8Array(1024 * 1024));
        }
      }
      for (const request of requests.reverse()) exchange.send(request);
      if (!exchange.isEnded) await exchange.change();
    }
  } catch (error) {
    state.broken = (error as ProtovecError).reason;
    throw error;
  } finally {
    state.cleanedUp++;
  }
}

await hostEngine(async (options): Promise<Engine> => {
  if (options.dataDirectory === 'bad') {
    throw new ProtovecError('STORAGE_CORRUPTED', 'the manifest is damaged');
  }
  return {
    operations: {
      '/protovec.v1.RecordService/GetRecord': {
        kind: 'unary',
        handle: (request, call) => unary(request, call, options),
      },
      '/protovec.v1.SnapshotService/RestoreSnapshot': {
        kind: 'unary',
        handle: (request, call) => unary(request, call, options),
      },
      '/protovec.v1.CollectionService/ListCollections': {
        kind: 'unary',
        // The encoding of one collection, whose name is the worker's number from the end.
        handle: () => {
          const name = `c${options.workers - options.worker}`;
          return Buffer.concat([Buffer.from([0x0a, 4, 0x0a, 2]), Buffer.from(name)]);
        },
      },
      [healthPath]: { kind: 'unary', handle: () => encodeWorkerHealth({ latched }) },
      '/protovec.v1.RecordService/ExportRecords': { kind: 'serverStream', handle: serverStream },
      '/protovec.v1.RecordService/BatchInsert': { kind: 'clientStream', handle: clientStream },
      '/protovec.v1.SearchService/SearchStream': { kind: 'duplex', handle: duplex },
    },
    close: async () => {
      if (options.dataDirectory === 'unsavable') throw new ProtovecError('STORAGE_FULL', 'no room');
    },
  };
});
