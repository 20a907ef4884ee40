/**
 * The engine workers, seen from the main thread: which of them answers a call, and their common
 * start and end. Requests and answers are encoded messages; nothing is decoded here but the name of
 * the collection.
 */

import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddingService } from '../embedding/embedding-service.js';
import { ProtovecError } from '../errors.js';
import type { CallListener, EngineCall } from './channel-calls.js';
import { emptyPayload } from './channel-frame.js';
import { routeName, workerOf } from './pool-routing.js';
import { EngineThread, type ThreadOptions } from './pool-thread.js';

/** More workers than this gain nothing while one main thread feeds them. */
const workersMax = 4;

/** The module of a worker that hosts the engine. */
const engineEntry = new URL('./worker.js', import.meta.url);

export interface PoolOptions {
  readonly dataDirectory: string;
  /** Least severe messages that workers log. Unset: as the environment says. */
  readonly logLevel?: string | undefined;
  /** Number of threads. Unset: half the processors, 1 to 4. */
  readonly workers?: number | undefined;
  /** Native threads of one call of the graph library. Unset: see native-threads.ts. */
  readonly nativeThreads?: number | undefined;
  /** The operator's embedding service. */
  readonly embeddingService?: EmbeddingService | undefined;
  /** The module that a thread runs. Unset: the engine. */
  readonly entry?: URL;
  /** Told when a worker died, and when starting it anew failed. */
  readonly onFailure: (worker: number, error: Error) => void;
}

export class EnginePool {
  readonly #threads: readonly EngineThread[];
  readonly #readinessListeners: Set<() => void>;
  #closing = false;

  private constructor(threads: readonly EngineThread[], readinessListeners: Set<() => void>) {
    this.#threads = threads;
    this.#readinessListeners = readinessListeners;
  }

  /** Starts every worker. When one cannot open its engine, ends the others and rejects with why. */
  static async open(options: PoolOptions): Promise<EnginePool> {
    const workers = options.workers ?? defaultWorkers();
    const { dataDirectory, onFailure, logLevel, nativeThreads, embeddingService } = options;
    const { entry = engineEntry } = options;
    const starts: Promise<EngineThread>[] = [];
    const listeners = new Set<() => void>();
    const onReadiness = (): void => {
      for (const listener of listeners) listener();
    };
    for (let worker = 0; worker < workers; worker++) {
      const thread: ThreadOptions = {
        dataDirectory,
        worker,
        workers,
        logLevel,
        nativeThreads,
        embeddingService,
        entry,
        onFailure,
        onReadiness,
      };
      starts.push(EngineThread.open(thread));
    }
    const started = await Promise.allSettled(starts);
    const threads = started.flatMap((start) => (start.status === 'fulfilled' ? start.value : []));
    const failed = started.find((start) => start.status === 'rejected');
    if (failed === undefined) return new EnginePool(threads, listeners);
    await Promise.allSettled(threads.map((thread) => thread.close()));
    throw failed.reason;
  }

  /** Number of workers. */
  get size(): number {
    return this.#threads.length;
  }

  /** Whether every worker takes calls. */
  get isReady(): boolean {
    return this.#threads.every(({ isReady }) => isReady);
  }

  /** Calls `listener` whenever a worker died or is back. */
  onReadiness(listener: () => void): void {
    this.#readinessListeners.add(listener);
  }

  /**
   * Starts a call whose one request is given. `deadline` is in epoch milliseconds. Throws what
   * refuses the call at once: ENGINE_RESTARTING, SHUTTING_DOWN, OVERLOADED, INVALID_ARGUMENT.
   */
  start(path: string, request: Uint8Array, deadline: number, listener: CallListener): EngineCall {
    const { calls } = this.#route(path, request);
    calls.refuseWhenFull(request.byteLength);
    return calls.start(path, request, deadline, listener);
  }

  /** Starts a call whose requests are streamed; the first, if there is one, says to which worker. */
  startStream(
    path: string,
    first: Uint8Array | undefined,
    deadline: number,
    listener: CallListener,
  ): EngineCall {
    const { calls } = this.#route(path, first ?? emptyPayload);
    calls.refuseWhenFull(0);
    const call = calls.start(path, emptyPayload, deadline, listener);
    if (first !== undefined) call.send(first);
    return call;
  }

  /** Asks every worker; resolves with their answers, or rejects with the first error. */
  async askAll(path: string, request: Uint8Array, deadline: number): Promise<Buffer[]> {
    this.#refuseWhenClosing();
    // One that cannot be asked keeps none of the others from being asked.
    return Promise.all(this.#threads.map((_, worker) => this.ask(worker, path, request, deadline)));
  }

  /** Asks one worker, numbered from 0. Rejects with ENGINE_RESTARTING, or as the worker says. */
  async ask(worker: number, path: string, request: Uint8Array, deadline: number): Promise<Buffer> {
    this.#refuseWhenClosing();
    const thread = this.#threads[worker]!;
    return new Promise((resolve, reject) => {
      thread.calls.start(path, request, deadline, { reply: resolve, error: reject });
    });
  }

  /**
   * Refuses new calls, lets those in flight finish for `graceMs`, ends the rest, closes the
   * engines and ends the threads. Rejects with the first error of an engine that failed to close.
   */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const timer = new AbortController();
    await Promise.race([
      Promise.all(this.#threads.map((thread) => thread.idle())),
      delay(graceMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    const closed = await Promise.allSettled(this.#threads.map((thread) => thread.close()));
    const failed = closed.find((close) => close.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #route(path: string, request: Uint8Array): EngineThread {
    this.#refuseWhenClosing();
    const name = routeName(path, request);
    return this.#threads[workerOf(name, this.#threads.length)]!;
  }

  #refuseWhenClosing(): void {
    if (!this.#closing) return;
    throw new ProtovecError('SHUTTING_DOWN', 'the server is shutting down');
  }
}

function defaultWorkers(): number {
  return Math.max(1, Math.min(workersMax, Math.floor(availableParallelism() / 2)));
}
