/** Carries a unary call to the engine and its answer back. */

import type { handleUnaryCall } from '@grpc/grpc-js';
import { type Bridge, deadlineOf, statusOf } from './bridge.js';

export function unaryBridge(path: string, bridge: Bridge): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const fail = (error: unknown) => callback(statusOf(error, path, bridge));
    try {
      const running = bridge.pool.start(path, call.request, deadlineOf(call), {
        reply: (answer) => callback(null, answer),
        error: fail,
      });
      call.on('cancelled', () => running.cancel());
    } catch (error) {
      fail(error);
    }
  };
}
