/**
 * How long a load is tried: streams that break are opened again after a while that grows, until
 * nothing was gained for too long.
 */
import { type ServiceError, status } from '@grpc/grpc-js';
import { backoffMs, pause } from '../backoff.js';
import { ProtovecError } from '../errors.js';

const FIRST_DELAY_MS = 50;

export class Patience {
  readonly #limitMs: number;
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();
  #failures = 0;
  /** What the last stream failed with, if nothing was gained since. */
  #last: ProtovecError | undefined;

  constructor(limitMs: number, signal: AbortSignal | undefined) {
    this.#limitMs = limitMs;
    this.#signal = signal;
  }

  /** Milliseconds until it ends. */
  get leftMs(): number {
    return this.#since + this.#limitMs - performance.now();
  }

  /** Nothing is amiss: it begins anew. */
  renew(): void {
    this.#since = performance.now();
  }

  /** Something was gained: the next failure is the first. */
  gained(): void {
    this.#failures = 0;
    this.#last = undefined;
    this.renew();
  }

  /** Waits until it is worth trying again; throws why it is not. */
  async after(error: ProtovecError): Promise<void> {
    if (this.#signal?.aborted || !mayPass(error)) throw error;
    this.#last = error;
    const { leftMs } = this;
    if (leftMs <= 0) throw this.exhausted();
    this.#failures += 1;
    const delayMs = backoffMs(this.#failures, error.retryAfterMs, FIRST_DELAY_MS);
    await pause(Math.min(delayMs, leftMs), this.#signal);
  }

  /** What a load fails with when patience has ended. */
  exhausted(): ProtovecError {
    const last = this.#last;
    const message = `no batch was kept for ${this.#limitMs} ms, so the load was given up`;
    if (last === undefined) return new ProtovecError(status.DEADLINE_EXCEEDED, message);
    return new ProtovecError(last.code, `${last.message}; ${message}`, {
      reason: last.reason,
      metadata: { ...last.metadata },
      cause: last,
    });
  }
}

/** The server asks to come back, restarts or is not reached, or the connection broke. */
function mayPass(error: ProtovecError): boolean {
  const { code, reason, retryAfterMs } = error;
  if (retryAfterMs !== undefined) return true;
  if (code === status.UNAVAILABLE) return reason !== 'TLS_FAILED';
  return brokenCodes.has(code) && !isServersWord(error.cause);
}

/** What grpc-js, or a proxy, makes of a stream that was cut; a server gives its reasons, too. */
const brokenCodes: ReadonlySet<number> = new Set([
  status.CANCELLED,
  status.INTERNAL,
  status.UNKNOWN,
]);

function isServersWord(cause: unknown): boolean {
  const { metadata } = (cause ?? {}) as Partial<ServiceError>;
  return metadata === undefined || metadata.get('grpc-status-details-bin').length > 0;
}
