/** What waits for the one writer, in order. Taking from the front costs the same at any length. */
import type { Write } from './write.js';

/** A write or, without one, a step that runs between groups; and who waits for it. */
export interface Queued {
  readonly write?: Write<unknown>;
  readonly between?: () => void | Promise<void>;
  readonly signal?: AbortSignal | undefined;
  settle(value: unknown): void;
  reject(error: unknown): void;
}

export class CommitQueue {
  #items: Queued[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Queued): void {
    this.#items.push(item);
  }

  peek(): Queued | undefined {
    return this.#items[this.#first];
  }

  shift(): Queued | undefined {
    const item = this.#items[this.#first++];
    if (this.#first >= this.#items.length) {
      this.#items = [];
      this.#first = 0;
    } else if (this.#first >= 1024) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}
