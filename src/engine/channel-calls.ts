/**
 * The main thread's side of calls: starts them over a channel and hands what comes back to their
 * listeners. A listener hears nothing more once its call is over or cancelled.
 */

import type { MessagePort } from 'node:worker_threads';
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { Channel } from './channel.js';
import { decodeError } from './channel-error.js';
import { emptyPayload, type FrameKind, frameKind, type ReceivedFrame } from './channel-frame.js';

/** Hears about one call, what its kind of call can tell. The methods must not throw. */
export interface CallListener {
  /** The one answer of a call whose answers are not streamed; the call is over. */
  reply?(payload: Buffer): void;
  /** One answer of a stream. */
  message?(payload: Buffer): void;
  /** The stream of answers is complete; the call is over. */
  end?(): void;
  /** The call failed and is over. A ProtovecError is for the caller, anything else for the log. */
  error(error: Error): void;
  /** The worker has used so many bytes of the requests. */
  credit?(bytes: number): void;
}

/** A call that was started. Nothing that is done to a call that is over has an effect. */
export interface EngineCall {
  /** One more request of a stream. */
  send(payload: Uint8Array): void;
  /** No request follows. */
  end(): void;
  /** Nobody waits for the answer any more. */
  cancel(): void;
  /** So many bytes of the answers were used. */
  credit(bytes: number): void;
}

/** A call that is not over. */
interface OpenCall {
  readonly listener: CallListener;
  /** Bytes of its one request; 0 when requests are streamed, which are paced. */
  readonly bytes: number;
}

/** What a worker may have to do, beyond which calls are refused. */
export interface WorkerLoad {
  readonly calls: number;
  readonly bytes: number;
}

const loadMax: WorkerLoad = { calls: limits.workerCallsMax, bytes: limits.workerRequestBytesMax };

/** Call ids are used round and round; small integers are cheap keys. */
const callIdMax = 2 ** 30;

export class CallTable {
  readonly #channel: Channel;
  readonly #methods: ReadonlyMap<string, number>;
  readonly #calls = new Map<number, OpenCall>();
  readonly #loadMax: WorkerLoad;
  #bytes = 0;
  #lastId = 0;
  #idle: (() => void) | undefined;

  /** `methods` is the list that the worker announced. */
  constructor(port: MessagePort, methods: readonly string[], most: WorkerLoad = loadMax) {
    this.#loadMax = most;
    this.#channel = new Channel(port, (frame) => this.#receive(frame));
    this.#methods = new Map(methods.map((method, index) => [method, index]));
  }

  /**
   * Throws OVERLOADED when the worker has as many calls as it may have, or as many bytes of requests
   * and would get `bytes` more.
   */
  refuseWhenFull(bytes: number): void {
    const { calls, bytes: bytesMax } = this.#loadMax;
    const full = this.#calls.size >= calls;
    if (!full && this.#bytes + bytes <= bytesMax) return;
    const load = full ? `${calls} calls` : `${this.#bytes} bytes of requests, of ${bytesMax},`;
    const message = `the engine worker of this collection has ${load} to answer; try again in a moment`;
    throw new ProtovecError('OVERLOADED', message, { retryAfterMs: limits.overloadRetryMs });
  }

  /** Starts a call; `request` is empty when requests are streamed. Throws on an unknown method. */
  start(path: string, request: Uint8Array, deadline: number, listener: CallListener): EngineCall {
    const method = this.#methods.get(path);
    if (method === undefined) throw new Error(`the engine has no operation for ${path}`);
    const call = this.#nextId();
    const bytes = request.byteLength;
    this.#calls.set(call, { listener, bytes });
    this.#bytes += bytes;
    this.#channel.send({ kind: frameKind.call, call, method, value: deadline, payload: request });
    return {
      send: (payload) => this.#send(frameKind.message, call, payload, 0),
      end: () => this.#send(frameKind.end, call, emptyPayload, 0),
      credit: (bytes) => this.#send(frameKind.credit, call, emptyPayload, bytes),
      cancel: () => {
        this.#send(frameKind.cancel, call, emptyPayload, 0);
        this.#finish(call);
      },
    };
  }

  /** Resolves when no call is in flight. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  /** Takes what the worker sent before it ended, then fails every call that is left. */
  close(error: Error): void {
    this.#channel.drain(Number.POSITIVE_INFINITY);
    for (const [call, { listener }] of this.#calls) {
      this.#finish(call);
      listener.error(error);
    }
    this.#channel.close();
  }

  #receive({ kind, call, value, payload }: ReceivedFrame): void {
    const listener = this.#calls.get(call)?.listener;
    if (listener === undefined) return;
    if (kind === frameKind.message) {
      listener.message?.(payload);
    } else if (kind === frameKind.credit) {
      listener.credit?.(value);
    } else {
      this.#finish(call);
      if (kind === frameKind.reply) listener.reply?.(payload);
      else if (kind === frameKind.end) listener.end?.();
      else listener.error(decodeError(payload));
    }
  }

  #send(kind: FrameKind, call: number, payload: Uint8Array, value: number): void {
    if (this.#calls.has(call)) this.#channel.send({ kind, call, method: 0, value, payload });
  }

  #nextId(): number {
    do {
      this.#lastId = this.#lastId < callIdMax ? this.#lastId + 1 : 1;
    } while (this.#calls.has(this.#lastId));
    return this.#lastId;
  }

  #finish(call: number): void {
    const over = this.#calls.get(call);
    if (over === undefined) return;
    this.#calls.delete(call);
    this.#bytes -= over.bytes;
    if (this.#calls.size === 0) this.#idle?.();
  }
}
