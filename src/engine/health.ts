/** What a worker says about its health when the main thread asks. */
import type { Registry } from '../collection/registry.js';
import type { Operations } from './operation.js';

/** Asked of every worker, and never served to the network. */
export const healthPath = '/protovec.internal.Engine/Health';

export interface WorkerHealth {
  /** Names of the collections whose log failed: they take no writes until the next start. */
  readonly latched: readonly string[];
}

export function encodeWorkerHealth(health: WorkerHealth): Uint8Array {
  return Buffer.from(JSON.stringify(health));
}

export function decodeWorkerHealth(answer: Buffer): WorkerHealth {
  return JSON.parse(answer.toString()) as WorkerHealth;
}

export function healthOperations(registry: Registry): Operations {
  return {
    [healthPath]: {
      kind: 'unary',
      handle: () => encodeWorkerHealth({ latched: registry.latched() }),
    },
  };
}
