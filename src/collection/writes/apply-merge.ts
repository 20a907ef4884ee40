/**
 * Applies a staged file to the records in memory as the policy says, live and on replay alike, or
 * only counts what that would do.
 *
 * Invariant: what becomes of a record depends on the staged file, the policy and the records that
 * were there, and on nothing else, so that the replay of a logged merge ends as the merge did.
 */
import type { IndexConfig } from '../../gen/protovec/v1/index.js';
import { TABLE_STRIDE } from '../../record/record-batch.js';
import type { RecordScan } from '../../record/scan.js';
import type { Instant } from '../../record/timestamp.js';
import { mergedReplaces, type ResolvedPolicy } from '../../snapshot/merge/merge-policy.js';
import type { SnapshotBlock } from '../../snapshot/snapshot-reader.js';
import type { File } from '../../storage/file-system.js';
import type { CollectionState, Origin } from '../state/state.js';
import { addConflict, emptyOutcome, type MergeOutcome } from './merge-outcome.js';
import { walkStaged } from './staged-walk.js';

/** What a merge does beside adding records that are new. */
export interface MergePlan {
  /** Delete all records first. */
  readonly replace: boolean;
  readonly policy: ResolvedPolicy;
  /** The index configuration from then on, without zero values. Absent: as before. */
  readonly indexConfig?: IndexConfig | undefined;
}

export interface ApplyOptions {
  /** What the file's digest must be; absent when the file was written a moment ago. */
  readonly sha256?: Uint8Array | undefined;
  /** Awaited now and then: waits while too many rows wait for the index. */
  readonly admit?: () => Promise<void>;
  /** Told of the records that were looked at so far. */
  readonly onProgress?: ((walked: number) => void) | undefined;
}

/** Makes the records of a staged file the collection's where they stand. */
export async function applyMerge(
  state: CollectionState,
  file: File,
  origin: Origin,
  plan: MergePlan,
  options: ApplyOptions = {},
): Promise<MergeOutcome> {
  const done = state.beginMerge();
  try {
    // First, so that the index that is made for no records is the right one.
    if (plan.indexConfig !== undefined) state.configureIndex(plan.indexConfig);
    if (plan.replace) state.clear();
    const outcome = emptyOutcome(origin.sequence);
    const table = new Int32Array(TABLE_STRIDE);
    const { sha256, admit, onProgress } = options;
    const between = (walked: number): Promise<void> | undefined => {
      onProgress?.(walked);
      return admit?.();
    };
    await walkStaged(file, { sha256, between }, (block, start, end, scan) => {
      if (!takes(state, block, scan, plan.policy, outcome)) return;
      table.set([start, end, scan.idStart, scan.idEnd, scan.embeddingStart]);
      const batch = { bytes: block.bytes, table, count: 1 };
      state.upsert(batch, 0, block.offset + start, origin);
      state.keepTimes(block.bytes, scan);
    });
    state.sequence = origin.sequence;
    return outcome;
  } finally {
    done();
  }
}

/** Counts what `applyMerge` would do now. Throws when `signal` is aborted. */
export async function countMerge(
  state: CollectionState,
  file: File,
  plan: MergePlan,
  signal: AbortSignal,
): Promise<MergeOutcome> {
  const outcome = emptyOutcome();
  const between = () => signal.throwIfAborted();
  await walkStaged(file, { between }, (block, _start, _end, scan) => {
    if (plan.replace) outcome.created += 1;
    else takes(state, block, scan, plan.policy, outcome);
  });
  return outcome;
}

const existing: Instant = { seconds: 0, nanos: 0 };

/** Whether the record that `scan` found comes to be stored; counts it. */
function takes(
  state: CollectionState,
  { bytes }: SnapshotBlock,
  scan: RecordScan,
  policy: ResolvedPolicy,
  outcome: MergeOutcome,
): boolean {
  const slot = state.ids.find(bytes, scan.idStart, scan.idEnd);
  if (slot < 0) {
    outcome.created += 1;
    return true;
  }
  existing.seconds = state.rows.updateSeconds[slot];
  existing.nanos = state.rows.updateNanos[slot];
  const replaces = mergedReplaces(policy, existing, scan.updateTime);
  const id = (): string => state.ids.text(slot);
  addConflict(outcome, id, existing, scan.updateTime, replaces);
  return replaces;
}
