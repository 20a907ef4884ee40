/**
 * The worker's side of calls: takes frames from the channel, runs operations, sends what they
 * answer. An operation that throws ends its own call, never the worker.
 */

import type { MessagePort } from 'node:worker_threads';
import { ProtovecError } from '../errors.js';
import { Channel } from './channel.js';
import { encodeError } from './channel-error.js';
import { emptyPayload, type FrameKind, frameKind, type ReceivedFrame } from './channel-frame.js';
import type { Operation, Operations, UnaryOperation } from './operation.js';
import { type Answers, ClientStreamCall, RunningCall, ServerStreamCall } from './runtime-call.js';
import { DuplexCall } from './runtime-duplex.js';

export class Runtime {
  /** The methods that are served; a call frame names one by its index. */
  readonly methods: readonly string[];
  readonly #operations: readonly Operation[];
  readonly #channel: Channel;
  /** Calls whose caller waits. */
  readonly #calls = new Map<number, RunningCall>();
  /** Operations that have not settled, those of abandoned calls included. */
  #running = 0;
  #idle: (() => void) | undefined;

  /** Serves the calls that arrive at `port` at once. */
  constructor(port: MessagePort, operations: Operations) {
    this.methods = Object.keys(operations);
    this.#operations = Object.values(operations);
    this.#channel = new Channel(port, (frame) => this.#receive(frame));
  }

  /** Abandons every call and waits for the operations to settle, at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const why = new ProtovecError('SHUTTING_DOWN', 'the server is shutting down');
    for (const call of this.#calls.values()) call.abandon(why);
    this.#calls.clear();
    if (this.#running > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#channel.close();
  }

  #receive(frame: ReceivedFrame): void {
    const { kind, call: id } = frame;
    if (kind === frameKind.call) {
      this.#start(frame);
    } else if (kind === frameKind.cancel) {
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      call?.abandon(cancellation(call.deadline));
    } else {
      // Frames of calls that are over may still arrive; they mean nothing.
      this.#calls.get(id)?.receive(frame);
    }
  }

  #start(frame: ReceivedFrame): void {
    const { call: id, value: deadline, payload } = frame;
    if (Date.now() >= deadline) {
      this.#send(frameKind.error, id, encodeError(cancellation(deadline)));
      return;
    }
    const operation = this.#operations[frame.method]!;
    if (operation.kind === 'unary') {
      this.#unary(operation, id, deadline, payload);
      return;
    }
    const answers = this.#answers(id);
    if (operation.kind === 'serverStream') {
      const call = new ServerStreamCall(deadline);
      const run = call.run(operation, payload, answers);
      this.#settle(id, call, run, () => this.#send(frameKind.end, id, emptyPayload));
    } else if (operation.kind === 'duplex') {
      const call = new DuplexCall(deadline, answers);
      const run = (async () => operation.handle(call, call))();
      this.#settle(id, call, run, () => this.#send(frameKind.end, id, emptyPayload));
    } else {
      const call = new ClientStreamCall(deadline, answers);
      const run = (async () => call.run(operation))();
      this.#settle(id, call, run, (answer) => this.#send(frameKind.reply, id, answer));
    }
  }

  #unary(operation: UnaryOperation, id: number, deadline: number, request: Buffer): void {
    const call = new RunningCall(deadline);
    try {
      const answer = operation.handle(request, call);
      if (answer instanceof Uint8Array) this.#send(frameKind.reply, id, answer);
      else this.#settle(id, call, answer, (bytes) => this.#send(frameKind.reply, id, bytes));
    } catch (error) {
      this.#send(frameKind.error, id, encodeError(error));
    }
  }

  /** Sends the outcome of an operation, unless nobody waits for it any more. */
  #settle<T>(id: number, call: RunningCall, run: Promise<T>, succeed: (result: T) => void): void {
    this.#calls.set(id, call);
    this.#running++;
    run.then(
      (result) => {
        this.#settled();
        if (this.#calls.delete(id)) succeed(result);
      },
      (error: unknown) => {
        this.#settled();
        if (this.#calls.delete(id)) this.#send(frameKind.error, id, encodeError(error));
      },
    );
  }

  #settled(): void {
    this.#running--;
    if (this.#running === 0) this.#idle?.();
  }

  #answers(call: number): Answers {
    return {
      message: (payload) => this.#send(frameKind.message, call, payload),
      credit: (bytes) => this.#send(frameKind.credit, call, emptyPayload, bytes),
    };
  }

  #send(kind: FrameKind, call: number, payload: Uint8Array, value = 0): void {
    this.#channel.send({ kind, call, method: 0, value, payload });
  }
}

/** Why a call was given up: the caller says only that it was. */
function cancellation(deadline: number): ProtovecError {
  return Date.now() >= deadline
    ? new ProtovecError('DEADLINE_EXCEEDED', 'the deadline of the call has passed')
    : new ProtovecError('CANCELLED', 'the caller cancelled the call');
}
