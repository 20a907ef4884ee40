/** Writes IngestRecordsResponse: what a load is told, and what became of a batch. */
import type { ProtovecError } from '../errors.js';
import type { RecordError } from '../gen/protovec/v1/record.js';
import { IngestRecordsResponse } from '../gen/protovec/v1/record_service.js';
import { limits } from '../limits.js';
import { recordError } from './record-error.js';
import { statusOf } from './status.js';

type Message = NonNullable<IngestRecordsResponse['message']>;

const encode = (message: Message): Uint8Array => IngestRecordsResponse.encode({ message }).finish();

/** How far a load got. */
export interface OpenedLoad {
  readonly number: number;
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
}

export function encodeOpened({ number, created, updated, failed }: OpenedLoad): Uint8Array {
  const value = {
    lastNumber: BigInt(number),
    createdCount: BigInt(created),
    updatedCount: BigInt(updated),
    failedCount: BigInt(failed),
  };
  return encode({ $case: 'opened', value });
}

/** `reason`: for people. */
export function encodePause(reason: string): Uint8Array {
  return encode({ $case: 'pause', value: { reason } });
}

export function encodeResume(): Uint8Array {
  return encode({ $case: 'resume', value: {} });
}

export function encodeClosing(): Uint8Array {
  return encode({ $case: 'closing', value: {} });
}

/** The acknowledgement of one batch, gathered from what became of its parts. */
export class IngestAckWriter {
  readonly number: number;
  readonly #errors: RecordError[] = [];
  #repeated = false;
  #created = 0;
  #updated = 0;
  #sequence = 0;
  #durable = true;

  constructor(number: number) {
    this.number = number;
  }

  /** The batch was kept before. */
  repeat(durable: boolean): void {
    this.#repeated = true;
    this.#durable = durable;
  }

  /** Counts a part that is kept; `sequence` 0: no record of it was written. */
  add(created: number, updated: number, sequence: number, durable: boolean): void {
    this.#created += created;
    this.#updated += updated;
    this.#sequence = Math.max(this.#sequence, sequence);
    if (!durable) this.#durable = false;
  }

  /** Adds a record that was refused, by its place in the batch. */
  refuse(error: ProtovecError, position: number, id: string): void {
    const { reason } = error;
    if (this.#errors.length < limits.streamErrorsMax) {
      const told = recordError(error, position, position, id);
      this.#errors.push({ ...told, field: `batch.${told.field}` });
      return;
    }
    // All texts of 10,000 refusals would be more than a client receives in one message.
    const texts = { id: '', message: '', field: '' };
    this.#errors.push({ index: BigInt(position), code: statusOf(reason), reason, ...texts });
  }

  /** The encoded answer. */
  finish(): Uint8Array {
    this.#errors.sort((a, b) => Number(a.index - b.index));
    const value = {
      number: BigInt(this.number),
      repeated: this.#repeated,
      createdCount: BigInt(this.#created),
      updatedCount: BigInt(this.#updated),
      errors: this.#errors,
      sequence: BigInt(this.#sequence),
      durable: this.#durable,
    };
    return encode({ $case: 'ack', value });
  }
}
