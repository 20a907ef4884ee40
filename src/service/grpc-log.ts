/**
 * The log of grpc-js, led into the server's own. grpc-js prints headers, those that it rejects with
 * their values and in its traces all of them, so whatever may be a key is taken out first.
 */

import { format } from 'node:util';
import { setLogger } from '@grpc/grpc-js';
import type { Logger } from 'pino';

const removed = '[removed]';

/** The text without the keys and the values of headers that may be in it. */
export function withoutKeys(text: string): string {
  return text
    .replace(/^(Failed to add metadata entry [^:]*): [\s\S]*$/, `$1: ${removed}`)
    .replace(/("?authorization"?\s*[:=]\s*)(\[[^\]]*\]|[^\n]*)/gi, `$1${removed}`)
    .replace(/(bearer\s+)[^\s"',\]}]+/gi, `$1${removed}`)
    .replace(/pv_[0-9a-f]{16}_[^\s"',\]}]*/g, removed);
}

/** Sends what grpc-js logs, in this process, to `logger`: at debug, for any peer can cause it. */
export function logGrpcTo(logger: Logger): void {
  const log = (...args: unknown[]): void => {
    logger.debug({ grpc: withoutKeys(format(...args)) }, 'a message of grpc-js');
  };
  setLogger({ error: log, info: log, debug: log });
}
