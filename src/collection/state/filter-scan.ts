/**
 * Finds the records that match a filter by looking at every record, in slices between other work.
 * Records that change while the walk goes on are looked at again at its end, so the answer is true
 * for the moment at which it is returned.
 */
import type { CompiledFilter } from '../../search/filter.js';
import { RecordView } from '../../search/filter-view.js';
import { SlotSet } from '../../search/slot-set.js';
import { nextTurn } from '../turns.js';
import { BodyReader } from './body-reader.js';
import type { CollectionState } from './state.js';

/** How long a walk may hold the thread, in milliseconds. */
const SLICE_MS = 5;
/** Records between two looks at the clock. */
const CLOCK_EVERY = 256;

/** Slots of the records that match now. Throws the signal's reason when it aborts. */
export async function scanFilter(
  state: CollectionState,
  filter: CompiledFilter,
  signal: AbortSignal,
): Promise<SlotSet> {
  const matches = new SlotSet();
  const test = slotTest(state, filter);
  const touched = new Set<number>();
  state.watchers.add(touched);
  try {
    let sliceEnd = performance.now() + SLICE_MS;
    let seen = 0;
    for (const slot of candidateSlots(state, filter)) {
      if (state.rows.live.has(slot) && test(slot)) matches.add(slot);
      seen += 1;
      if (seen % CLOCK_EVERY !== 0 || performance.now() < sliceEnd) continue;
      await nextTurn();
      signal.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MS;
    }
    const again = slotTest(state, filter);
    for (const slot of touched) {
      if (state.rows.live.has(slot) && again(slot)) matches.add(slot);
      else matches.delete(slot);
    }
    return matches;
  } finally {
    state.watchers.delete(touched);
  }
}

/** Tests one record after the other; for one walk. */
export function slotTest(
  state: CollectionState,
  filter: CompiledFilter,
): (slot: number) => boolean {
  const { rows } = state;
  const reader = new BodyReader(state.files);
  const view = new RecordView();
  return (slot) => {
    const fields = rows.serverFields(slot);
    if (filter.needsBody) {
      reader.read(rows.file[slot], rows.offset[slot], rows.length[slot]);
      view.reset(reader.bytes, reader.start, reader.end, fields);
    } else {
      const id = state.ids.bytes(slot);
      view.resetId(id, 0, id.length, fields);
    }
    return filter.matches(view);
  };
}

function* candidateSlots(state: CollectionState, filter: CompiledFilter): Generator<number> {
  if (filter.ids !== undefined) {
    for (const id of filter.ids) {
      const slot = state.ids.findText(id);
      if (slot >= 0) yield slot;
    }
    return;
  }
  for (let slot = 0; slot < state.rows.end; slot += 1) yield slot;
}
