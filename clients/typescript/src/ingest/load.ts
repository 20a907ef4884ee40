/**
 * What is known of a load, whatever stream is open: the batches that wait to be kept, the counts,
 * whether the source is whole. One side adds records, the other the answers of the server.
 */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from '../errors.js';
import type { IngestAck, IngestOpened } from '../gen/protovec/v1/record_service.js';
import type { VectorRecord } from '../record.js';
import { type Batch, BatchCutter } from './batch-cutter.js';
import type { IngestSettings } from './ingest-options.js';
import { Tally } from './tally.js';
import { Window } from './window.js';

export class Load {
  readonly settings: IngestSettings;
  readonly window = new Window();
  readonly tally: Tally;
  readonly #cutter = new BatchCutter();
  /** What the server kept when the last stream was opened. */
  #kept = { batches: 0, records: 0 };
  #isWhole = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(settings: IngestSettings) {
    this.settings = settings;
    this.tally = new Tally(settings);
  }

  /** Why there is no more of the source, if not because it ended. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Whether everything is acknowledged. */
  get isComplete(): boolean {
    return this.#isWhole && this.window.isEmpty;
  }

  /** Adds a record; returns whether it completed a batch. */
  add(record: VectorRecord): boolean {
    const batch = this.#cutter.add(record);
    if (batch !== undefined) this.#queue(batch);
    return batch !== undefined;
  }

  /** No record follows. */
  end(): void {
    const batch = this.#cutter.end();
    if (batch !== undefined) this.#queue(batch);
    const { batches, records } = this.#kept;
    const { lastNumber, lastEnd } = this.#cutter;
    if (lastNumber < batches || (lastNumber === batches && lastEnd !== records)) {
      throw this.#otherSource();
    }
    this.#isWhole = true;
  }

  /** Nothing follows because of this. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** A stream was opened. Returns whether more is kept than was known. */
  opened(opened: IngestOpened): boolean {
    const last = Number(opened.lastNumber);
    const known = this.tally.acknowledgedBatches;
    if (last < known) {
      throw broken(`it keeps batches up to ${last}, and acknowledged batch ${known} before`);
    }
    const isNew = !this.tally.isOpened || last > known;
    this.tally.opened(opened);
    this.#kept = { batches: last, records: this.tally.acknowledged };
    for (const batch of this.window) this.#verify(batch);
    this.#release(last);
    return isNew;
  }

  /** The batch that is due is kept. */
  acknowledge(ack: IngestAck): void {
    const batch = this.window.due;
    if (batch?.number !== Number(ack.number)) {
      const due = batch === undefined ? 'none is' : `${batch.number} is`;
      throw broken(`it acknowledged batch ${ack.number}, and ${due} due`);
    }
    this.tally.acknowledge(batch, ack);
    this.#release(batch.number);
  }

  #queue(batch: Batch): void {
    this.#verify(batch);
    if (batch.number > this.tally.acknowledgedBatches) this.window.add(batch);
    else this.#cutter.recycle(batch);
  }

  #release(lastNumber: number): void {
    for (const batch of this.window.release(lastNumber)) this.#cutter.recycle(batch);
  }

  /**
   * Compares where a batch ends with how many records the server counted: the batches that it keeps
   * came from this source, or from another under the same key. Only the batch after them may be kept
   * in part, where the server makes the embeddings.
   */
  #verify({ number, first, end }: Batch): void {
    const { batches, records } = this.#kept;
    const fits =
      number <= batches
        ? end <= records
        : number > batches + 1 || (first <= records && records < end);
    if (!fits) throw this.#otherSource();
  }

  #otherSource(): ProtovecError {
    const { batches, records } = this.#kept;
    const message =
      `the load ${JSON.stringify(this.settings.key)} has ${records} records in ${batches} batches, ` +
      'which are not the first ones of this source; give the same records in the same order, or ' +
      'begin a new load under another key';
    const fieldViolations = [{ field: 'open.idempotency_key', description: message }];
    const details = { reason: 'INGEST_SOURCE_CHANGED', fieldViolations };
    return new ProtovecError(status.FAILED_PRECONDITION, message, details);
  }
}

function broken(what: string): ProtovecError {
  return new ProtovecError(status.INTERNAL, `The server breaks the rules of a load: ${what}`);
}
