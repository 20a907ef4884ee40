/**
 * Counts what became of the records of a load.
 * Invariant: exact whatever was lost on the way, because every stream begins with the server's own
 * counts of all that is kept, and only its acknowledgements are added to them.
 */
import type { IngestAck, IngestOpened } from '../gen/protovec/v1/record_service.js';
import { fromRecordError, type RecordError } from '../write-result.js';
import type { Batch } from './batch-cutter.js';
import type { IngestProgress, IngestSettings } from './ingest-options.js';
import type { IngestResult } from './ingest-result.js';

const ERRORS_MAX = 1_000;

export class Tally {
  readonly #key: string;
  readonly #isDurable: boolean;
  readonly #errors: RecordError[] = [];
  #acknowledgedBatches: number;
  #created = 0;
  #updated = 0;
  #failed = 0;
  #sent = 0;
  #sequence = 0;
  #durable = true;
  #openings = 0;

  constructor({ key, acknowledgedBatches, isDurable }: IngestSettings) {
    this.#key = key;
    this.#acknowledgedBatches = acknowledgedBatches;
    this.#isDurable = isDurable;
  }

  /** Batches that are known to be kept. */
  get acknowledgedBatches(): number {
    return this.#acknowledgedBatches;
  }

  /** Records whose fate is known; those of a batch that is kept in part are among them. */
  get acknowledged(): number {
    return this.#created + this.#updated + this.#failed;
  }

  /** Whether the load was ever opened. */
  get isOpened(): boolean {
    return this.#openings > 0;
  }

  opened(opened: IngestOpened): void {
    const last = Number(opened.lastNumber);
    // A level below durable leaves open whether what was not acknowledged here is on the disk.
    if (last > this.#acknowledgedBatches && !this.#isDurable) this.#durable = false;
    this.#acknowledgedBatches = last;
    this.#created = Number(opened.createdCount);
    this.#updated = Number(opened.updatedCount);
    this.#failed = Number(opened.failedCount);
    this.#openings += 1;
  }

  sent(batch: Batch): void {
    this.#sent = Math.max(this.#sent, batch.end);
  }

  acknowledge(batch: Batch, ack: IngestAck): void {
    this.#acknowledgedBatches = batch.number;
    this.#created += Number(ack.createdCount);
    this.#updated += Number(ack.updatedCount);
    this.#failed += ack.errors.length;
    for (const error of ack.errors) {
      if (this.#errors.length === ERRORS_MAX) break;
      this.#errors.push(fromRecordError(error, batch.first));
    }
    this.#sequence = Math.max(this.#sequence, Number(ack.sequence));
    this.#durable = ack.durable;
  }

  progress(paused: boolean): IngestProgress {
    return {
      acknowledged: this.acknowledged,
      acknowledgedBatches: this.#acknowledgedBatches,
      sent: Math.max(this.#sent, this.acknowledged),
      failed: this.#failed,
      paused,
      reconnects: this.#reconnects,
    };
  }

  result(): IngestResult {
    return {
      key: this.#key,
      created: this.#created,
      updated: this.#updated,
      failed: this.#failed,
      errors: [...this.#errors],
      sequence: this.#sequence,
      durable: this.#durable,
      acknowledgedBatches: this.#acknowledgedBatches,
      reconnects: this.#reconnects,
    };
  }

  get #reconnects(): number {
    return Math.max(0, this.#openings - 1);
  }
}
