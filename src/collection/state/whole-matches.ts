/**
 * The records that match a filter, or all, at a moment at which no merge is half applied, for what
 * must not mix the records before a merge with those after it.
 */
import type { CompiledFilter } from '../../search/filter.js';
import type { SlotSet } from '../../search/slot-set.js';
import { nextTurn } from '../turns.js';
import { matchFilter } from './filter-match.js';
import type { CollectionState } from './state.js';

/**
 * Slots of the records that match now, in a set that does not change afterwards. What the caller
 * does before it waits again, it does to the records that matched. Throws the signal's reason when
 * it aborts.
 */
export async function wholeMatches(
  state: CollectionState,
  filter: CompiledFilter | undefined,
  signal: AbortSignal,
): Promise<SlotSet> {
  for (;;) {
    while (state.merging !== undefined) {
      await state.merging;
      // The writes that waited for the merge are not to come between the search and its answer.
      await nextTurn();
    }
    if (filter === undefined) return state.rows.live.copy();
    const matches = await matchFilter(state, filter, signal);
    if (state.merging === undefined) return matches;
  }
}
