/**
 * What a merge did, or would do: counts, and a sample of the records whose ids existed. One tally
 * serves the merge, its dry run and its refusal, so that all three say the same.
 */
import { ProtovecError } from '../../errors.js';
import { limits } from '../../limits.js';
import type { Instant } from '../../record/timestamp.js';

/** A merged record whose id existed. Times with NaN seconds are none. */
export interface MergeConflict {
  readonly id: string;
  /** update_time of the record that existed. */
  readonly existing: Instant;
  /** update_time that the merged record carries. */
  readonly merged: Instant;
  /** Whether it replaced the existing one. */
  readonly replaced: boolean;
}

export interface MergeOutcome {
  created: number;
  /** Records whose ids existed and that were replaced. */
  replaced: number;
  /** Records whose ids existed and were kept. */
  skipped: number;
  /** The first of those whose ids existed, in the order of the merge. */
  readonly conflicts: MergeConflict[];
  /** Log sequence; 0 for a dry run. */
  sequence: number;
}

/** Ids that the refusal of a merge names. */
const NAMED_IDS_MAX = 10;

/** The outcome of a merge that has not begun. */
export function emptyOutcome(sequence = 0): MergeOutcome {
  return { created: 0, replaced: 0, skipped: 0, conflicts: [], sequence };
}

/** Notes a record whose id existed. `id` is called only while the sample takes more. */
export function addConflict(
  outcome: MergeOutcome,
  id: () => string,
  existing: Readonly<Instant>,
  merged: Readonly<Instant>,
  replaced: boolean,
): void {
  if (replaced) outcome.replaced += 1;
  else outcome.skipped += 1;
  if (outcome.conflicts.length >= limits.mergeConflictsMax) return;
  outcome.conflicts.push({ id: id(), existing: { ...existing }, merged: { ...merged }, replaced });
}

/** The refusal of a merge under FAIL: ALREADY_EXISTS with some of the ids and their count. */
export function refusalOf({ conflicts, replaced, skipped }: MergeOutcome): ProtovecError {
  const ids = conflicts.slice(0, NAMED_IDS_MAX).map(({ id }) => JSON.stringify(id));
  const count = replaced + skipped;
  const more = count > ids.length ? ` and ${count - ids.length} more` : '';
  return new ProtovecError(
    'ALREADY_EXISTS',
    `${count} of the merged records exist and nothing was merged: ${ids.join(', ')}${more}; ` +
      'choose another policy to keep or replace them',
    { field: 'policy', metadata: { count: String(count), ids: `[${ids.join(',')}]` } },
  );
}
