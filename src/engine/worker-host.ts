/**
 * The life of an engine worker: open the engine, say that it is ready, serve, close it when told
 * to. What this thread and the pool tell each other about that goes over the worker's own port;
 * calls go over the port in its data.
 */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { encodeError } from './channel-error.js';
import type { EngineOptions, OpenEngine } from './operation.js';
import { Runtime } from './runtime.js';

/** What the pool gives a worker. */
export interface WorkerData extends EngineOptions {
  /** Where calls arrive. */
  readonly port: MessagePort;
}

/** What a worker tells the pool. `error` is encoded as in an error frame. */
export type WorkerReport =
  | { kind: 'ready'; methods: readonly string[] }
  | { kind: 'failed'; error: Uint8Array }
  | { kind: 'closed'; error: Uint8Array | undefined };

/** How long operations that were told to stop may take before the engine is closed under them. */
const settleMs = 2_000;

/** Hosts an engine in the worker thread that this is called in. The pool's one message is: close. */
export async function hostEngine(open: OpenEngine): Promise<void> {
  const control = parentPort!;
  const report = (message: WorkerReport) => control.postMessage(message);
  const { port, ...options } = workerData as WorkerData;
  try {
    const engine = await open(options);
    const runtime = new Runtime(port, engine.operations);
    control.once('message', async () => {
      try {
        await runtime.close(settleMs);
        await engine.close();
        report({ kind: 'closed', error: undefined });
      } catch (error) {
        report({ kind: 'closed', error: encodeError(error) });
      }
    });
    report({ kind: 'ready', methods: runtime.methods });
  } catch (error) {
    report({ kind: 'failed', error: encodeError(error) });
  }
}
