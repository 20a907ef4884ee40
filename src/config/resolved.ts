/** A setting as it holds, and who said so. */

import type { Value } from './schema.js';
import type { Setting } from './settings.js';

export interface Resolved {
  readonly setting: Setting;
  /** Undefined: it is unset. */
  readonly value: Value | undefined;
  /** `--listen`, `PROTOVEC_LISTEN`, `protovec.yaml:3` or `default`. */
  readonly origin: string;
}
