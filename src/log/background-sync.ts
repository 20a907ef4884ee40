/**
 * Syncs a log in the background, some time after an entry was added without a sync. Appends go on
 * meanwhile. A failure latches the log, so nothing is tried again.
 */
import type { LogTail } from './log-tail.js';

export class BackgroundSync {
  readonly #tail: LogTail;
  readonly #synced: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** `synced` is called when everything in the log is on stable storage. */
  constructor(tail: LogTail, synced: () => void) {
    this.#tail = tail;
    this.#synced = synced;
  }

  /** Syncs in `delayMs`, unless that is due already. */
  schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => void this.#run(delayMs), delayMs).unref();
  }

  /** Forgets what is due. A sync that has begun goes on. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #run(delayMs: number): Promise<void> {
    this.#timer = undefined;
    try {
      await this.#tail.sync();
    } catch {
      // The log is latched: whoever writes next is told.
      return;
    }
    if (this.#tail.dirty) this.schedule(delayMs);
    else this.#synced();
  }
}
