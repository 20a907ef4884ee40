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
import { intakeOf, type StreamIntake } from './stream-intake.js';

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

/** Gives back what the server holds for requests as the engine uses them. */
class RequestWindow extends SendWindow {
  intake: StreamIntake | undefined;

  override grant(bytes: number): void {
    super.grant(bytes);
    this.intake?.release(bytes);
  }
}

class PacedCall extends ServerInterceptingCall {
  readonly #window: RequestWindow;

  constructor(
    call: ServerInterceptingCallInterface,
    window = new RequestWindow(limits.streamWindowBytes),
  ) {
    super(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            windows.set(metadata, window);
            window.intake = intakeOf(metadata);
            pass(metadata);
          },
        }),
    });
    this.#window = window;
  }

  override startRead(): void {
    const read = (): void => super.startRead();
    this.#window.whenOpen(() => {
      const { intake } = this.#window;
      if (intake === undefined) read();
      else intake.whenClear(read);
    });
  }
}
