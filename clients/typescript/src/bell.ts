/** Wakes those who wait for something to have changed; they look for themselves at what did. */
export class Bell {
  readonly #waiting = new Set<() => void>();

  /** Waits until the bell rings, or `other` is settled. */
  wait(other?: PromiseLike<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      other?.then(wake, wake);
    });
  }

  /** Wakes everybody who waits now. */
  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}
