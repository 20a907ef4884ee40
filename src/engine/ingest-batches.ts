/**
 * The batches of one open load: validates and writes each behind the one before, while earlier ones
 * are on their way to the disk, and acknowledges them in the order of their numbers. The first
 * failure ends the load: what was taken before it is still written and acknowledged, nothing behind it.
 */
import type { Collection } from '../collection/collection.js';
import type { KnownLoad } from '../collection/state/ingest-loads.js';
import type { IngestOrder, IngestPart } from '../collection/writes/ingest-write.js';
import type { UpsertOutcome } from '../collection/writes/upsert-write.js';
import { invalidArgument, ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { RecordBatch } from '../record/record-batch.js';
import type { IngestOpening, IngestRanges } from '../wire/ingest-request.js';
import { encodePause, encodeResume, IngestAckWriter } from '../wire/ingest-response.js';
import { checkEmbeddable, type EmbeddedRanges, embedMissing, writesOf } from './embed-records.js';
import type { Exchange } from './operation.js';
import { idOf, peekId } from './record-results.js';

const SLACK_BYTES = 64;

/** A batch that is not acknowledged yet. */
interface Pending {
  readonly ack: IngestAckWriter;
  /** Parts that are not kept yet, those that were not submitted included. */
  parts: number;
}

/** A part of a batch: what one log entry takes of it. */
interface Part {
  readonly pending: Pending;
  readonly ranges: EmbeddedRanges;
  /** Place in the batch of its first record. */
  readonly first: number;
  readonly mark: IngestPart['mark'];
  readonly failures: IngestPart['failures'];
}

export interface IngestBatchesParts {
  readonly collection: Collection;
  readonly open: IngestOpening;
  /** Whether a batch is acknowledged only when it is on stable storage. */
  readonly synced: boolean;
  /** How far the load got before. */
  readonly known: KnownLoad | undefined;
  readonly exchange: Exchange;
  /** Aborts when nobody waits for the load any more. */
  readonly signal: AbortSignal;
  /** Told of each batch that could not be written. */
  failed(error: unknown): void;
}

export class IngestBatches {
  readonly #parts: IngestBatchesParts;
  readonly #order: IngestOrder = { broken: false };
  readonly #pending: Pending[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #inFlightBytes = 0;
  /** Number of the last batch that was taken or is kept. */
  #last: number;
  /** Records of the next batch that are kept already, and those of them that were refused. */
  #kept: { readonly records: number; readonly failed: number };
  #paused = false;

  constructor(parts: IngestBatchesParts) {
    const { number = 0, nextRecords = 0, nextFailed = 0 } = parts.known ?? {};
    this.#parts = parts;
    this.#last = number;
    this.#kept = { records: nextRecords, failed: nextFailed };
  }

  /** Whether another batch may be taken; when not, the exchange is woken as soon as it may. */
  get hasRoom(): boolean {
    return this.#pending.length < limits.ingestBatchesMax;
  }

  /**
   * Takes the batch in the ranges of a message; resolves when all of it is on its way, which waits
   * for room. Throws what is wrong with the batch; then nothing may follow.
   */
  async add(message: Uint8Array, { number, records }: IngestRanges): Promise<void> {
    if (number === 0) throw invalidArgument('batch.number', 'batches are numbered from 1');
    const pending: Pending = { ack: new IngestAckWriter(number), parts: 0 };
    if (number <= this.#last) {
      const { collection, synced } = this.#parts;
      pending.ack.repeat(synced || collection.ingest.isDurable);
      this.#pending.push(pending);
      this.#acknowledge();
      return;
    }
    if (number !== this.#last + 1) throw gap(number, this.#last);
    const kept = this.#kept;
    checkCount(records.length / 2, kept.records);
    const { collection, open, signal } = this.#parts;
    const writes = writesOf(collection, message, records.slice(kept.records * 2));
    if (open.stopOnRefusal && writes.length > 1) throw tooLargeTogether(records.length / 2);
    this.#last = number;
    this.#kept = { records: 0, failed: 0 };
    pending.parts = writes.length;
    this.#pending.push(pending);
    const failures = { count: kept.failed };
    let first = kept.records;
    for (const [i, write] of writes.entries()) {
      const embedding = embedMissing(collection, write, { signal });
      const ranges = embedding instanceof Promise ? await embedding : embedding;
      const recordCount = first + ranges.records.length / 2;
      const complete = i === writes.length - 1;
      const { key } = open;
      const mark = key === '' ? undefined : { key, number: BigInt(number), recordCount, complete };
      await this.#write({ pending, ranges, first, mark, failures });
      first = recordCount;
    }
  }

  /** Resolves when nothing is on its way any more; what is kept was acknowledged then. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  /** Validates the records of a part and hands them to the writer. */
  async #write({ pending, ranges, first, mark, failures }: Part): Promise<void> {
    const { collection, open, synced } = this.#parts;
    const { bytes, records } = ranges;
    const batch = new RecordBatch(bytes.length + SLACK_BYTES, records.length / 2);
    const positions: number[] = [];
    for (let i = 0; i < records.length; i += 2) {
      const position = first + i / 2;
      try {
        checkEmbeddable(ranges, i / 2);
        batch.add(bytes, records[i], records[i + 1], collection.state.config);
        positions.push(position);
      } catch (error) {
        if (!(error instanceof ProtovecError)) throw error;
        if (open.stopOnRefusal) throw error.within(`batch.records[${position}]`);
        pending.ack.refuse(error, position, peekId(bytes, records[i], records[i + 1]));
      }
    }
    await this.#admit(batch.bytes.length);
    this.#submit(pending, positions, {
      batch,
      mode: open.mode,
      first,
      mark,
      refused: records.length / 2 - batch.count,
      failures,
      order: this.#order,
      synced,
      stopOnRefusal: open.stopOnRefusal,
    });
  }

  /** Waits while too much of this load is on its way, or the collection has no room for it. */
  async #admit(bytes: number): Promise<void> {
    const { collection, exchange, signal } = this.#parts;
    while (this.#inFlight.size > 0 && this.#inFlightBytes + bytes > limits.ingestInFlightBytes) {
      await Promise.race(this.#inFlight);
    }
    const { ingest } = collection;
    for (let why = ingest.obstacle(bytes); why !== undefined; why = ingest.obstacle(bytes)) {
      if (!this.#paused) exchange.send(encodePause(why));
      this.#paused = true;
      await ingest.admit(bytes, signal);
    }
    if (this.#paused) exchange.send(encodeResume());
    this.#paused = false;
  }

  #submit(pending: Pending, positions: readonly number[], part: IngestPart): void {
    const { length } = part.batch.bytes;
    const { collection, failed } = this.#parts;
    this.#inFlightBytes += length;
    const done = collection.ingest
      .write(part)
      .then((outcome) => {
        count(pending.ack, part.batch, positions, outcome);
        pending.parts -= 1;
        this.#acknowledge();
      })
      .catch(failed)
      .finally(() => {
        this.#inFlightBytes -= length;
        this.#inFlight.delete(done);
      });
    this.#inFlight.add(done);
  }

  /** Sends what is kept, up to the first batch that is not. */
  #acknowledge(): void {
    const { exchange } = this.#parts;
    const was = this.hasRoom;
    while (this.#pending[0]?.parts === 0) exchange.send(this.#pending.shift()!.ack.finish());
    if (!was) exchange.wake();
  }
}

/** Counts what became of the records of a part. */
function count(
  ack: IngestAckWriter,
  batch: RecordBatch,
  positions: readonly number[],
  { created, refused, sequence, durable }: UpsertOutcome,
): void {
  let createdCount = 0;
  for (const one of created) createdCount += one;
  ack.add(createdCount, batch.count - refused.size - createdCount, sequence, durable);
  for (const [row, error] of refused) ack.refuse(error, positions[row], idOf(batch, row));
}

function checkCount(count: number, kept: number): void {
  const most = limits.batchRecordsMax;
  if (count === 0 || count > most) {
    const message = `a batch has 1 to ${most} records, this one has ${count}`;
    throw invalidArgument('batch.records', message);
  }
  if (count > kept) return;
  const message =
    `${kept} records of the batch of this number are kept, and it has only ${count}; send again ` +
    'what was sent before';
  throw invalidArgument('batch.records', message);
}

function gap(number: number, last: number): ProtovecError {
  const message = `batch ${number} follows batch ${last}; send batch ${last + 1} first`;
  return invalidArgument('batch.number', message);
}

function tooLargeTogether(count: number): ProtovecError {
  const message =
    `${count} records have more than ${limits.embeddedBatchBytesMax} bytes together with the ` +
    'embeddings that are made for them, too many for one write; send fewer, or leave ' +
    'stop_on_refusal out';
  return invalidArgument('batch.records', message);
}
