/**
 * Carries a call with a stream of requests. Messages are read from the network only while the
 * engine keeps up with them; the first decides which worker answers.
 */

import type { handleClientStreamingCall } from '@grpc/grpc-js';
import type { EngineCall } from '../engine/channel-calls.js';
import { costOf } from '../engine/flow.js';
import { type Bridge, deadlineOf, statusOf } from './bridge.js';
import { windowOf } from './paced-call.js';

export function clientStreamBridge(
  path: string,
  bridge: Bridge,
): handleClientStreamingCall<Buffer, Buffer> {
  return (call, callback) => {
    const window = windowOf(call.metadata);
    let running: EngineCall | undefined;
    let over = false;
    const fail = (error: unknown) => {
      over = true;
      callback(statusOf(error, path, bridge));
    };
    const start = (first: Buffer | undefined): void => {
      try {
        running = bridge.pool.startStream(path, first, deadlineOf(call), {
          reply: (answer) => {
            over = true;
            callback(null, answer);
          },
          credit: (bytes) => window.grant(bytes),
          error: fail,
        });
      } catch (error) {
        fail(error);
      }
    };
    call.on('data', (message: Buffer) => {
      if (over) return;
      window.take(costOf(message));
      if (running === undefined) start(message);
      else running.send(message);
    });
    call.on('end', () => {
      if (over) return;
      if (running === undefined) start(undefined);
      running?.end();
    });
    call.on('cancelled', () => {
      over = true;
      running?.cancel();
    });
  };
}
