/**
 * Tells an observer of every call of a handler, and traces it: that it began, and once how it ended,
 * be it answered, failed or cancelled. It wraps handlers and is no interceptor, which would cost each
 * call more.
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
import { endSpan, startSpan } from './call-span.js';
import type { RawMethod } from './raw-service.js';

type AnyCall = Pick<ServerUnaryCall<Buffer, Buffer>, 'getDeadline' | 'metadata' | 'on'>;
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
      call.once('error', (error: unknown) => end(codeOf(error)));
      call.once('finish', () => end(status.OK));
      run(() => handle(call), end);
    };
  }
  const handle = handler as handleUnaryCall<Buffer, Buffer>;
  return (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
    const end = begin(path, call, requestStream ? undefined : call.request, observer);
    const answer: sendUnaryData<Buffer> = (error, value, trailer, flags) => {
      end(error ? codeOf(error) : status.OK);
      callback(error, value, trailer, flags);
    };
    run(() => handle(call, answer), end);
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
  const span = startSpan(path, call.metadata);
  let over = false;
  const end: End = (code) => {
    if (over) return;
    over = true;
    if (span !== undefined) endSpan(span, code);
    observer.ended(path, code, performance.now() - start, request, call.metadata);
  };
  observer.began();
  call.on('cancelled', () => {
    const expired = Number(call.getDeadline()) <= Date.now();
    end(expired ? status.DEADLINE_EXCEEDED : status.CANCELLED);
  });
  return end;
}

/** Runs a handler. grpc-js answers for one that throws, with UNKNOWN, and tells nobody else. */
function run(handler: () => void, end: End): void {
  try {
    handler();
  } catch (error) {
    end(status.UNKNOWN);
    throw error;
  }
}

/** The code that grpc-js sends for an error; those of Node are texts, and none of gRPC. */
function codeOf(error: unknown): status {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : status.UNKNOWN;
}
