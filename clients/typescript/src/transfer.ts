/**
 * Goes on with transfers that broke off. A transfer is tried again as long as it gets ahead: after
 * so many failures in a row without another byte the last one is reported.
 */
import { backoffMs, pause } from './backoff.js';
import { ProtovecError } from './errors.js';

const failuresMax = 8;

export class Resumption {
  readonly #signal: AbortSignal | undefined;
  #failures = 0;
  #furthest = -1;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /**
   * Waits until it is worth trying again. Throws `error` when it is not: it does not say that the
   * connection broke, or nothing was gained lately. `reached`: bytes that are over.
   */
  async after(error: unknown, reached: number): Promise<void> {
    if (!(error instanceof ProtovecError) || !mayPass(error)) throw error;
    if (reached > this.#furthest) this.#failures = 0;
    this.#furthest = Math.max(this.#furthest, reached);
    this.#failures += 1;
    if (this.#failures >= failuresMax) throw error;
    await pause(backoffMs(this.#failures, error.retryAfterMs), this.#signal);
  }
}

/** The connection broke, the server restarts, or it has not noticed that the last try ended. */
function mayPass({ codeName, reason, retryAfterMs }: ProtovecError): boolean {
  if (reason === 'TLS_FAILED') return false;
  return codeName === 'UNAVAILABLE' || (reason === 'OVERLOADED' && retryAfterMs !== undefined);
}
