/**
 * What the bridges from grpc-js to the engine have in common. A bridge never throws into grpc-js
 * and never lets a promise reject unheard: whatever fails becomes the status of its call.
 */

import type { handleUnaryCall, ServerUnaryCall, ServiceError } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import type { EnginePool } from '../engine/pool.js';
import { ProtovecError } from '../errors.js';
import { logInternal } from '../observe.js';
import { toServiceError } from '../wire/status.js';
import type { CallObserver } from './call-observer.js';

/** What every bridge needs. */
export interface Bridge {
  readonly pool: EnginePool;
  readonly logger: Logger;
  /** Told of every call. Unset: nobody is. */
  readonly observer?: CallObserver | undefined;
}

/** A unary method that this thread answers itself. `deadline` is in epoch milliseconds. */
export type LocalUnary = (
  request: Buffer,
  bridge: Bridge,
  deadline: number,
) => Buffer | Promise<Buffer>;

/** The status of a failed call. What is not for the caller goes to the log, under an id. */
export function statusOf(error: unknown, path: string, bridge: Bridge): ServiceError {
  const expected = error instanceof ProtovecError && error.reason !== 'INTERNAL';
  return toServiceError(error, expected ? undefined : logInternal(bridge.logger, error, path));
}

/** The deadline of a call in epoch milliseconds, Infinity when it has none. */
export function deadlineOf(call: Pick<ServerUnaryCall<Buffer, Buffer>, 'getDeadline'>): number {
  return Number(call.getDeadline());
}

/** The handler of a method that this thread answers itself. */
export function localUnary(
  path: string,
  bridge: Bridge,
  answer: LocalUnary,
): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    // Within an async function even what is thrown at once becomes a rejection.
    (async () => answer(call.request, bridge, deadlineOf(call)))().then(
      (bytes) => callback(null, bytes),
      (error: unknown) => callback(statusOf(error, path, bridge)),
    );
  };
}
