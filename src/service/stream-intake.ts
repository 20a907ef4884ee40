/**
 * How a stream of requests comes in. A message that there is no room for is not read on until there
 * is: the caller's bytes stay with him. What is held for a message is given back as the engine uses
 * it.
 */

import type { Metadata } from '@grpc/grpc-js';
import { costOfAll } from '../engine/flow.js';
import { ProtovecError } from '../errors.js';
import { toServiceError } from '../wire/status.js';
import type { Arrival } from './arrivals.js';
import type { BaseCall, IntakeParts } from './edge-call.js';
import { MessageSizes } from './message-sizes.js';
import type { Holder } from './request-budget.js';

/** The metadata object is the one thing that all interceptors see of a call. */
const intakes = new WeakMap<Metadata, StreamIntake>();

/** The intake of the call with this metadata. */
export function intakeOf(metadata: Metadata): StreamIntake | undefined {
  return intakes.get(metadata);
}

export class StreamIntake implements Arrival {
  readonly due: number;
  readonly #edge: IntakeParts;
  readonly #call: BaseCall;
  readonly #holder: Holder;
  readonly #sizes = new MessageSizes();
  /** Costs of messages that are not used yet, and of those that wait. */
  #unused = 0;
  #wanted = 0;
  /** What is held for them: all but the little that the engine may have used without a word. */
  #held = 0;
  #stopWaiting: (() => void) | undefined;
  /** Reads on as soon as nothing waits. */
  #read: (() => void) | undefined;

  constructor(edge: IntakeParts, call: BaseCall, holder: Holder) {
    this.#edge = edge;
    this.#call = call;
    this.#holder = holder;
    this.due = performance.now() + edge.limits.streamOpeningMs;
    edge.arrivals.add(this);
    intakes.set(call.metadata, this);
    call.stream.on('data', (data: Buffer) => this.#take(data));
    call.stream.once('end', () => edge.arrivals.delete(this));
    call.stream.once('close', () => this.#close());
  }

  get isOver(): boolean {
    return this.#call.cancelled || this.#call.stream.destroyed;
  }

  expire(): void {
    const message =
      `no request arrived within ${this.#edge.limits.streamOpeningMs} ms; open the stream when ` +
      'there is something to send';
    this.#call.sendStatus(toServiceError(new ProtovecError('DEADLINE_EXCEEDED', message)));
  }

  /** Calls `read`, which reads the next message, as soon as there is room for those before it. */
  whenClear(read: () => void): void {
    if (this.#wanted === 0) read();
    else this.#read = read;
  }

  /** So many bytes of the requests were used, as costs of messages. */
  release(bytes: number): void {
    // Messages that came compressed take more when they are used than they did on the wire.
    this.#unused = Math.max(0, this.#unused - bytes);
    this.#giveBack();
  }

  #take(data: Buffer): void {
    if (this.#call.cancelled) return;
    const { begun } = this.#sizes;
    const bytes = this.#sizes.take(data);
    if (this.#sizes.whole > 0) this.#edge.arrivals.delete(this);
    const cost = costOfAll(bytes, this.#sizes.begun - begun);
    if (cost === 0) return;
    const more = this.#more(cost);
    if (this.#wanted > 0 || !this.#edge.budget.hold(this.#holder, more)) this.#wait(cost);
    else this.#hasHeld(cost, more);
  }

  /** What is to be held besides when messages of this cost come in. */
  #more(cost: number): number {
    const { smallRequestBytes } = this.#edge.limits;
    return Math.max(0, this.#unused + cost - smallRequestBytes - this.#held);
  }

  #hasHeld(cost: number, more: number): void {
    this.#unused += cost;
    this.#held += more;
  }

  #giveBack(): void {
    const spare = this.#held - Math.max(0, this.#unused - this.#edge.limits.smallRequestBytes);
    if (spare <= 0) return;
    this.#held -= spare;
    this.#edge.budget.release(this.#holder, spare);
  }

  #wait(cost: number): void {
    this.#stopWaiting?.();
    this.#wanted += cost;
    this.#call.stream.pause();
    const more = this.#more(this.#wanted);
    this.#stopWaiting = this.#edge.budget.whenHeld(this.#holder, more, () => {
      this.#hasHeld(this.#wanted, more);
      this.#wanted = 0;
      // Meanwhile some of what it was reckoned from has been used.
      this.#giveBack();
      this.#stopWaiting = undefined;
      const read = this.#read;
      this.#read = undefined;
      if (read !== undefined) read();
      else if (this.#call.isReadPending) this.#call.stream.resume();
    });
  }

  #close(): void {
    this.#edge.arrivals.delete(this);
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#read = undefined;
    this.#unused = 0;
    this.#giveBack();
  }
}
