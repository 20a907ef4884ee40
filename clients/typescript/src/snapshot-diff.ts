/**
 * How two sets of records differ: the differences as the server sends them, then how many there are.
 * Invariant: leaving the iteration early cancels the call; nothing is sent before it is asked for.
 */
import { status } from '@grpc/grpc-js';
import { fromEnum } from './enum-names.js';
import { ProtovecError } from './errors.js';
import type { RecordDifference as ProtoDifference } from './gen/protovec/v1/snapshot_diff.js';
import { DifferenceKind as ProtoDifferenceKind } from './gen/protovec/v1/snapshot_diff.js';
import type { DiffSnapshotsResponse } from './gen/protovec/v1/snapshot_service.js';
import type { VectorRecord } from './record.js';

/** `added`: only the second set has the record. `removed`: only the first. `changed`: both do. */
export type DifferenceKind = 'added' | 'removed' | 'changed';

/** A field of a record that is compared. */
export type ComparedField = Extract<
  keyof VectorRecord,
  'content' | 'title' | 'filePath' | 'extension' | 'embedding' | 'metadata'
>;

/** One record that two sets do not share. Times and revisions are not compared. */
export interface RecordDifference {
  id: string;
  kind: DifferenceKind;
  /** The fields of a changed record that differ; otherwise empty. */
  changedFields: ComparedField[];
}

/** How many records two sets share and do not share. */
export interface DifferenceSummary {
  /** Records that only the second set has. */
  added: number;
  /** Records that only the first set has. */
  removed: number;
  /** Records that both have and that are not the same. */
  changed: number;
  /** Records that both have and that are the same. */
  unchanged: number;
}

const kinds = {
  added: ProtoDifferenceKind.ADDED,
  removed: ProtoDifferenceKind.REMOVED,
  changed: ProtoDifferenceKind.CHANGED,
} as const;

/**
 * The differences, to be iterated once: records that are added or changed in the order of the
 * second set, then those that are removed in the order of the first.
 */
export class SnapshotDiff implements AsyncIterable<RecordDifference> {
  readonly #messages: AsyncIterable<DiffSnapshotsResponse>;
  readonly #summary: Promise<DifferenceSummary>;
  #settle: (summary: DifferenceSummary) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #begun = false;

  /** Made by `snapshots.diff`. */
  constructor(messages: AsyncIterable<DiffSnapshotsResponse>) {
    this.#messages = messages;
    this.#summary = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    // Whoever does not ask for the summary is told of a failure by the iteration.
    this.#summary.catch(() => {});
  }

  /**
   * The counts, once every difference has been read: by an iteration, after whose end this is to be
   * awaited, or by this call, which passes over them when no iteration has begun.
   */
  async summary(): Promise<DifferenceSummary> {
    if (!this.#begun) for await (const _ of this);
    return this.#summary;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RecordDifference, void, undefined> {
    if (this.#begun) {
      throw new ProtovecError(
        status.FAILED_PRECONDITION,
        'The differences have been read, or are being read; call diff again',
      );
    }
    this.#begun = true;
    try {
      for await (const { differences, summary } of this.#messages) {
        for (const difference of differences) yield fromDifference(difference);
        if (summary === undefined) continue;
        this.#settle({
          added: Number(summary.addedCount),
          removed: Number(summary.removedCount),
          changed: Number(summary.changedCount),
          unchanged: Number(summary.unchangedCount),
        });
        return;
      }
      throw new ProtovecError(status.INTERNAL, 'The server ended the call without a summary');
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      const message = 'The differences were not read to their end, so there is no summary';
      this.#fail(new ProtovecError(status.CANCELLED, message));
    }
  }
}

function fromDifference({ id, kind, changedFields }: ProtoDifference): RecordDifference {
  const fields = (changedFields ?? []).map((path) =>
    path.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  return {
    id,
    kind: fromEnum(kinds, kind, 'kind'),
    changedFields: fields as ComparedField[],
  };
}
