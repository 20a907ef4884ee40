/**
 * Cuts an aggregation into slices, between which everything else of the thread gets its turns, the
 * call may end, and the memory of its facets is looked at.
 */
import { ProtovecError } from '../../errors.js';
import { limits } from '../../limits.js';
import type { FacetCounts } from '../../search/aggregate/facet-counts.js';
import { nextTurn } from '../turns.js';

/** How long a slice may hold the thread, in milliseconds. */
const sliceMs = 5;
/** Work between two looks at the clock, in bytes that were read. */
const clockBytes = 64 * 1024;

export class AggregateSlices {
  readonly #facets: readonly FacetCounts[];
  readonly #signal: AbortSignal;
  #work = 0;
  #end = performance.now() + sliceMs;

  constructor(facets: readonly FacetCounts[], signal: AbortSignal) {
    this.#facets = facets;
    this.#signal = signal;
  }

  /**
   * Called after each piece of work with its cost in bytes; a promise, to be awaited, when others
   * are due. It rejects with the signal's reason when that aborted, and with TOO_MANY_VALUES.
   */
  done(cost: number): Promise<void> | undefined {
    this.#work += cost;
    if (this.#work < clockBytes) return undefined;
    this.#work = 0;
    return performance.now() < this.#end ? undefined : this.#turn();
  }

  async #turn(): Promise<void> {
    this.#checkMemory();
    await nextTurn();
    this.#signal.throwIfAborted();
    this.#end = performance.now() + sliceMs;
  }

  #checkMemory(): void {
    const bytes = this.#facets.reduce((sum, { values }) => sum + values.memoryBytes, 0);
    if (bytes <= limits.facetBytesMax) return;
    const counts = this.#facets.map(({ values }) => values.count);
    const most = counts.indexOf(Math.max(...counts));
    throw new ProtovecError(
      'TOO_MANY_VALUES',
      `the different values of the facets take more than ${limits.facetBytesMax} bytes; the key ` +
        `${JSON.stringify(this.#facets[most].key.toString('utf8'))} has ${counts[most]} so far: ` +
        'narrow the filter, or leave it out',
      { field: `facets[${most}].key` },
    );
  }
}
