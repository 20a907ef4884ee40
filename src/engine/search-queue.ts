/**
 * Natural batching: searches that arrive in one turn of the event loop are answered together, by one
 * native call for those that are alike. A batch is 1 when the thread is idle and grows under load,
 * without a timer. What nobody waits for any more is dropped before work is spent on it.
 *
 * A batch is bounded, and its answers leave before the next is worked on, so that they travel
 * meanwhile. Were all that wait one batch, clients, main thread and worker would take turns.
 */
import type { CollectionState } from '../collection/state/state.js';
import { ProtovecError } from '../errors.js';
import type { RecordMask } from '../record/project.js';
import { type SearchQuery, type SearchResult, search, searchMany } from '../search/search.js';
import type { CallContext } from './operation.js';
import { searchBatches } from './search-batches.js';
import { encodeHits } from './search-hits.js';

interface Waiting {
  readonly state: CollectionState;
  readonly query: SearchQuery;
  readonly mask: RecordMask;
  readonly call: CallContext;
  resolve(answer: Uint8Array): void;
  reject(error: unknown): void;
}

/** Answers a search at once: one that depends on what the records are at this moment. */
export function answerNow(
  state: CollectionState,
  { vector, options }: SearchQuery,
  mask: RecordMask,
): Uint8Array {
  searchBatches.add(1);
  return encodeHits(state, search(state.searchTarget, vector, options), mask);
}

export class SearchQueue {
  readonly #batchMax: number;
  #waiting: Waiting[] = [];
  #isScheduled = false;

  /** At most `batchMax` searches are answered together. */
  constructor(batchMax: number) {
    this.#batchMax = batchMax;
  }

  /** Resolves to the encoded SearchResponse. The query was validated. */
  add(
    state: CollectionState,
    query: SearchQuery,
    mask: RecordMask,
    call: CallContext,
  ): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ state, query, mask, call, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // Runs when everything that has arrived was taken in.
      queueMicrotask(() => this.#next());
    });
  }

  #next(): void {
    const batch = this.#waiting.splice(0, this.#batchMax);
    this.#isScheduled = this.#waiting.length > 0;
    // One turn later than the answers of this batch, which leave by the end of the turn.
    if (this.#isScheduled) setImmediate(() => setImmediate(() => this.#next()));
    const groups = new Map<CollectionState, Waiting[]>();
    for (const waiting of batch) {
      if (isGivenUp(waiting)) continue;
      const group = groups.get(waiting.state);
      if (group === undefined) groups.set(waiting.state, [waiting]);
      else group.push(waiting);
    }
    for (const [state, group] of groups) answerGroup(state, group);
  }
}

/** Rejects a search that nobody waits for; says whether it did. */
function isGivenUp({ call, reject }: Waiting): boolean {
  if (!call.isAbandoned && Date.now() < call.deadline) return false;
  reject(new ProtovecError('DEADLINE_EXCEEDED', 'nobody waits for the answer any more'));
  return true;
}

function answerGroup(state: CollectionState, group: readonly Waiting[]): void {
  searchBatches.add(group.length);
  let results: SearchResult[];
  try {
    results = searchMany(
      state.searchTarget,
      group.map(({ query }) => query),
    );
  } catch (error) {
    for (const { reject } of group) reject(error);
    return;
  }
  for (let i = 0; i < group.length; i++) {
    const { mask, resolve, reject } = group[i];
    try {
      resolve(encodeHits(state, results[i], mask));
    } catch (error) {
      reject(error);
    }
  }
}
