/**
 * Whether the services can do their work, as the standard health service tells it.
 *
 * - SearchService serves while every engine worker does: reads need no log.
 * - The services that write also need every log to take writes. One that failed is latched until
 *   the server is started again, so whoever watches the server may heal it by that.
 * - ServerService is answered by this thread: it serves until the server stops.
 * - The server as a whole, whose name is empty, serves when all of them do.
 */

import { HealthCheckResponse_ServingStatus as ServingStatus } from '../gen/grpc/health/v1/health.js';

/** What the health of the services depends on, besides that the server is not being stopped. */
export interface EngineState {
  /** Every worker answers. */
  readonly isReady: boolean;
  /** Every collection takes writes. */
  readonly isWritable: boolean;
}

/** The server as a whole. */
const WHOLE = '';

const needs: ReadonlyMap<string, (state: EngineState) => boolean> = new Map([
  [WHOLE, readyAndWritable],
  ['protovec.v1.CollectionService', readyAndWritable],
  ['protovec.v1.IndexService', readyAndWritable],
  ['protovec.v1.RecordService', readyAndWritable],
  ['protovec.v1.SearchService', ({ isReady }) => isReady],
  ['protovec.v1.ServerService', () => true],
  ['protovec.v1.SnapshotService', readyAndWritable],
]);

export class Health {
  #engine: EngineState = { isReady: true, isWritable: true };
  #isDraining = false;
  readonly #listeners = new Set<() => void>();

  /** Names of what has a health; the server as a whole is the empty one. */
  get services(): string[] {
    return [...needs.keys()];
  }

  /** Whether the server is being stopped; then nothing serves any more. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** The status of a service; undefined: there is no such service. */
  statusOf(service: string): ServingStatus | undefined {
    const isServing = needs.get(service);
    if (isServing === undefined) return undefined;
    return !this.#isDraining && isServing(this.#engine)
      ? ServingStatus.SERVING
      : ServingStatus.NOT_SERVING;
  }

  /** Takes what is known of the engine now. */
  update(engine: EngineState): void {
    const { isReady, isWritable } = this.#engine;
    if (engine.isReady === isReady && engine.isWritable === isWritable) return;
    this.#engine = engine;
    this.#tell();
  }

  /** The server is being stopped. */
  drain(): void {
    this.#isDraining = true;
    this.#tell();
  }

  /** Calls `listener` when a status may have changed, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function readyAndWritable({ isReady, isWritable }: EngineState): boolean {
  return isReady && isWritable;
}
