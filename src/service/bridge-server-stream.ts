/**
 * Carries a call with a stream of answers. The engine gets credit as grpc-js hands the answers to
 * the network, so a caller that does not read stops the operation once the window is full.
 */

import type { handleServerStreamingCall } from '@grpc/grpc-js';
import type { EngineCall } from '../engine/channel-calls.js';
import { costOf, ReceiveWindow } from '../engine/flow.js';
import { limits } from '../limits.js';
import { type Bridge, deadlineOf, statusOf } from './bridge.js';

export function serverStreamBridge(
  path: string,
  bridge: Bridge,
): handleServerStreamingCall<Buffer, Buffer> {
  return (call) => {
    let running: EngineCall | undefined;
    const window = new ReceiveWindow(limits.streamWindowBytes, (bytes) => running?.credit(bytes));
    // grpc-js sends the status of the error after the answers that were written before it.
    const fail = (error: unknown) => {
      call.emit('error', statusOf(error, path, bridge));
    };
    try {
      running = bridge.pool.start(path, call.request, deadlineOf(call), {
        message: (answer) => {
          call.write(answer, () => window.consumed(costOf(answer)));
        },
        end: () => {
          call.end();
        },
        error: fail,
      });
      call.on('cancelled', () => running?.cancel());
    } catch (error) {
      fail(error);
    }
  };
}
