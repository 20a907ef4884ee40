/**
 * Flow control of one direction of one stream. The sender may have so many bytes on the way that
 * the receiver has not yet used; the receiver gives them back as it uses them. The sender stops
 * once it has passed the window, so it overshoots by less than one message.
 */

/** What a message takes of the window besides its bytes, so that empty ones are bounded as well. */
const messageOverheadBytes = 64;

/** The receiver gives credit back in pieces of this part of the window, unless it is told others. */
const creditPart = 8;

/** What a message takes of the window, in bytes. */
export function costOf(message: Uint8Array): number {
  return message.byteLength + messageOverheadBytes;
}

/** What messages of so many bytes together take of the window. */
export function costOfAll(bytes: number, messages: number): number {
  return bytes + messages * messageOverheadBytes;
}

/** The sender's side. */
export class SendWindow {
  readonly #bytesMax: number;
  #outstanding = 0;
  #closed = false;
  #waiting: (() => void) | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes that may be sent before the window is closed; less than none when it was overshot. */
  get room(): number {
    return this.#bytesMax - this.#outstanding;
  }

  /** Whether another message may be sent. */
  get isOpen(): boolean {
    return this.#closed || this.#outstanding < this.#bytesMax;
  }

  /** A message of this cost was sent. */
  take(cost: number): void {
    this.#outstanding += cost;
  }

  /** The receiver has used so many bytes. */
  grant(bytes: number): void {
    this.#outstanding -= bytes;
    this.#wake();
  }

  /** The stream is over: nobody is kept waiting. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Calls `callback` once, as soon as the window is open. One at a time may wait. */
  whenOpen(callback: () => void): void {
    this.#waiting = callback;
    this.#wake();
  }

  #wake(): void {
    if (!this.isOpen || this.#waiting === undefined) return;
    const callback = this.#waiting;
    this.#waiting = undefined;
    callback();
  }
}

/** The receiver's side. */
export class ReceiveWindow {
  readonly #threshold: number;
  readonly #grant: (bytes: number) => void;
  #owed = 0;

  /** `grant` tells the sender. It is called for a piece of so many bytes or more at once. */
  constructor(
    bytesMax: number,
    grant: (bytes: number) => void,
    pieceBytes: number = bytesMax / creditPart,
  ) {
    this.#threshold = pieceBytes;
    this.#grant = grant;
  }

  /** A message of this cost was used. */
  consumed(cost: number): void {
    this.#owed += cost;
    if (this.#owed < this.#threshold) return;
    const owed = this.#owed;
    this.#owed = 0;
    this.#grant(owed);
  }
}
