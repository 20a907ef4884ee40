/**
 * Reading a stream of requests at the engine's pace. The stream object of grpc-js reads 16 messages
 * ahead whatever their size; this interceptor lets it read the next one only while the window of
 * the call is open. Calls of other kinds are left as they are.
 */

import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { SendWindow } from '../engine/flow.js';
import { limits } from '../limits.js';

/** The metadata object is the one thing that both an interceptor and a handler see of a call. */
const windows = new WeakMap<Metadata, SendWindow>();

/** The window of the call with this metadata, which holds back its reading. */
export function windowOf(metadata: Metadata): SendWindow {
  const window = windows.get(metadata);
  if (window === undefined) throw new Error('the call did not pass the pacing interceptor');
  return window;
}

/** Paces the calls whose requests are streamed. */
export const paceRequests: ServerInterceptor = (method, call) =>
  // grpc-js asks only for the interface, which what it passed in has.
  method.requestStream ? new PacedCall(call) : (call as ServerInterceptingCall);

class PacedCall extends ServerInterceptingCall {
  readonly #window: SendWindow;

  constructor(
    call: ServerInterceptingCallInterface,
    window = new SendWindow(limits.streamWindowBytes),
  ) {
    super(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            windows.set(metadata, window);
            pass(metadata);
          },
        }),
    });
    this.#window = window;
  }

  override startRead(): void {
    this.#window.whenOpen(() => super.startRead());
  }
}
