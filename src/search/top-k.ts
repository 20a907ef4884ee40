/**
 * Keeps the best `limit` of the slots that are offered: higher scores first, ties by the order of
 * ids. A binary heap with the worst of the kept ones at its root.
 */

export class TopK {
  readonly #slots: Uint32Array;
  readonly #scores: Float64Array;
  readonly #compareIds: (a: number, b: number) => number;
  #count = 0;

  /** `compareIds`: negative when the id of slot a comes before the id of slot b. */
  constructor(limit: number, compareIds: (a: number, b: number) => number) {
    this.#slots = new Uint32Array(limit);
    this.#scores = new Float64Array(limit);
    this.#compareIds = compareIds;
  }

  /** `score` is a number; each slot is offered at most once. */
  offer(slot: number, score: number): void {
    if (this.#count < this.#slots.length) {
      this.#rise(this.#count++, slot, score);
    } else if (this.#count > 0 && this.#worse(this.#slots[0], this.#scores[0], slot, score)) {
      this.#sink(slot, score);
    }
  }

  /** What was kept, best first. Empties the heap. */
  take(): { slots: Uint32Array; scores: Float64Array } {
    const slots = new Uint32Array(this.#count);
    const scores = new Float64Array(this.#count);
    for (let i = this.#count - 1; i >= 0; i--) {
      slots[i] = this.#slots[0];
      scores[i] = this.#scores[0];
      this.#count = i;
      if (i > 0) this.#sink(this.#slots[i], this.#scores[i]);
    }
    return { slots, scores };
  }

  #worse(slot: number, score: number, thanSlot: number, thanScore: number): boolean {
    if (score !== thanScore) return score < thanScore;
    return this.#compareIds(slot, thanSlot) > 0;
  }

  #rise(start: number, slot: number, score: number): void {
    let place = start;
    while (place > 0) {
      const parent = (place - 1) >>> 1;
      if (!this.#worse(slot, score, this.#slots[parent], this.#scores[parent])) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#slots[place] = slot;
    this.#scores[place] = score;
  }

  // Puts an entry in the place of the root.
  #sink(slot: number, score: number): void {
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#count) break;
      const right = child + 1;
      if (right < this.#count && this.#worseAt(right, child)) child = right;
      if (!this.#worse(this.#slots[child], this.#scores[child], slot, score)) break;
      this.#move(child, place);
      place = child;
    }
    this.#slots[place] = slot;
    this.#scores[place] = score;
  }

  #worseAt(a: number, b: number): boolean {
    return this.#worse(this.#slots[a], this.#scores[a], this.#slots[b], this.#scores[b]);
  }

  #move(from: number, to: number): void {
    this.#slots[to] = this.#slots[from];
    this.#scores[to] = this.#scores[from];
  }
}
