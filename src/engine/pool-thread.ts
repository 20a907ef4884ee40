/**
 * One engine worker thread as the pool sees it: starts it, waits until it is ready, starts it anew
 * when it dies, closes it. While it is not ready, calls are refused with ENGINE_RESTARTING.
 */

import { MessageChannel, Worker } from 'node:worker_threads';
import { ProtovecError } from '../errors.js';
import { CallTable } from './channel-calls.js';
import { decodeError } from './channel-error.js';
import type { EngineOptions } from './operation.js';
import type { WorkerReport } from './worker-host.js';

/** What callers are told to wait before they try again. */
const retryAfterMs = 500;

const restartDelayMinMs = 100;
const restartDelayMaxMs = 5_000;

/** A worker that lived this long has recovered: the next restart is prompt again. */
const recoveredAfterMs = 60_000;

export interface ThreadOptions extends EngineOptions {
  /** The module that the thread runs. */
  readonly entry: URL;
  /** Told when a ready thread died, and when starting it anew failed. */
  readonly onFailure: (worker: number, error: Error) => void;
  /** Told when the thread became ready, and when it is no longer. */
  readonly onReadiness: () => void;
}

export class EngineThread {
  readonly #options: ThreadOptions;
  #worker: Worker | undefined;
  #calls: CallTable | undefined;
  #closing = false;
  #readyAt = 0;
  #restartDelayMs = restartDelayMinMs;
  #restartTimer: NodeJS.Timeout | undefined;
  #restart: Promise<void> = Promise.resolve();

  private constructor(options: ThreadOptions) {
    this.#options = options;
  }

  /** Starts the thread. Rejects with the error of the engine that would not open. */
  static async open(options: ThreadOptions): Promise<EngineThread> {
    const thread = new EngineThread(options);
    await thread.#spawn();
    return thread;
  }

  /** Whether calls can be started. */
  get isReady(): boolean {
    return this.#calls !== undefined;
  }

  /** The table to start calls with. Throws ENGINE_RESTARTING while the thread is not ready. */
  get calls(): CallTable {
    if (this.#calls === undefined) throw restarting();
    return this.#calls;
  }

  /** Resolves when no call is in flight. */
  async idle(): Promise<void> {
    await this.#calls?.idle();
  }

  /** Ends the calls in flight, closes the engine, ends the thread; rejects when closing failed. */
  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restartTimer);
    await this.#restart;
    this.#calls?.close(new ProtovecError('SHUTTING_DOWN', 'the server is shutting down'));
    this.#calls = undefined;
    const worker = this.#worker;
    if (worker === undefined) return;
    try {
      const closed = firstReport(worker);
      worker.postMessage('close');
      const report = await closed;
      if (report.kind === 'closed' && report.error !== undefined) throw decodeError(report.error);
    } finally {
      await worker.terminate();
    }
  }

  async #spawn(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const { entry, worker: number, onFailure: _, onReadiness, ...engine } = this.#options;
    const worker = new Worker(entry, {
      name: `protovec engine ${number}`,
      workerData: { port: port2, worker: number, ...engine },
      transferList: [port2],
    });
    try {
      const report = await firstReport(worker);
      if (report.kind === 'failed') throw decodeError(report.error);
      if (report.kind !== 'ready') throw new Error(`a new worker reported: ${report.kind}`);
      this.#calls = new CallTable(port1, report.methods);
      this.#worker = worker;
      this.#readyAt = Date.now();
      this.#watch(worker);
      onReadiness();
    } catch (error) {
      port1.close();
      await worker.terminate();
      throw error;
    }
  }

  /** Waits for the end of a ready worker. */
  #watch(worker: Worker): void {
    let cause: Error | undefined;
    worker.on('error', (thrown: unknown) => {
      cause = thrown instanceof Error ? thrown : new Error(String(thrown));
    });
    worker.on('exit', (code) => {
      this.#worker = undefined;
      if (this.#closing) return;
      this.#calls?.close(restarting());
      this.#calls = undefined;
      this.#options.onReadiness();
      if (Date.now() - this.#readyAt >= recoveredAfterMs) this.#restartDelayMs = restartDelayMinMs;
      this.#fail(cause ?? new Error(`the worker exited with code ${code}`));
    });
  }

  /** Reports a failure and starts the thread anew after a while, longer from time to time. */
  #fail(error: Error): void {
    this.#options.onFailure(this.#options.worker, error);
    this.#restartTimer = setTimeout(() => {
      this.#restart = this.#spawn().catch((failure: Error) => {
        if (!this.#closing) this.#fail(failure);
      });
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, restartDelayMaxMs);
  }
}

/** The next thing that the worker says; rejects when it dies instead. */
function firstReport(worker: Worker): Promise<WorkerReport> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the worker exited with code ${code}`)));
  });
}

function restarting(): ProtovecError {
  return new ProtovecError(
    'ENGINE_RESTARTING',
    'the engine worker of this collection is being restarted; try again in a moment',
    { retryAfterMs },
  );
}
