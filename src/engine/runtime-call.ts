/**
 * A call inside an engine worker, by kind: the context that its operation sees, and what the frames
 * of the caller do to it. A call that was abandoned answers nothing more.
 */

import type { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import type { ReceivedFrame } from './channel-frame.js';
import { frameKind } from './channel-frame.js';
import { costOf, ReceiveWindow, SendWindow } from './flow.js';
import type { CallContext, ClientStreamOperation, ServerStreamOperation } from './operation.js';
import { RequestQueue } from './runtime-requests.js';

/** What a call may tell its caller. */
export interface Answers {
  message(payload: Uint8Array): void;
  credit(bytes: number): void;
}

/** A call of any kind; by itself, a unary one. */
export class RunningCall implements CallContext {
  readonly deadline: number;
  #abandoned: ProtovecError | undefined;
  #controller: AbortController | undefined;

  constructor(deadline: number) {
    this.deadline = deadline;
  }

  /** Made when it is first asked for: most unary calls never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abandoned !== undefined) this.#controller.abort(this.#abandoned);
    }
    return this.#controller.signal;
  }

  get isAbandoned(): boolean {
    return this.#abandoned !== undefined;
  }

  /** Nobody waits for the answer any more. Only the first time counts. */
  abandon(why: ProtovecError): void {
    if (this.#abandoned !== undefined) return;
    this.#abandoned = why;
    this.#controller?.abort(why);
  }

  /** Takes a frame of the caller other than the first and cancel. */
  receive(_frame: ReceivedFrame): void {}
}

/** A call that answers with a stream, paced by the caller's credit. */
export class ServerStreamCall extends RunningCall {
  readonly #window = new SendWindow(limits.streamWindowBytes);

  override abandon(why: ProtovecError): void {
    super.abandon(why);
    this.#window.close();
  }

  override receive(frame: ReceivedFrame): void {
    if (frame.kind === frameKind.credit) this.#window.grant(frame.value);
  }

  /** Runs the operation to its end, or until the call is abandoned. */
  async run(operation: ServerStreamOperation, request: Uint8Array, answers: Answers) {
    // Leaving the loop calls the iterator's return(), so that the operation can clean up.
    for await (const message of operation.handle(request, this)) {
      if (this.isAbandoned) break;
      this.#window.take(costOf(message));
      answers.message(message);
      if (!this.#window.isOpen) {
        await new Promise<void>((resolve) => this.#window.whenOpen(resolve));
        if (this.isAbandoned) break;
      }
    }
  }
}

/** A call whose requests are a stream; the caller gets credit as the operation takes them. */
export class ClientStreamCall extends RunningCall {
  readonly #requests: RequestQueue;

  constructor(deadline: number, answers: Answers) {
    super(deadline);
    const window = new ReceiveWindow(
      limits.streamWindowBytes,
      (bytes) => answers.credit(bytes),
      limits.smallRequestBytes,
    );
    this.#requests = new RequestQueue((request) => window.consumed(costOf(request)));
  }

  override abandon(why: ProtovecError): void {
    super.abandon(why);
    this.#requests.fail(why);
  }

  override receive(frame: ReceivedFrame): void {
    if (frame.kind === frameKind.message) this.#requests.push(frame.payload);
    else if (frame.kind === frameKind.end) this.#requests.end();
  }

  run(operation: ClientStreamOperation): Promise<Uint8Array> {
    return operation.handle(this.#requests, this);
  }
}
