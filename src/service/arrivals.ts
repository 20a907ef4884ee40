/**
 * Calls whose first message has not arrived. grpc-js tells their handlers nothing of them, so a
 * caller that sends the head of a call and no more would keep it open for ever.
 */

/** A call that waits for its first message. */
export interface Arrival {
  /** When the message should be there, in milliseconds of `performance.now()`. */
  readonly due: number;
  /** Whether nobody waits for it any more. */
  readonly isOver: boolean;
  /** The message did not come in time. */
  expire(): void;
}

const sweepMs = 1_000;

export class Arrivals {
  readonly #waiting = new Set<Arrival>();
  #timer: NodeJS.Timeout | undefined;

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  add(arrival: Arrival): void {
    this.#waiting.add(arrival);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => this.#sweep(), sweepMs);
    this.#timer.unref();
  }

  /** Its message is there. */
  delete(arrival: Arrival): void {
    this.#waiting.delete(arrival);
  }

  /** Waits for none of them any more. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #sweep(): void {
    const now = performance.now();
    for (const arrival of this.#waiting) {
      if (!arrival.isOver && now < arrival.due) continue;
      this.#waiting.delete(arrival);
      if (!arrival.isOver) arrival.expire();
    }
    if (this.#waiting.size === 0) this.close();
  }
}
