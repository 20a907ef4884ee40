/**
 * A call with streams both ways inside an engine worker. Requests wait here until the operation takes
 * them, answers go out at once; how much of either may wait is bounded by the credit of both sides.
 */
import type { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { frameKind, type ReceivedFrame } from './channel-frame.js';
import { costOf, ReceiveWindow, SendWindow } from './flow.js';
import type { Exchange } from './operation.js';
import { type Answers, RunningCall } from './runtime-call.js';

export class DuplexCall extends RunningCall implements Exchange {
  readonly #answers: Answers;
  readonly #received: ReceiveWindow;
  readonly #sent = new SendWindow(limits.streamWindowBytes);
  #requests: Uint8Array[] = [];
  #head = 0;
  #noneFollows = false;
  #abandoned: ProtovecError | undefined;
  #waiting: { resolve(): void; reject(why: ProtovecError): void } | undefined;
  /** Something happened while nobody waited; the next `change` tells it. */
  #hasChanged = false;

  constructor(deadline: number, answers: Answers) {
    super(deadline);
    this.#answers = answers;
    this.#received = new ReceiveWindow(
      limits.streamWindowBytes,
      (bytes) => answers.credit(bytes),
      limits.smallRequestBytes,
    );
  }

  override abandon(why: ProtovecError): void {
    super.abandon(why);
    this.#abandoned ??= why;
    this.#requests = [];
    this.#head = 0;
    this.#waiting?.reject(this.#abandoned);
    this.#waiting = undefined;
  }

  override receive(frame: ReceivedFrame): void {
    if (frame.kind === frameKind.message) this.#requests.push(frame.payload);
    else if (frame.kind === frameKind.end) this.#noneFollows = true;
    else if (frame.kind === frameKind.credit) this.#sent.grant(frame.value);
    this.wake();
  }

  take(): Uint8Array | undefined {
    const request = this.#requests[this.#head];
    if (request === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#requests.length) {
      this.#requests = [];
      this.#head = 0;
    }
    this.#received.consumed(costOf(request));
    return request;
  }

  get isEnded(): boolean {
    return this.#noneFollows && this.#requests.length === 0;
  }

  send(answer: Uint8Array): void {
    if (this.isAbandoned) return;
    this.#sent.take(costOf(answer));
    this.#answers.message(answer);
  }

  get room(): number {
    return this.#sent.room;
  }

  change(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#abandoned !== undefined) reject(this.#abandoned);
      else if (this.#hasChanged) resolve();
      else this.#waiting = { resolve, reject };
      this.#hasChanged = false;
    });
  }

  wake(): void {
    this.#hasChanged = this.#waiting === undefined;
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}
