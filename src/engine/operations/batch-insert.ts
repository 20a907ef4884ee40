/**
 * BatchInsert: a client stream of bulk load. Messages are validated while earlier ones are on their
 * way to the disk; each is one log entry. The summary tells whether all that it counts is durable.
 */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { nextTurn } from '../../collection/turns.js';
import type { UpsertOutcome } from '../../collection/writes/upsert-write.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import type { WriteMode } from '../../gen/protovec/v1/record.js';
import { BatchInsertResponse } from '../../gen/protovec/v1/record_service.js';
import { limits } from '../../limits.js';
import { RecordBatch } from '../../record/record-batch.js';
import { recordError } from '../../wire/record-error.js';
import { decodeWriteRequest } from '../../wire/write-request.js';
import { checkEmbeddable, type EmbeddedRanges, embedMissing, writesOf } from '../embed-records.js';
import type { CallContext, Operations } from '../operation.js';
import { idOf, peekId } from '../record-results.js';

/** Bytes of one stream that may be on their way to the disk. */
const IN_FLIGHT_BYTES_MAX = 8 * 1024 * 1024;
const SLACK_BYTES = 64;
/** How long messages may be validated before other calls get a turn. */
const SLICE_MS = 4;

export function batchInsertOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.RecordService/BatchInsert': {
      kind: 'clientStream',
      handle: (requests, call) => new BatchInsert(registry, call).run(requests),
    },
  };
}

class BatchInsert {
  readonly #registry: Registry;
  readonly #call: CallContext;
  #collection: Collection | undefined;
  #mode: WriteMode | undefined;
  /** Records of the messages before. */
  #seen = 0;
  #inFlightBytes = 0;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: unknown;
  readonly #summary = BatchInsertResponse.fromPartial({ durable: true });
  #created = 0;
  #updated = 0;
  #failed = 0;

  constructor(registry: Registry, call: CallContext) {
    this.#registry = registry;
    this.#call = call;
  }

  async run(requests: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    try {
      let sliceEnd = performance.now() + SLICE_MS;
      for await (const request of requests) {
        await this.#write(request);
        // Many messages may have arrived together; searches must not wait for all of them.
        if (performance.now() > sliceEnd) {
          await nextTurn();
          sliceEnd = performance.now() + SLICE_MS;
        }
        if (this.#failure !== undefined) break;
      }
    } finally {
      await Promise.all(this.#inFlight);
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#collection === undefined) {
      throw invalidArgument('collection', 'the stream ended before its first message');
    }
    const summary = this.#summary;
    summary.createdCount = BigInt(this.#created);
    summary.updatedCount = BigInt(this.#updated);
    summary.failedCount = BigInt(this.#failed);
    summary.errors.sort((a, b) => Number(a.index - b.index));
    return BatchInsertResponse.encode(summary).finish();
  }

  async #write(request: Uint8Array): Promise<void> {
    const { collection: name, records, mode } = decodeWriteRequest(request);
    this.#collection ??= this.#registry.get(name);
    this.#mode ??= mode;
    if (name !== '' && name !== this.#collection.name) {
      const message = `the stream loads ${this.#collection.name}, a message names ${name}`;
      throw invalidArgument('collection', message);
    }
    const count = records.length / 2;
    if (count > limits.batchRecordsMax) {
      const message = `a message has at most ${limits.batchRecordsMax} records, this one has ${count}`;
      throw invalidArgument('records', message);
    }
    let first = 0;
    for (const write of writesOf(this.#collection, request, records)) {
      // The next message waits meanwhile, so that what is written of the stream keeps its order.
      const embedding = embedMissing(this.#collection, write, this.#call);
      const ready = embedding instanceof Promise ? await embedding : embedding;
      await this.#writeRanges(this.#collection, ready, first);
      first += write.records.length / 2;
    }
    this.#seen += count;
  }

  /** `first`: place of the first of these records in their message. */
  async #writeRanges(collection: Collection, ranges: EmbeddedRanges, first: number): Promise<void> {
    const { bytes, records } = ranges;
    const batch = new RecordBatch(bytes.length + SLACK_BYTES, records.length / 2);
    const positions: number[] = [];
    for (let i = 0; i < records.length; i += 2) {
      try {
        checkEmbeddable(ranges, i / 2);
        batch.add(bytes, records[i], records[i + 1], collection.state.config);
        positions.push(first + i / 2);
      } catch (error) {
        if (!(error instanceof ProtovecError)) throw error;
        this.#refuse(error, first + i / 2, peekId(bytes, records[i], records[i + 1]), this.#seen);
      }
    }
    if (batch.count > 0) await this.#submit(collection, batch, positions, this.#seen);
  }

  /** Hands the batch to the writer; waits only while too many bytes are on their way. */
  async #submit(
    collection: Collection,
    batch: RecordBatch,
    positions: readonly number[],
    seen: number,
  ): Promise<void> {
    const bytes = batch.bytes.length;
    const options = { mode: this.#mode!, expectedRevision: undefined };
    this.#inFlightBytes += bytes;
    const done = collection
      .upsert(batch, options, this.#call.signal)
      .then((outcome) => this.#count(outcome, batch, positions, seen))
      .catch((error) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#inFlightBytes -= bytes;
        this.#inFlight.delete(done);
      });
    this.#inFlight.add(done);
    while (this.#inFlightBytes > IN_FLIGHT_BYTES_MAX) await Promise.race(this.#inFlight);
  }

  #count(
    outcome: UpsertOutcome,
    batch: RecordBatch,
    positions: readonly number[],
    seen: number,
  ): void {
    let created = 0;
    for (const one of outcome.created) created += one;
    this.#created += created;
    this.#updated += batch.count - outcome.refused.size - created;
    for (const [row, error] of outcome.refused) {
      this.#refuse(error, positions[row], idOf(batch, row), seen);
    }
    const sequence = BigInt(outcome.sequence);
    if (sequence > this.#summary.sequence) this.#summary.sequence = sequence;
    if (sequence > 0n && !outcome.durable) this.#summary.durable = false;
  }

  #refuse(error: ProtovecError, position: number, id: string, seen: number): void {
    this.#failed += 1;
    if (this.#summary.errors.length >= limits.streamErrorsMax) return;
    this.#summary.errors.push(recordError(error, seen + position, position, id));
  }
}
