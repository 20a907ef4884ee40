/**
 * Collects slots with approximate distances from several scans and keeps the nearest of them all.
 * Slots are never compared by identity: each is offered at most once.
 */
import { grown } from './grow.js';

/** The `count`-th smallest of the first `length` distances; Infinity when there are fewer. */
function smallest(distances: Float32Array, length: number, count: number): number {
  if (count > length) return Number.POSITIVE_INFINITY;
  return distances.slice(0, length).sort()[count - 1];
}

export class Candidates {
  #slots = new Uint32Array(0);
  #distances = new Float32Array(0);
  #count = 0;

  /** How many slots were offered. */
  get count(): number {
    return this.#count;
  }

  offer(slot: number, distance: number): void {
    if (this.#count === this.#slots.length) {
      this.#slots = grown(this.#slots, this.#count);
      this.#distances = grown(this.#distances, this.#count);
    }
    this.#slots[this.#count] = slot;
    this.#distances[this.#count++] = distance;
  }

  /**
   * The `count` nearest, in no order, and whatever is up to `slack` of the last one's distance
   * behind it; all slots when there are fewer.
   */
  nearest(count: number, slack: (distance: number) => number): Uint32Array {
    const bound = smallest(this.#distances, this.#count, count);
    const furthest = bound + slack(bound);
    const kept = new Uint32Array(this.#count);
    let length = 0;
    for (let i = 0; i < this.#count; i++) {
      // Not `<=`: what cannot be compared is kept.
      if (!(this.#distances[i] > furthest)) kept[length++] = this.#slots[i];
    }
    return kept.subarray(0, length);
  }
}
