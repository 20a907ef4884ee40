/** What a worker has done and what its collections hold, when the main thread asks. */
import { type FiguresByName, joined } from '../collection/figures.js';
import type { Registry } from '../collection/registry.js';
import { checkpointTimes } from '../collection/save/checkpoint-times.js';
import { syncTimes } from '../log/sync-times.js';
import type { TallyFigures } from '../tally.js';
import type { Operations } from './operation.js';
import { searchBatches } from './search-batches.js';

/** Asked of every worker, and never served to the network. */
export const figuresPath = '/protovec.internal.Engine/Figures';

export interface WorkerFigures {
  readonly collections: FiguresByName;
  /** Searches answered together. Tallies begin anew with the worker. */
  readonly searchBatches: TallyFigures;
  /** Seconds. */
  readonly logSyncs: TallyFigures;
  /** Seconds. */
  readonly checkpoints: TallyFigures;
}

export function encodeWorkerFigures(figures: WorkerFigures): Uint8Array {
  return Buffer.from(JSON.stringify(figures));
}

export function decodeWorkerFigures(answer: Buffer): WorkerFigures {
  return JSON.parse(answer.toString()) as WorkerFigures;
}

export function figuresOperations(registry: Registry): Operations {
  return {
    [figuresPath]: {
      kind: 'unary',
      handle: () =>
        encodeWorkerFigures({
          collections: joined([{ named: registry.figures(), others: undefined }]),
          searchBatches: searchBatches.figures,
          logSyncs: syncTimes.figures,
          checkpoints: checkpointTimes.figures,
        }),
    },
  };
}
