/** A guard that is taken out. `find` must occur exactly once, so that a guard which moved is noticed. */
import type { Check } from './checks.js';

export interface Mutant {
  /** What is taken out. */
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Tried in turn; the first that fails has caught it. */
  readonly caughtBy: readonly Check[];
}
