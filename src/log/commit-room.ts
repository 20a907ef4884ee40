/**
 * The room for writes that wait for the one writer, in bytes. A write takes its share when it is
 * submitted and gives it back when it is answered; what does not fit is refused, or waits for room.
 */
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';

const overloadedRetryMs = 100;

export class CommitRoom {
  #taken = 0;
  #waiting: (() => void)[] = [];

  /** Bytes that are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether so many more bytes fit. */
  fits(bytes: number): boolean {
    return this.#taken + bytes <= limits.commitQueueBytesMax;
  }

  take(bytes: number): void {
    this.#taken += bytes;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** OVERLOADED when so many more bytes do not fit. */
  refusal(bytes: number): ProtovecError | undefined {
    if (this.fits(bytes)) return undefined;
    return new ProtovecError(
      'OVERLOADED',
      `${this.#taken} bytes wait to be written and ${bytes} more would pass the limit of ` +
        `${limits.commitQueueBytesMax}: repeat the write later, or send less at a time`,
      { retryAfterMs: overloadedRetryMs },
    );
  }

  /**
   * Resolves when so many bytes fit. Several who wait may be told together: look again before
   * taking any. Rejects with the signal's reason, at the latest when the next write is answered.
   */
  async wait(bytes: number, signal: AbortSignal): Promise<void> {
    while (!this.fits(bytes)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      signal.throwIfAborted();
    }
  }
}
