/**
 * How the one request of a call comes in. A large one must have room before it arrives: without it
 * the call is refused at the first bytes, and what follows of them is dropped.
 */

import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { toServiceError } from '../wire/status.js';
import type { Arrival } from './arrivals.js';
import type { BaseCall, IntakeParts } from './edge-call.js';
import { MessageSizes } from './message-sizes.js';
import type { Holder } from './request-budget.js';

export class UnaryIntake implements Arrival {
  readonly due: number;
  readonly #edge: IntakeParts;
  readonly #call: BaseCall;
  readonly #holder: Holder;
  readonly #sizes = new MessageSizes();

  constructor(edge: IntakeParts, call: BaseCall, holder: Holder) {
    this.#edge = edge;
    this.#call = call;
    this.#holder = holder;
    this.due = performance.now() + edge.limits.requestArrivalMs;
    edge.arrivals.add(this);
    call.stream.on('data', (data: Buffer) => this.#take(data));
  }

  get isOver(): boolean {
    return this.#call.cancelled || this.#call.stream.destroyed;
  }

  expire(): void {
    const message = `the request did not arrive within ${this.#edge.limits.requestArrivalMs} ms`;
    this.#call.sendStatus(toServiceError(new ProtovecError('DEADLINE_EXCEEDED', message)));
  }

  #take(data: Buffer): void {
    // What follows the first message, or arrives for a call that is over, grpc-js lets nobody have.
    if (this.#call.cancelled || this.#sizes.whole > 0) return;
    const bytes = this.#sizes.take(data);
    if (this.#sizes.whole > 0) this.#edge.arrivals.delete(this);
    if (bytes >= this.#edge.limits.smallRequestBytes) this.#hold(bytes);
  }

  #hold(bytes: number): void {
    const { budget } = this.#edge;
    if (budget.hold(this.#holder, bytes)) {
      this.#call.stream.once('close', () => budget.release(this.#holder, bytes));
      return;
    }
    this.#edge.arrivals.delete(this);
    this.#call.sendStatus(toServiceError(this.#refusal(bytes)));
  }

  #refusal(bytes: number): ProtovecError {
    const { connectionRequestBytesMax, requestBytesMax } = this.#edge.limits;
    const own = this.#holder.bytes + bytes > connectionRequestBytesMax;
    const message = own
      ? `the connection has ${this.#holder.bytes} bytes of requests under way and may have ` +
        `${connectionRequestBytesMax}; wait for answers before you send the next ${bytes}`
      : `the server has no room for ${bytes} more bytes of requests, of ${requestBytesMax} in all; ` +
        'try again in a moment';
    return new ProtovecError('OVERLOADED', message, { retryAfterMs: limits.overloadRetryMs });
  }
}
