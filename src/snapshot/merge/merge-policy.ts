/**
 * What a merge does with a record whose id exists: the one place where the policies are decided,
 * for collections and for files alike.
 *
 * Invariant: pure; the same policy and times give the same answer whenever they are asked, so that
 * the replay of a logged merge ends as the merge did.
 */
import { MergePolicy } from '../../gen/protovec/v1/merge.js';
import type { Instant } from '../../record/timestamp.js';

/** A policy that has been resolved: unset is SKIP_EXISTING. */
export type ResolvedPolicy = Exclude<
  MergePolicy,
  MergePolicy.UNSPECIFIED | MergePolicy.UNRECOGNIZED
>;

/** The policy that a request's or a log entry's value means; undefined when there is none such. */
export function resolvePolicy(policy: MergePolicy): ResolvedPolicy | undefined {
  switch (policy) {
    case MergePolicy.UNSPECIFIED:
      return MergePolicy.SKIP_EXISTING;
    case MergePolicy.SKIP_EXISTING:
    case MergePolicy.OVERWRITE:
    case MergePolicy.NEWEST_WINS:
    case MergePolicy.FAIL:
      return policy;
    default:
      return undefined;
  }
}

/**
 * Whether the merged record takes the place of the existing one. The times are the records'
 * update_time, NaN seconds for none. Under FAIL nothing is ever replaced: whoever merges has to
 * refuse the merge before, because of the records that exist.
 */
export function mergedReplaces(
  policy: ResolvedPolicy,
  existing: Readonly<Instant>,
  merged: Readonly<Instant>,
): boolean {
  if (policy === MergePolicy.OVERWRITE) return true;
  return policy === MergePolicy.NEWEST_WINS && isLater(merged, existing);
}

/** Whether `a` is after `b`; no time is before every time, and not after another that is none. */
function isLater(a: Readonly<Instant>, b: Readonly<Instant>): boolean {
  if (Number.isNaN(a.seconds)) return false;
  if (Number.isNaN(b.seconds)) return true;
  return a.seconds !== b.seconds ? a.seconds > b.seconds : a.nanos > b.nanos;
}
