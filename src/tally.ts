/** A distribution in plain numbers, which cost next to nothing to add to. Imports nothing. */

/** What a tally holds, fit to be sent to another thread. */
export interface TallyFigures {
  readonly count: number;
  readonly sum: number;
  /** Upper bounds, inclusive and ascending. */
  readonly bounds: readonly number[];
  /** Values within the bound at the same place and not within the one before; those beyond are left out. */
  readonly within: readonly number[];
}

export class Tally {
  readonly #bounds: readonly number[];
  readonly #within: number[];
  #count = 0;
  #sum = 0;

  /** `bounds`: ascending; none: only count and sum are kept. */
  constructor(bounds: readonly number[] = []) {
    this.#bounds = bounds;
    this.#within = bounds.map(() => 0);
  }

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    for (let i = 0; i < this.#bounds.length; i++) {
      if (value > this.#bounds[i]) continue;
      this.#within[i] += 1;
      return;
    }
  }

  get figures(): TallyFigures {
    const [bounds, within] = [this.#bounds, [...this.#within]];
    return { count: this.#count, sum: this.#sum, bounds, within };
  }
}
