/** What a ratio is made of: which figures are divided by which, and why it may differ. */
import type { Point } from '../results.js';

export const DISK =
  'the disk is not the benchmark’s alone: its own speed differs from second to second';
export const SCHEDULER =
  'clients and server share the cores, so the scheduler decides how much each of them gets';
export const SHORT = 'it takes so short a time that a single pause of the machine shows';
export const PROCESSOR = 'caches and clock rate differ with what else the machine does';
export const BUILD = 'the graph is built beside other work on the same cores';

/** Where a figure is found. */
export interface Selector {
  readonly work: string;
  readonly system: string;
  readonly point?: Point;
  readonly figure: string;
}

export interface Definition {
  readonly name: string;
  readonly limit: string;
  readonly of: Selector;
  /** Of several limits the lowest one counts. */
  readonly to: Selector | readonly Selector[];
  /** What the value is multiplied by, such as bytes a record. */
  readonly scale?: number;
  readonly higherIsBetter?: boolean;
  readonly noise: string;
}
