/**
 * Finds the records that match a filter. What can be told at once is; else the work goes on in
 * slices between other work, and records that change meanwhile are looked at again at the end: the
 * answer is true for the moment at which it is returned.
 */
import { type ColumnMatch, matchColumns } from '../../search/columns/column-match.js';
import { type CompiledFilter, compileFilter } from '../../search/filter.js';
import { decodeFilter } from '../../search/filter-decode.js';
import type { RecordView } from '../../search/filter-view.js';
import { SlotSet } from '../../search/slot-set.js';
import { nextTurn } from '../turns.js';
import { slotTest } from './slot-test.js';
import type { CollectionState } from './state.js';

/** How long the thread may be held, in milliseconds; longer when changes come in faster. */
const sliceMs = 5;
/** Records that are looked at between two looks at the clock. */
const lookedAtOnce = 256;

/** Works on while there is time; says whether it is done. */
type Work = Generator<void, SlotSet>;

/**
 * Slots of the records that match now, in a set that nobody may change. A promise rejects with the
 * signal's reason when it aborts.
 */
export function matchFilter(
  state: CollectionState,
  filter: CompiledFilter,
  signal: AbortSignal,
): SlotSet | Promise<SlotSet> {
  return matchNow(state, filter) ?? matchLater(state, filter, signal);
}

/**
 * The same for an encoded filter, whose answer is known as long as nothing changes. Refusals name
 * the field `filter`.
 */
export function matchEncoded(
  state: CollectionState,
  encoded: Uint8Array,
  signal: AbortSignal,
): SlotSet | Promise<SlotSet> {
  const { filters } = state;
  const known = filters.answer(encoded);
  if (known !== undefined) return known;
  const filter = compileFilter(decodeFilter(encoded, 'filter'), 'filter');
  const keep = (matches: SlotSet): void => filters.keepAnswer(encoded, matches);
  const found = matchNow(state, filter);
  if (found === undefined) return matchLater(state, filter, signal, keep);
  keep(found);
  return found;
}

/** The same as matchFilter, if it can be told at once. */
export function matchNow(state: CollectionState, filter: CompiledFilter): SlotSet | undefined {
  if (takesRecords(filter) && state.filters.slice(sliceMs)) return undefined;
  return runFor(match(state, filter), sliceMs);
}

/** Whether the columns have to know every record first. */
function takesRecords({ ids, needsBody }: CompiledFilter): boolean {
  return needsBody && ids === undefined;
}

function runFor(work: Work, budgetMs: number): SlotSet | undefined {
  const end = performance.now() + budgetMs;
  do {
    const step = work.next();
    if (step.done === true) return step.value;
  } while (performance.now() < end);
  return undefined;
}

/** Takes in first what the columns lack. `answered` is told the answer at the moment it is true. */
async function matchLater(
  state: CollectionState,
  filter: CompiledFilter,
  signal: AbortSignal,
  answered: (matches: SlotSet) => void = () => {},
): Promise<SlotSet> {
  const { filters } = state;
  let budgetMs = sliceMs;
  for (;;) {
    const before = filters.pendingCount;
    await nextTurn();
    signal.throwIfAborted();
    if (!takesRecords(filter) || !filters.slice(budgetMs)) break;
    budgetMs = filters.pendingCount < before ? sliceMs : budgetMs * 2;
  }
  const touched = new Set<number>();
  state.watchers.add(touched);
  try {
    const work = match(state, filter);
    for (;;) {
      const matches = runFor(work, sliceMs);
      if (matches !== undefined) {
        correct(state, filter, matches, touched);
        answered(matches);
        return matches;
      }
      await nextTurn();
      signal.throwIfAborted();
    }
  } finally {
    state.watchers.delete(touched);
  }
}

/** Looks again at records that changed. */
function correct(
  state: CollectionState,
  filter: CompiledFilter,
  matches: SlotSet,
  touched: Iterable<number>,
): void {
  const test = slotTest(state, filter);
  for (const slot of touched) {
    if (state.rows.live.has(slot) && test(slot)) matches.add(slot);
    else matches.delete(slot);
  }
}

/** Few records by their ids are looked at themselves, as are those that columns leave open. */
function* match(state: CollectionState, filter: CompiledFilter): Work {
  const { live } = state.rows;
  if (filter.ids !== undefined) {
    return yield* look(state, filter, slotsOf(state, filter.ids), new SlotSet());
  }
  const { sure, possible } = yield* fromColumns(state, filter);
  const matches = SlotSet.matching(sure, live);
  if (sure === possible) return matches;
  const open = possible.map((word, i) => word & ~sure[i]);
  return yield* look(state, filter, SlotSet.matching(open, live), matches);
}

function* look(
  state: CollectionState,
  filter: CompiledFilter,
  slots: Iterable<number>,
  matches: SlotSet,
): Work {
  let test = slotTest(state, filter);
  let looks = 0;
  for (const slot of slots) {
    if (state.rows.live.has(slot) && test(slot)) matches.add(slot);
    looks += 1;
    if (looks % lookedAtOnce !== 0) continue;
    yield;
    // What was read ahead is not to be used in another turn.
    test = slotTest(state, filter);
  }
  return matches;
}

function* slotsOf({ ids }: CollectionState, wanted: readonly string[]): Generator<number> {
  for (const id of wanted) {
    const slot = ids.findText(id);
    if (slot >= 0) yield slot;
  }
}

function fromColumns(
  { filters, rows, ids }: CollectionState,
  { node }: CompiledFilter,
): Generator<void, ColumnMatch> {
  const source = {
    columns: filters.columns,
    slots: rows.end,
    findId: (id: string) => ids.findText(id),
    viewTimes: (slot: number, view: RecordView) => {
      view.createSeconds = rows.createSeconds[slot];
      view.createNanos = rows.createNanos[slot];
      view.updateSeconds = rows.updateSeconds[slot];
      view.updateNanos = rows.updateNanos[slot];
    },
  };
  return matchColumns(source, node);
}
