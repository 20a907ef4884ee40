/**
 * What is known of the calls of a server from outside: how many, with which codes, how long they
 * took. Slow calls go to the log, at most so many lines a second, and at level debug every call does;
 * nothing of a request but the name of its collection and the id that its caller gave it.
 */

import { type Metadata, status } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { routeName } from '../engine/pool-routing.js';
import { limits } from '../limits.js';
import type { CallMetrics } from './metrics.js';

const lineIntervalMs = 1_000;
const requestIdHeader = 'x-request-id';

export class CallObserver {
  readonly #logger: Logger;
  readonly #slowMs: number;
  readonly #metrics: CallMetrics | undefined;
  #intervalStart = 0;
  #lines = 0;
  /** Slow calls that were not logged. */
  #suppressed = 0;

  /** `slowMs`: calls with one request and one answer that take longer are logged; 0: none. */
  constructor(logger: Logger, slowMs: number, metrics: CallMetrics | undefined) {
    this.#logger = logger;
    this.#slowMs = slowMs;
    this.#metrics = metrics;
  }

  /** A call begins. */
  began(): void {
    this.#metrics?.began();
  }

  /**
   * The call is over, after so many milliseconds. `request`: of a call with one and one answer;
   * `headers`: what came before it.
   */
  ended(
    path: string,
    code: status,
    durationMs: number,
    request: Buffer | undefined,
    headers: Metadata,
  ): void {
    this.#metrics?.ended(path, code, durationMs);
    if (this.#logger.isLevelEnabled('debug')) {
      const ms = Math.round(durationMs * 1_000) / 1_000;
      this.#logger.debug(
        { method: path, code: status[code], durationMs: ms, requestId: requestIdOf(headers) },
        'call',
      );
    }
    if (request === undefined || this.#slowMs === 0 || durationMs <= this.#slowMs) return;
    this.#metrics?.slow();
    this.#logSlow(path, code, durationMs, request, headers);
  }

  #logSlow(
    method: string,
    code: status,
    durationMs: number,
    request: Buffer,
    headers: Metadata,
  ): void {
    const now = performance.now();
    if (now - this.#intervalStart >= lineIntervalMs) {
      this.#intervalStart = now;
      this.#lines = 0;
    }
    if (this.#lines >= limits.slowCallLinesMax) {
      this.#suppressed += 1;
      return;
    }
    this.#lines += 1;
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    const line = {
      method,
      code: status[code],
      durationMs: Math.round(durationMs),
      collection: collectionOf(method, request),
      requestId: requestIdOf(headers),
    };
    this.#logger.warn({ ...line, ...(suppressed > 0 && { suppressed }) }, 'slow call');
  }
}

/** Undefined when the request names none, or is none. */
function collectionOf(method: string, request: Buffer): string | undefined {
  try {
    return routeName(method, request) || undefined;
  } catch {
    return undefined;
  }
}

/** The id that the caller gave the call. Undefined: none, or one that has no place in a log. */
function requestIdOf(headers: Metadata): string | undefined {
  const [id] = headers.get(requestIdHeader);
  return typeof id === 'string' && /^[\w.-]{1,128}$/.test(id) ? id : undefined;
}
