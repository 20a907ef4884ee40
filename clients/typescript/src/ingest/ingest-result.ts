/** What a load did, as a whole or until it failed. */
import { ProtovecError } from '../errors.js';
import type { InsertResult } from '../write-result.js';

/**
 * What `ingest` did. The counts are exact, and with those of earlier runs under the same key.
 * `errors` are the first 1,000 refusals that this run was told of, by their place in the source:
 * those whose acknowledgement was lost with a connection are counted only.
 */
export interface IngestResult extends InsertResult {
  /** The load's name: `ingest` with it and the same source goes on where this ended. */
  key: string;
  /** Batches that are kept; give it with the key. */
  acknowledgedBatches: number;
  /** How often the load was opened again. */
  reconnects: number;
}

/** Why a load failed, and how far it came. */
export class IngestError extends ProtovecError {
  /** What is kept, as far as the server has told. */
  readonly result: IngestResult;

  constructor(error: ProtovecError, result: IngestResult) {
    super(error.code, error.message, {
      reason: error.reason,
      fieldViolations: [...error.fieldViolations],
      retryAfterMs: error.retryAfterMs,
      metadata: { ...error.metadata },
      cause: error.cause,
    });
    this.result = result;
  }
}
