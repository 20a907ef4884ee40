/** Choices that follow from a seed. */
import { randomOf } from '../../bench/support/random.js';

export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = randomOf(seed);
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  /** An integer from `first` to `last`. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  /** Different values of `values`, at most `count`. */
  some<T>(values: readonly T[], count: number): T[] {
    const rest = [...values];
    const picked: T[] = [];
    while (picked.length < count && rest.length > 0) {
      picked.push(...rest.splice(this.below(rest.length), 1));
    }
    return picked;
  }

  /** A generator of its own, so that what it decides does not depend on who else asks this one. */
  fork(): Random {
    return new Random(this.below(2 ** 32));
  }
}
