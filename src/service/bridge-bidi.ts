/**
 * Carries a call with streams both ways. Each direction has its own credit: requests are read as the
 * engine takes them, and the engine gets room as grpc-js hands the answers to the network, so a
 * caller that does not read its answers is, in the end, not read either.
 */

import type { handleBidiStreamingCall } from '@grpc/grpc-js';
import { costOf, ReceiveWindow } from '../engine/flow.js';
import { limits } from '../limits.js';
import { type Bridge, deadlineOf, statusOf } from './bridge.js';
import { carryRequests } from './carry-requests.js';

export function bidiBridge(path: string, bridge: Bridge): handleBidiStreamingCall<Buffer, Buffer> {
  return (call) => {
    const grant = (bytes: number): void => carried.running?.credit(bytes);
    const window = new ReceiveWindow(limits.streamWindowBytes, grant);
    // grpc-js sends the status of the error after the answers that were written before it.
    const fail = (error: unknown): undefined => {
      carried.finish();
      call.emit('error', statusOf(error, path, bridge));
    };
    const carried = carryRequests(call, (first, credit) => {
      try {
        return bridge.pool.startStream(path, first, deadlineOf(call), {
          message: (answer) => {
            call.write(answer, () => window.consumed(costOf(answer)));
          },
          end: () => {
            carried.finish();
            call.end();
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
