/**
 * The loads of one collection that can be resumed: how far each key got, what its batches did, and
 * when. Changed by log entries alone, a live write and its replay alike, so that a restart knows the
 * same keys; a base's table is in the manifest.
 *
 * Clearing, restoring and merging leave it alone: a batch that was kept is not applied again
 * because its records were deleted meanwhile.
 */
import type { IngestMark } from '../../gen/protovec/storage/v1/log.js';
import type { IngestLoad } from '../../gen/protovec/storage/v1/manifest.js';
import { limits } from '../../limits.js';
import type { Instant } from '../../record/timestamp.js';

/** How far a load got. */
export interface KnownLoad {
  /** Of the last batch that is complete. */
  readonly number: number;
  /** Records that its batches created and replaced so far, and those that were refused. */
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
  /** Records of the batch after `number` that are dealt with, and those of them that were refused. */
  readonly nextRecords: number;
  readonly nextFailed: number;
  /** When the last entry of it was committed. */
  readonly seconds: number;
  readonly nanos: number;
}

/** Records that one log entry created and replaced. */
export interface WrittenRecords {
  readonly created: number;
  readonly updated: number;
}

const AGE_SECONDS = limits.ingestKeyAgeMs / 1000;

export class IngestLoads {
  /** By key, in the order of their last commits. */
  readonly #loads = new Map<string, KnownLoad>();

  get size(): number {
    return this.#loads.size;
  }

  /** The load of that key, unless it is too old at this time. */
  find(key: string, nowMs: number): KnownLoad | undefined {
    const load = this.#loads.get(key);
    return load === undefined || isOld(load, nowMs / 1000) ? undefined : load;
  }

  /** Takes note of an entry of a load, and forgets loads that are too old or too many by then. */
  apply(mark: IngestMark, written: WrittenRecords, at: Instant): void {
    const { key, recordCount, failedCount, complete } = mark;
    const number = Number(mark.number);
    const before = this.#loads.get(key);
    // Another position is that of a new load, after the key was forgotten.
    const continues = before?.number === number - 1 && before.nextRecords < recordCount;
    const load = continues ? before : nothingOf(number - 1);
    this.#loads.delete(key);
    this.#loads.set(key, {
      number: complete ? number : load.number,
      created: load.created + written.created,
      updated: load.updated + written.updated,
      failed: load.failed + failedCount - load.nextFailed,
      nextRecords: complete ? 0 : recordCount,
      nextFailed: complete ? 0 : failedCount,
      seconds: at.seconds,
      nanos: at.nanos,
    });
    for (const [oldest, { seconds }] of this.#loads) {
      const tooMany = this.#loads.size > limits.ingestKeysMax;
      if (!tooMany && !isOld({ seconds }, at.seconds)) break;
      this.#loads.delete(oldest);
    }
  }

  /** What the manifest says of a base that is written now. */
  toManifest(): IngestLoad[] {
    return [...this.#loads].map(([key, load]) => ({
      key,
      number: BigInt(load.number),
      commitTime: { seconds: BigInt(load.seconds), nanos: load.nanos },
      createdCount: BigInt(load.created),
      updatedCount: BigInt(load.updated),
      failedCount: BigInt(load.failed),
      nextRecordCount: load.nextRecords,
      nextFailedCount: load.nextFailed,
    }));
  }

  /** Takes over what the manifest says of the base that was read. */
  take(loads: readonly IngestLoad[]): void {
    for (const load of loads) {
      this.#loads.set(load.key, {
        number: Number(load.number),
        created: Number(load.createdCount),
        updated: Number(load.updatedCount),
        failed: Number(load.failedCount),
        nextRecords: load.nextRecordCount,
        nextFailed: load.nextFailedCount,
        seconds: Number(load.commitTime?.seconds ?? 0n),
        nanos: load.commitTime?.nanos ?? 0,
      });
    }
  }
}

function isOld({ seconds }: Pick<KnownLoad, 'seconds'>, nowSeconds: number): boolean {
  return nowSeconds - seconds > AGE_SECONDS;
}

function nothingOf(number: number): KnownLoad {
  const counts = { created: 0, updated: 0, failed: 0, nextRecords: 0, nextFailed: 0 };
  return { number, ...counts, seconds: 0, nanos: 0 };
}
