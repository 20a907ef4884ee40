/** How a store with one damaged file may behave. Everything else is a broken guarantee. */
export const outcomes = [
  /**
   * The collection is quarantined, with file and offset, or the snapshot refused, or the index built
   * again.
   */
  'detected',
  /** Served with unchanged answers. */
  'harmless',
  /** A log that was cut, or whose last entries were damaged: the writes before that place. */
  'prefix',
  /** A text without checksums that says something else now; only JSON, and it is valid JSON. */
  'changed text',
] as const;

export type Outcome = (typeof outcomes)[number];

/** How often each was seen. */
export type Tally = Record<Outcome, number>;

export function emptyTally(): Tally {
  return { detected: 0, harmless: 0, prefix: 0, 'changed text': 0 };
}

export function addTally(sum: Tally, more: Tally): void {
  for (const outcome of outcomes) sum[outcome] += more[outcome];
}
