/**
 * Passes a stream of requests on to the engine. Messages are read from the network only while the
 * engine keeps up with them; the first decides which worker answers.
 */

import type { ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import type { EngineCall } from '../engine/channel-calls.js';
import { costOf } from '../engine/flow.js';
import { windowOf } from './paced-call.js';

/** A call whose requests are streamed. */
export type RequestStream =
  | ServerReadableStream<Buffer, Buffer>
  | ServerDuplexStream<Buffer, Buffer>;

/** The call as the engine has it, once there is one. */
export interface Carried {
  /** Undefined before the first request, and when the call could not be started. */
  readonly running: EngineCall | undefined;
  /** The call was answered: what still arrives is dropped. */
  finish(): void;
}

/**
 * `start` starts the call of the engine, to which `first` goes as well, and hands the engine's credit
 * to `credit`; it returns undefined when that failed and the caller was told.
 */
export function carryRequests(
  call: RequestStream,
  start: (first: Buffer | undefined, credit: (bytes: number) => void) => EngineCall | undefined,
): Carried {
  const window = windowOf(call.metadata);
  let running: EngineCall | undefined;
  let over = false;
  const begin = (first: Buffer | undefined): void => {
    running = start(first, (bytes) => window.grant(bytes));
  };
  call.on('data', (message: Buffer) => {
    if (over) return;
    window.take(costOf(message));
    if (running === undefined) begin(message);
    else running.send(message);
  });
  call.on('end', () => {
    if (over) return;
    if (running === undefined) begin(undefined);
    running?.end();
  });
  call.on('cancelled', () => {
    over = true;
    running?.cancel();
  });
  return {
    get running() {
      return running;
    },
    finish() {
      over = true;
    },
  };
}
