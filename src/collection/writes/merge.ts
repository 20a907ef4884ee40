/**
 * A merge: one log entry that names a staged file, whose records then become the collection's where
 * they stand. Applied in slices, so that searches go on; writes wait until it is done. A merge that
 * was logged is applied whole, now or by the replay after a crash; a dry run, and a merge that the
 * policy refuses, log nothing.
 */
import { MergeEffect } from '../../gen/protovec/storage/v1/log.js';
import type { IndexConfig } from '../../gen/protovec/v1/index.js';
import { MergePolicy } from '../../gen/protovec/v1/merge.js';
import type { AppliedAt, Write } from '../../log/group-commit.js';
import type { ResolvedPolicy } from '../../snapshot/merge/merge-policy.js';
import type { Place } from '../place.js';
import type { CollectionState } from '../state/state.js';
import { applyMerge, countMerge, type MergePlan } from './apply-merge.js';
import { mergeEffect } from './effects.js';
import { emptyOutcome, type MergeOutcome, refusalOf } from './merge-outcome.js';
import { openStaged } from './staged-walk.js';

/** A staged file: a sealed binary snapshot in the collection's staging directory. */
export interface StagedFile {
  readonly file: string;
  readonly sha256: Uint8Array;
  readonly recordCount: number;
}

export interface MergeOptions {
  /** Delete all records first: a restore. Default false. */
  readonly replace?: boolean;
  /** Default SKIP_EXISTING. */
  readonly policy?: ResolvedPolicy;
  /** Count and change nothing. Default false. */
  readonly dryRun?: boolean;
  /** The index configuration from then on, without zero values. Default: as before. */
  readonly indexConfig?: IndexConfig | undefined;
  /** Told of the records applied so far. */
  readonly onProgress?: (applied: number) => void;
}

/** What a merge needs of its collection. */
export interface MergeTarget {
  readonly place: Place;
  readonly state: CollectionState;
  /** Waits while too many rows wait for the index. */
  admit(): Promise<void>;
}

export class MergeWrite implements Write<MergeOutcome> {
  readonly exclusive = true;
  readonly synced = true;
  readonly bytes = 0;
  /** Whether the log was given the entry, so that it may refer to the staged file. */
  offered = false;
  readonly #target: MergeTarget;
  readonly #staged: StagedFile;
  readonly #options: MergeOptions;
  readonly #plan: MergePlan;
  readonly #signal: AbortSignal;
  #counted = emptyOutcome();

  constructor(target: MergeTarget, staged: StagedFile, options: MergeOptions, signal: AbortSignal) {
    this.#target = target;
    this.#staged = staged;
    this.#options = options;
    this.#signal = signal;
    const { replace = false, policy = MergePolicy.SKIP_EXISTING, indexConfig } = options;
    this.#plan = { replace, policy, indexConfig };
  }

  async resolve(): Promise<readonly Uint8Array[] | null> {
    const fails = this.#plan.policy === MergePolicy.FAIL && !this.#plan.replace;
    if (fails || this.#options.dryRun === true) {
      this.#counted = await this.#count();
      if (fails && this.#counted.conflicts.length > 0) throw refusalOf(this.#counted);
      if (this.#options.dryRun === true) return null;
    }
    this.offered = true;
    return effectOfMerge(this.#staged, this.#plan);
  }

  async apply(at: AppliedAt): Promise<MergeOutcome> {
    const { sequence, seconds, nanos } = at;
    const { place, state } = this.#target;
    const file = await openStaged(place, this.#staged.file);
    const origin = { file: state.files.add(file), sequence, seconds, nanos };
    return applyMerge(state, file, origin, this.#plan, {
      admit: () => this.#target.admit(),
      onProgress: this.#options.onProgress,
    });
  }

  nothing(): MergeOutcome {
    return this.#counted;
  }

  async #count(): Promise<MergeOutcome> {
    const { place, state } = this.#target;
    const file = await openStaged(place, this.#staged.file);
    try {
      return await countMerge(state, file, this.#plan, this.#signal);
    } finally {
      await file.close();
    }
  }
}

/** The effect of a merge as its log entry holds it. */
export function effectOfMerge({ file, sha256 }: StagedFile, plan: MergePlan): Uint8Array[] {
  const effect = MergeEffect.fromPartial({ file, sha256: Buffer.from(sha256), ...plan });
  return mergeEffect(effect);
}
