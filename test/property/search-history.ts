/** Runs a history of writes and searches against a store; each search is judged as it comes. */
import { expect } from 'chai';
import { expectExactly, expectNearly, expectSound } from './search-answers.js';
import type { SearchStep, Step } from './search-arbitraries.js';
import type { Asked } from './search-model.js';
import type { SearchStore } from './search-store.js';

export type Judge = (store: SearchStore, step: SearchStep) => Promise<void>;

export async function runHistory(
  store: SearchStore,
  history: readonly Step[],
  judge: Judge,
): Promise<void> {
  for (const step of history) {
    if ('put' in step) await store.put(step.put);
    else if ('remove' in step) await store.delete(step.remove);
    else if ('removeWhere' in step) {
      const { deleted, expected } = await store.deleteMatching(step.removeWhere);
      expect(deleted, 'deleted by a filter').to.equal(expected);
    } else await judge(store, step.search);
  }
}

/** What the step asks of the records that there are now. */
function askedOf({ model }: SearchStore, step: SearchStep): Asked {
  const ids = [...model.records.keys()];
  const isOfRecord = step.ofRecord && ids.length > 0;
  const query = isOfRecord ? ids[Math.floor(step.place * ids.length)] : step.vector;
  return { query, limit: step.limit, filter: step.filter };
}

/** On the lattice: nothing is rounded, and a score at the threshold is above it. */
export const judgeExactly: Judge = async (store, step) => {
  const { hitMask } = step;
  const plain = askedOf(store, step);
  const ranks = store.model.ranking(plain);
  const threshold = step.thresholdRank === undefined ? undefined : ranks[step.thresholdRank]?.score;
  // Other scores of a distance are square roots, which a 32-bit float cannot hold.
  const isHeld = threshold === undefined || Math.fround(threshold) === threshold;
  const asked = isHeld ? { ...plain, threshold } : plain;
  const answer = await store.search(asked, { exact: true, hitMask });
  expectExactly(answer, store.model.ranking(asked).slice(0, asked.limit));
  expectSound(answer, store.model, asked, ranks, hitMask);
};

/** Of any numbers: the threshold lies between two scores that are apart. */
export const judgeNearly: Judge = async (store, step) => {
  const { hitMask } = step;
  const plain = askedOf(store, step);
  const ranks = store.model.ranking(plain);
  const [above, below] = ranks.slice(step.thresholdRank ?? ranks.length);
  const middle = below === undefined ? undefined : Math.fround((above.score + below.score) / 2);
  const isBetween = middle !== undefined && above.score - below.score > 1e-4 * Math.abs(middle);
  const asked = isBetween ? { ...plain, threshold: middle } : plain;
  const answer = await store.search(asked, { exact: true, hitMask });
  expectNearly(answer, store.model.ranking(asked), asked.limit);
  expectSound(answer, store.model, asked, ranks, hitMask);
};
