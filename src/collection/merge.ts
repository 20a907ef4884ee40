/**
 * A merge: one log entry that names a staged file, whose records then become the collection's where
 * they stand. Applied in slices, so that searches go on; writes wait until it is done. A merge that
 * was logged is applied whole, now or by the replay after a crash.
 */
import { join } from 'node:path';
import { ProtovecError } from '../errors.js';
import { MergeEffect } from '../gen/protovec/storage/v1/log.js';
import type { AppliedAt, Write } from '../log/group-commit.js';
import { TABLE_STRIDE } from '../record/record-batch.js';
import { RecordScan, scanStored } from '../record/scan.js';
import { readSnapshot } from '../snapshot/snapshot-reader.js';
import type { File } from '../storage/file-system.js';
import { mergeEffect } from './effects.js';
import { type Place, stageDirectory } from './place.js';
import type { CollectionState, Origin } from './state.js';
import { nextTurn } from './turns.js';

/** What a merge did. */
export interface MergeOutcome {
  created: number;
  /** Records whose ids existed and were kept. */
  skipped: number;
  /** Log sequence. */
  sequence: number;
}

/** A staged file: a sealed binary snapshot in the collection's staging directory. */
export interface StagedFile {
  readonly file: string;
  readonly sha256: Uint8Array;
  readonly recordCount: number;
}

export class MergeWrite implements Write<MergeOutcome> {
  readonly exclusive = true;
  readonly bytes = 0;
  /** Whether the log was given the entry, so that it may refer to the staged file. */
  offered = false;
  readonly #place: Place;
  readonly #state: CollectionState;
  readonly #effect: MergeEffect;
  readonly #onProgress: (applied: number) => void;

  /** `replace`: delete all records first. `onProgress` is told the records applied so far. */
  constructor(
    place: Place,
    state: CollectionState,
    staged: StagedFile,
    replace: boolean,
    onProgress: (applied: number) => void,
  ) {
    this.#place = place;
    this.#state = state;
    const { file, sha256 } = staged;
    this.#effect = MergeEffect.fromPartial({ file, sha256: Buffer.from(sha256), replace });
    this.#onProgress = onProgress;
  }

  resolve(): readonly Uint8Array[] {
    this.offered = true;
    return mergeEffect(this.#effect);
  }

  async apply(at: AppliedAt): Promise<MergeOutcome> {
    const { sequence, seconds, nanos } = at;
    const file = await openStaged(this.#place, this.#effect.file);
    const origin = { file: this.#state.files.add(file), sequence, seconds, nanos };
    const { replace } = this.#effect;
    return applyMerge(this.#state, file, origin, { replace, onProgress: this.#onProgress });
  }

  nothing(): MergeOutcome {
    return { created: 0, skipped: 0, sequence: 0 };
  }
}

/** Opens a staged file. Missing: STORAGE_CORRUPTED. */
export async function openStaged(place: Place, name: string): Promise<File> {
  const path = join(stageDirectory(place), name);
  try {
    return await place.fileSystem.open(path, 'read');
  } catch (cause) {
    const message = `${path}, which the log refers to, cannot be opened`;
    throw new ProtovecError('STORAGE_CORRUPTED', message, { metadata: { file: path }, cause });
  }
}

/**
 * Makes the records of a staged file the collection's; those that exist are kept. `sha256`: what
 * the file's digest must be; absent when the file was written a moment ago.
 */
export async function applyMerge(
  state: CollectionState,
  file: File,
  origin: Origin,
  options: { replace: boolean; sha256?: Uint8Array; onProgress?: (applied: number) => void },
): Promise<MergeOutcome> {
  if (options.replace) state.clear();
  const outcome = { created: 0, skipped: 0, sequence: origin.sequence };
  const scan = new RecordScan();
  const table = new Int32Array(TABLE_STRIDE);
  const { sha256 } = options;
  const name = file.path;
  const check = sha256 === undefined ? { name, verifyDigest: false } : { name, sha256 };
  for await (const block of readSnapshot(file, check)) {
    const batch = { bytes: block.bytes, table, count: 1 };
    for (let record = 0; record < block.count; record += 1) {
      const start = block.records[record * 2];
      const end = block.records[record * 2 + 1];
      scanStored(block.bytes, start, end, scan);
      if (state.ids.find(block.bytes, scan.idStart, scan.idEnd) >= 0) {
        outcome.skipped += 1;
        continue;
      }
      table.set([start, end, scan.idStart, scan.idEnd, scan.embeddingStart]);
      state.upsert(batch, 0, block.offset + start, origin);
      state.keepTimes(block.bytes, scan);
      outcome.created += 1;
    }
    options.onProgress?.(outcome.created + outcome.skipped);
    await nextTurn();
  }
  state.sequence = origin.sequence;
  return outcome;
}
