/**
 * Cuts a source into numbered batches and encodes them, once: a batch is sent again as the same
 * bytes, with the ids that were made for it.
 * Invariant: where a batch ends follows from the records and their order alone, so that a later run
 * over the same source cuts the same batches.
 */
import { ByteWriter } from '../codec/byte-writer.js';
import type { VectorRecord } from '../record.js';
import { addRecord, isFull } from '../record-message.js';

/** Field 3 of IngestRecordsRequest; in it number and records. */
const BATCH_TAG = 0x1a;
const NUMBER_TAG = 0x08;
const RECORD_TAG = 0x12;
/** Bytes of the length of a batch between 16 KiB and 2 MiB. */
const BATCH_LENGTH_BYTES = 3;
const BUFFER_BYTES = 1024 * 1024 + 64 * 1024;
/** Buffers that are kept for further batches. */
const FREE_MAX = 4;

/** An encoded IngestRecordsRequest with a batch. */
export interface Batch {
  /** From 1. */
  readonly number: number;
  /** Place of its first record in the source. */
  readonly first: number;
  /** Place after its last record. */
  readonly end: number;
  readonly message: ByteWriter;
  /** Sendings that hold its bytes. */
  holders: number;
}

export class BatchCutter {
  readonly #free: ByteWriter[] = [];
  #message: ByteWriter | undefined;
  #start = 0;
  #first = 0;
  #next = 0;
  #number = 0;

  /** Number of the last batch that was cut. */
  get lastNumber(): number {
    return this.#number;
  }

  /** Records in the batches that were cut. */
  get lastEnd(): number {
    return this.#first;
  }

  /** Adds a record; returns the batch that it completed. Throws what cannot be encoded. */
  add(record: VectorRecord): Batch | undefined {
    const message = this.#message ?? this.#begin();
    addRecord(message, RECORD_TAG, record, this.#next);
    this.#next += 1;
    return isFull(message.length, this.#next - this.#first) ? this.end() : undefined;
  }

  /** The records that are left, as the last batch; undefined when there are none. */
  end(): Batch | undefined {
    const message = this.#message;
    if (message === undefined) return undefined;
    message.endMessage(this.#start, BATCH_LENGTH_BYTES);
    this.#message = undefined;
    this.#number += 1;
    const batch = { number: this.#number, first: this.#first, end: this.#next, message };
    this.#first = this.#next;
    return { ...batch, holders: 0 };
  }

  /** Takes the memory of a batch that is not needed any more. */
  recycle({ message, holders }: Batch): void {
    if (holders > 0 || this.#free.length === FREE_MAX) return;
    message.reset();
    this.#free.push(message);
  }

  #begin(): ByteWriter {
    const message = this.#free.pop() ?? new ByteWriter(BUFFER_BYTES);
    this.#start = message.beginMessage(BATCH_TAG, BATCH_LENGTH_BYTES);
    message.byte(NUMBER_TAG);
    message.varint(this.#number + 1);
    this.#message = message;
    return message;
  }
}
