/**
 * Counts the bytes of requests that are held in memory, of each connection and of all: those that
 * arrive, and those that are worked on. What has no room is refused or waits, as its call decides.
 */

/** What is held for one connection. */
export interface Holder {
  bytes: number;
}

/** Tries again to hold what waits; says whether it could. */
type Attempt = () => boolean;

export class RequestBudget {
  readonly #connectionMax: number;
  readonly #max: number;
  #bytes = 0;
  #waiting = new Set<Attempt>();

  /** Both in bytes: what one connection may hold, and what all of them may. */
  constructor(connectionMax: number, max: number) {
    this.#connectionMax = connectionMax;
    this.#max = max;
  }

  /** Bytes that are held for all connections. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Holds so many bytes for a connection, unless there is no room for them; says whether it does. */
  hold(holder: Holder, bytes: number): boolean {
    if (holder.bytes + bytes > this.#connectionMax || this.#bytes + bytes > this.#max) return false;
    holder.bytes += bytes;
    this.#bytes += bytes;
    return true;
  }

  /** Gives so many bytes back, which may let others go on at once. */
  release(holder: Holder, bytes: number): void {
    holder.bytes -= bytes;
    this.#bytes -= bytes;
    // In the order in which they began to wait; a full connection holds up no other one.
    for (const attempt of this.#waiting) if (attempt()) this.#waiting.delete(attempt);
  }

  /** Holds the bytes as soon as there is room and then calls `held`. Returns what ends the waiting. */
  whenHeld(holder: Holder, bytes: number, held: () => void): () => void {
    const attempt = (): boolean => {
      if (!this.hold(holder, bytes)) return false;
      this.#waiting.delete(attempt);
      held();
      return true;
    };
    if (!attempt()) this.#waiting.add(attempt);
    return () => this.#waiting.delete(attempt);
  }
}
