/**
 * Tells an observer of every call of a handler: that it began, and once how it ended, be it answered,
 * failed or cancelled. It wraps handlers and is no interceptor, which would cost each call more.
 */

import {
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import type { CallObserver } from './call-observer.js';
import type { RawMethod } from './raw-service.js';

type AnyCall = Pick<ServerUnaryCall<Buffer, Buffer>, 'getDeadline' | 'on'>;
type End = (code: status) => void;

/** The same handler, observed. */
export function observed(
  { path, requestStream, responseStream }: RawMethod,
  handler: UntypedHandleCall,
  observer: CallObserver,
): UntypedHandleCall {
  if (responseStream) {
    const handle = handler as (call: ServerWritableStream<Buffer, Buffer>) => void;
    return (call: ServerWritableStream<Buffer, Buffer>) => {
      const end = begin(path, call, undefined, observer);
      // grpc-js ends the stream of a call that failed as well; whichever comes first counts.
      call.once('error', (error: { code?: status }) => end(error.code ?? status.UNKNOWN));
      call.once('finish', () => end(status.OK));
      handle(call);
    };
  }
  const handle = handler as handleUnaryCall<Buffer, Buffer>;
  return (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    const end = begin(path, call, requestStream ? undefined : call.request, observer);
    handle(call, (error, answer, trailer, flags) => {
      end(error ? (error.code ?? status.UNKNOWN) : status.OK);
      callback(error, answer, trailer, flags);
    });
  };
}

/** The returned function has an effect once. */
function begin(
  path: string,
  call: AnyCall,
  request: Buffer | undefined,
  observer: CallObserver,
): End {
  const start = performance.now();
  let over = false;
  const end: End = (code) => {
    if (over) return;
    over = true;
    observer.ended(path, code, performance.now() - start, request);
  };
  observer.began();
  call.on('cancelled', () => {
    const expired = Number(call.getDeadline()) <= Date.now();
    end(expired ? status.DEADLINE_EXCEEDED : status.CANCELLED);
  });
  return end;
}
