/**
 * A write of records: decides at its turn which of them the write mode allows, encodes those as one
 * effect, and applies them once they are in the log.
 */
import { ProtovecError } from '../../errors.js';
import { WriteMode } from '../../gen/protovec/v1/record.js';
import type { AppliedAt, Write } from '../../log/group-commit.js';
import {
  BODY_END,
  BODY_START,
  ID_END,
  ID_START,
  type RecordBatch,
  TABLE_STRIDE,
} from '../../record/record-batch.js';
import type { CollectionState } from '../state/state.js';
import { upsertEffect } from './effects.js';

export interface UpsertOptions {
  readonly mode: WriteMode;
  /** Revision that the one stored record must have. */
  readonly expectedRevision?: number | undefined;
  /** Refuse everything when one record is refused. */
  readonly allOrNothing?: boolean;
}

/** What a write of records did. */
export interface UpsertOutcome {
  /** Log sequence; 0 when every record was refused. */
  sequence: number;
  /** Whether it is on stable storage. */
  durable: boolean;
  /** Commit time. */
  seconds: number;
  nanos: number;
  /** By row of the batch: 1 when it was created, 0 when it replaced a record or was refused. */
  created: Uint8Array;
  /** By row of the batch: why it was refused; absent when it was not. */
  refused: Map<number, ProtovecError>;
}

export class UpsertWrite implements Write<UpsertOutcome> {
  readonly bytes: number;
  readonly conditional: boolean;
  readonly touches: Uint32Array;
  readonly #state: CollectionState;
  readonly #batch: RecordBatch;
  readonly #options: UpsertOptions;
  #refused = new Map<number, ProtovecError>();
  /** Bytes of the effect before its first record. */
  #headBytes = 0;

  constructor(state: CollectionState, batch: RecordBatch, options: UpsertOptions) {
    this.#state = state;
    this.#batch = batch;
    this.#options = options;
    this.bytes = batch.bytes.length;
    const upsert = options.mode === WriteMode.UNSPECIFIED || options.mode === WriteMode.UPSERT;
    this.conditional = !upsert || options.expectedRevision !== undefined;
    this.touches = new Uint32Array(batch.count);
    const { bytes, table } = batch;
    for (let row = 0; row < batch.count; row += 1) {
      const at = row * TABLE_STRIDE;
      this.touches[row] = state.ids.hash(bytes, table[at + ID_START], table[at + ID_END]);
    }
  }

  /** By row of the batch: why it is refused, once it is resolved. */
  get refused(): ReadonlyMap<number, ProtovecError> {
    return this.#refused;
  }

  resolve(): readonly Uint8Array[] | null {
    if (this.conditional) this.#refused = this.#refusals();
    if (this.#refused.size > 0 && this.#options.allOrNothing === true) {
      throw refusalOfAll(this.#refused, this.#batch.count);
    }
    if (this.#refused.size === this.#batch.count) return null;
    const all = this.#refused.size === 0;
    const effect = upsertEffect(all ? [this.#batch.bytes] : this.#allowedPieces());
    this.#headBytes = effect[0].length;
    return effect;
  }

  apply(at: AppliedAt): UpsertOutcome {
    const { sequence, seconds, nanos, durable } = at;
    const file = this.#state.files.numberOf(at.log);
    const origin = { file, sequence, seconds, nanos };
    const { table, count } = this.#batch;
    const created = new Uint8Array(count);
    // Where the batch's first byte stands in the file; records that were refused are not there.
    let shift = at.effectOffset + this.#headBytes;
    for (let row = 0; row < count; row += 1) {
      if (this.#refused.has(row)) {
        shift -= this.#fieldEnd(row) - this.#fieldStart(row);
        continue;
      }
      const body = shift + table[row * TABLE_STRIDE + BODY_START];
      if (this.#state.upsert(this.#batch, row, body, origin)) created[row] = 1;
    }
    this.#state.sequence = sequence;
    return { sequence, durable, seconds, nanos, created, refused: this.#refused };
  }

  nothing(): UpsertOutcome {
    const created = new Uint8Array(this.#batch.count);
    const refused = this.#refused;
    return { sequence: 0, durable: false, seconds: 0, nanos: 0, created, refused };
  }

  #refusals(): Map<number, ProtovecError> {
    const refused = new Map<number, ProtovecError>();
    const { bytes, table, count } = this.#batch;
    const inserted = new Set<string>();
    for (let row = 0; row < count; row += 1) {
      const idStart = table[row * TABLE_STRIDE + ID_START];
      const idEnd = table[row * TABLE_STRIDE + ID_END];
      const slot = this.#state.ids.find(bytes, idStart, idEnd);
      const id = Buffer.from(bytes.subarray(idStart, idEnd)).toString('utf8');
      const error = this.#refusal(id, slot, inserted.has(id));
      if (error === undefined) inserted.add(id);
      else refused.set(row, error);
    }
    return refused;
  }

  #refusal(id: string, slot: number, again: boolean): ProtovecError | undefined {
    const { mode, expectedRevision } = this.#options;
    if (mode === WriteMode.INSERT && (slot >= 0 || again)) {
      const message = `record ${JSON.stringify(id)} exists; use upsert to replace it`;
      return new ProtovecError('ALREADY_EXISTS', message, { field: 'id' });
    }
    if (mode === WriteMode.UPDATE && slot < 0) {
      const message = `record ${JSON.stringify(id)} does not exist; use upsert to create it`;
      return new ProtovecError('RECORD_NOT_FOUND', message, { field: 'id' });
    }
    if (expectedRevision === undefined) return undefined;
    const revision = slot < 0 ? 0 : this.#state.rows.revision[slot];
    if (slot >= 0 && revision === expectedRevision) return undefined;
    const is = slot < 0 ? 'does not exist' : `has revision ${revision}`;
    return new ProtovecError(
      'REVISION_MISMATCH',
      `record ${JSON.stringify(id)} ${is}, expected ${expectedRevision}; read it again and retry`,
      { field: 'expected_revision', metadata: { revision: String(revision) } },
    );
  }

  /** Each record of the batch is a field: its tag byte, its length, its body. */
  #fieldStart(row: number): number {
    return row === 0 ? 0 : this.#fieldEnd(row - 1);
  }

  #fieldEnd(row: number): number {
    return this.#batch.table[row * TABLE_STRIDE + BODY_END];
  }

  #allowedPieces(): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let row = 0; row < this.#batch.count; row += 1) {
      if (this.#refused.has(row)) continue;
      pieces.push(this.#batch.bytes.subarray(this.#fieldStart(row), this.#fieldEnd(row)));
    }
    return pieces;
  }
}

/**
 * The one error of an all-or-nothing batch: a violation for each record that was refused, by its
 * position in the request. `refused` is not empty.
 */
export function refusalOfAll(
  refused: ReadonlyMap<number, ProtovecError>,
  count: number,
): ProtovecError {
  const violations = [...refused].flatMap(
    ([position, error]) => error.within(`records[${position}]`).violations,
  );
  const [first] = refused.values();
  const message = `${refused.size} of ${count} records refused: ${first.message}`;
  return new ProtovecError(first.reason, message, { violations });
}
