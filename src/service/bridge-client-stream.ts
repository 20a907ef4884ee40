/** Carries a call with a stream of requests to the engine and its answer back. */

import type { handleClientStreamingCall } from '@grpc/grpc-js';
import { type Bridge, deadlineOf, statusOf } from './bridge.js';
import { carryRequests } from './carry-requests.js';

export function clientStreamBridge(
  path: string,
  bridge: Bridge,
): handleClientStreamingCall<Buffer, Buffer> {
  return (call, callback) => {
    const fail = (error: unknown): undefined => {
      carried.finish();
      callback(statusOf(error, path, bridge));
    };
    const carried = carryRequests(call, (first, credit) => {
      try {
        return bridge.pool.startStream(path, first, deadlineOf(call), {
          reply: (answer) => {
            carried.finish();
            callback(null, answer);
          },
          credit,
          error: fail,
        });
      } catch (error) {
        return fail(error);
      }
    });
  };
}
