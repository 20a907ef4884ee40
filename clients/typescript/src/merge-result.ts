/** What merges are told and what they report. */
import { status } from '@grpc/grpc-js';
import { toEnum } from './enum-names.js';
import { ProtovecError } from './errors.js';
import {
  MergePolicy as ProtoMergePolicy,
  type MergeResult as ProtoMergeResult,
} from './gen/protovec/v1/merge.js';
import type { CallOptions } from './options.js';
import { toDate } from './timestamp.js';

/**
 * What happens to a merged record whose id exists. `skip-existing`: the existing one is kept.
 * `overwrite`: the merged one replaces it. `newest-wins`: the one with the later update time stays;
 * without a time the merged one loses, and of two equal ones the existing one is kept. `fail`:
 * nothing is merged and the call fails with ALREADY_EXISTS.
 */
export type MergePolicy = 'skip-existing' | 'overwrite' | 'newest-wins' | 'fail';

/** Settings of merges. */
export interface MergeOptions extends CallOptions {
  /** Default `skip-existing`. */
  policy?: MergePolicy | undefined;
  /** Check everything and count, but change nothing. */
  dryRun?: boolean | undefined;
}

/** What a merge did, or would do: all of it, or the call failed and none. */
export interface MergeResult {
  created: number;
  /** Records whose ids existed and that were replaced. */
  replaced: number;
  /** Records whose ids existed; the existing ones were kept. */
  skipped: number;
  /** The first 100 of those whose ids existed. */
  conflicts: MergeConflict[];
  /** Log sequence of the merge. 0: a dry run. */
  sequence: number;
  /** Whether the merge is on stable storage. A dry run writes nothing. */
  durable: boolean;
}

/** A merged record whose id existed. */
export interface MergeConflict {
  id: string;
  existingUpdateTime: Date;
  /** Absent: the merged record says none. */
  mergedUpdateTime?: Date;
  /** Whether the merged record replaced the existing one. */
  replaced: boolean;
}

const policies = {
  'skip-existing': ProtoMergePolicy.SKIP_EXISTING,
  overwrite: ProtoMergePolicy.OVERWRITE,
  'newest-wins': ProtoMergePolicy.NEWEST_WINS,
  fail: ProtoMergePolicy.FAIL,
} as const;

/** The generated policy. Absent: the server's default. */
export function toMergePolicy(policy: MergePolicy | undefined): ProtoMergePolicy {
  return toEnum(policies, policy, 'policy');
}

/** A result from its generated message. Throws INTERNAL when the server sent none. */
export function fromMergeResult(result: ProtoMergeResult | undefined): MergeResult {
  if (result === undefined) {
    throw new ProtovecError(status.INTERNAL, 'The server ended the call without a result');
  }
  return {
    created: Number(result.createdCount),
    replaced: Number(result.replacedCount),
    skipped: Number(result.skippedCount),
    conflicts: result.conflicts.map(({ id, existingUpdateTime, mergedUpdateTime, replaced }) => ({
      id,
      existingUpdateTime: toDate(existingUpdateTime),
      ...(mergedUpdateTime && { mergedUpdateTime: toDate(mergedUpdateTime) }),
      replaced,
    })),
    sequence: Number(result.sequence),
    durable: result.durable,
  };
}
