/**
 * A write of a load: records as any write has them, and the mark that says which batch they are.
 * Both are one log entry, so a batch is kept and known to be kept, or neither.
 *
 * Batches are applied in the order of their numbers or not at all: after one that was dropped, what
 * is on its way behind it is refused, so that the numbers of a load have no gap.
 */
import { ProtovecError } from '../../errors.js';
import type { IngestMark } from '../../gen/protovec/storage/v1/log.js';
import type { WriteMode } from '../../gen/protovec/v1/record.js';
import { limits } from '../../limits.js';
import type { AppliedAt, Write } from '../../log/group-commit.js';
import type { RecordBatch } from '../../record/record-batch.js';
import type { CollectionState } from '../state/state.js';
import { ingestMark } from './effects.js';
import { type UpsertOutcome, UpsertWrite } from './upsert-write.js';

/** What a mark adds to an entry at most. */
export const MARK_BYTES_MAX = limits.ingestKeyBytesMax + 64;

/** What the writes of one stream know of each other. */
export interface IngestOrder {
  /** Whether one of them was dropped. */
  broken: boolean;
}

/** A batch of a load, or a part of one. */
export interface IngestPart {
  readonly batch: RecordBatch;
  readonly mode: WriteMode;
  /** Place in the load's batch of the first record. */
  readonly first: number;
  /** Undefined: the load cannot be resumed, and nothing is remembered of it. */
  readonly mark: Pick<IngestMark, 'key' | 'number' | 'recordCount' | 'complete'> | undefined;
  /** Records of this part that were refused before it came here. */
  readonly refused: number;
  /** Records refused of the load's batch, by parts that were resolved; this one adds its own. */
  readonly failures: { count: number };
  readonly order: IngestOrder;
  /** Whether it is to be on stable storage whatever the durability of other writes. */
  readonly synced: boolean;
  /** Refuse the part with the error of the first record that is refused. */
  readonly stopOnRefusal: boolean;
}

export class IngestWrite implements Write<UpsertOutcome> {
  readonly bytes: number;
  readonly conditional: boolean;
  readonly touches: Uint32Array;
  readonly synced: boolean;
  readonly #state: CollectionState;
  readonly #part: IngestPart;
  readonly #upsert: UpsertWrite;
  #mark: IngestMark | undefined;
  /** Whether no record is written: the mark is the whole entry. */
  #isMarkOnly = false;

  constructor(state: CollectionState, part: IngestPart) {
    const { batch, mode, synced } = part;
    this.#state = state;
    this.#part = part;
    this.#upsert = new UpsertWrite(state, batch, { mode });
    this.bytes = this.#upsert.bytes + MARK_BYTES_MAX;
    this.conditional = this.#upsert.conditional;
    this.touches = this.#upsert.touches;
    this.synced = synced;
  }

  resolve(): readonly Uint8Array[] | null {
    const { mark, order, refused: before, failures, first, stopOnRefusal } = this.#part;
    if (order.broken) {
      throw new ProtovecError(
        'CANCELLED',
        'the batch was not written because one before it was not',
      );
    }
    const effect = this.#upsert.resolve();
    const { refused } = this.#upsert;
    if (stopOnRefusal) {
      for (const [row, error] of refused) throw error.within(`batch.records[${first + row}]`);
    }
    if (mark === undefined) return effect;
    failures.count += before + refused.size;
    this.#mark = { ...mark, failedCount: failures.count };
    this.#isMarkOnly = effect === null;
    return [...(effect ?? []), ...ingestMark(this.#mark)];
  }

  apply(at: AppliedAt): UpsertOutcome {
    const outcome = this.#isMarkOnly
      ? { ...this.#upsert.nothing(), durable: at.durable }
      : this.#upsert.apply(at);
    this.#state.sequence = at.sequence;
    if (this.#mark !== undefined) {
      let created = 0;
      for (const one of outcome.created) created += one;
      const updated = this.#part.batch.count - outcome.refused.size - created;
      this.#state.noteLoad(this.#mark, { created, updated }, at);
    }
    return outcome;
  }

  /** Nothing of it could be lost: there is nothing. */
  nothing(): UpsertOutcome {
    return { ...this.#upsert.nothing(), durable: true };
  }

  dropped(): void {
    this.#part.order.broken = true;
  }
}
