/** The answer of BatchUpsertRecords: a result for each record, gathered write by write. */
import type { UpsertOutcome } from '../collection/writes/upsert-write.js';
import type { ProtovecError } from '../errors.js';
import { WriteOutcome } from '../gen/protovec/v1/record.js';
import { BatchUpsertRecordsResponse } from '../gen/protovec/v1/record_service.js';
import { peekString } from '../record/peek.js';
import { ID_END, ID_START, type RecordBatch, TABLE_STRIDE } from '../record/record-batch.js';
import { recordError } from '../wire/record-error.js';

const ID_FIELD = 1;

/** The good records of a write as a batch, and the others. */
export interface Collected {
  readonly batch: RecordBatch;
  /** Position in the write of each row of the batch. */
  readonly positions: readonly number[];
  /** Why a record was refused, by its position. */
  readonly refused: ReadonlyMap<number, ProtovecError>;
}

/** The id of a record that was refused; empty when it cannot be read. */
export function peekId(request: Uint8Array, start: number, end: number): string {
  try {
    return peekString(request.subarray(start, end), ID_FIELD);
  } catch {
    return '';
  }
}

/** The id of a row of a batch. */
export function idOf(batch: RecordBatch, row: number): string {
  const at = row * TABLE_STRIDE;
  const id = batch.bytes.subarray(batch.table[at + ID_START], batch.table[at + ID_END]);
  return Buffer.from(id).toString('utf8');
}

export class RecordResults {
  readonly #request: Uint8Array;
  readonly #records: readonly number[];
  readonly #results: BatchUpsertRecordsResponse['results'] = [];
  #sequence = 0;
  #durable = true;

  /** `records`: start and end of each record in the request. */
  constructor(request: Uint8Array, records: readonly number[]) {
    this.#request = request;
    this.#records = records;
  }

  /** Records that have a result. */
  get length(): number {
    return this.#results.length;
  }

  /** Adds the results of the next records; `outcome` undefined: none of them was written. */
  add({ batch, positions, refused }: Collected, outcome: UpsertOutcome | undefined): void {
    const first = this.#results.length;
    for (let i = 0; i < positions.length + refused.size; i += 1) {
      this.#results.push({ id: '', outcome: WriteOutcome.FAILED, error: undefined });
    }
    for (const [position, error] of refused) this.#refuse(first + position, error);
    for (const [row, position] of positions.entries()) {
      const result = this.#results[first + position];
      result.id = idOf(batch, row);
      const refusal = outcome?.refused.get(row);
      if (refusal !== undefined) this.#refuse(first + position, refusal, result.id);
      else {
        result.outcome = outcome?.created[row] === 1 ? WriteOutcome.CREATED : WriteOutcome.UPDATED;
      }
    }
    if (outcome === undefined || outcome.sequence === 0) return;
    this.#sequence = outcome.sequence;
    if (!outcome.durable) this.#durable = false;
  }

  /** The encoded BatchUpsertRecordsResponse. */
  encode(): Uint8Array {
    const response = {
      results: this.#results,
      sequence: BigInt(this.#sequence),
      durable: this.#durable && this.#sequence > 0,
    };
    return BatchUpsertRecordsResponse.encode(response).finish();
  }

  #refuse(index: number, error: ProtovecError, known?: string): void {
    const [start, end] = [this.#records[2 * index], this.#records[2 * index + 1]];
    const id = known ?? peekId(this.#request, start, end);
    this.#results[index].id = id;
    this.#results[index].error = recordError(error, index, index, id);
  }
}
