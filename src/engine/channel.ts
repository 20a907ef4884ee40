/**
 * One end of the road between the main thread and an engine worker. Whatever is sent within one
 * turn of the event loop travels in one message; whatever has arrived is taken in one go. Order is
 * kept. It knows frames, not calls.
 */

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type Frame, packFrames, type ReceivedFrame, unpackFrames } from './channel-frame.js';

/** Above this many waiting bytes a batch leaves at once, so that the other side can begin. */
const batchBytes = 1024 * 1024;

/** Batches taken in one turn at most, so that a busy sender cannot keep this side from answering. */
const batchesPerTurnMax = 32;

/** A batch as it is posted: a buffer by itself takes less time than a list of one. */
type Posted = ArrayBuffer | ArrayBuffer[];

function batchOf(posted: Posted): ArrayBuffer[] {
  return Array.isArray(posted) ? posted : [posted];
}

export class Channel {
  readonly #port: MessagePort;
  readonly #receive: (frame: ReceivedFrame) => void;
  #frames: Frame[] = [];
  #bytes = 0;
  #scheduled = false;

  /** `receive` gets every frame that arrives. It must not throw. */
  constructor(port: MessagePort, receive: (frame: ReceivedFrame) => void) {
    this.#port = port;
    this.#receive = receive;
    port.on('message', (posted: Posted) => {
      unpackFrames(batchOf(posted), receive);
      this.drain(batchesPerTurnMax - 1);
    });
  }

  /** Sends a frame by the end of this turn. A large payload's buffer may be given away. */
  send(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame.payload.byteLength;
    if (this.#bytes >= batchBytes) {
      this.#flush();
    } else if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        this.#flush();
      });
    }
  }

  /** Takes what has arrived already, at most so many batches. */
  drain(batchesMax: number): void {
    for (let taken = 0; taken < batchesMax; taken++) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      unpackFrames(batchOf(received.message), this.#receive);
    }
  }

  /** Sends what waits and takes nothing more. */
  close(): void {
    this.#flush();
    this.#port.close();
  }

  #flush(): void {
    if (this.#frames.length === 0) return;
    const batch = packFrames(this.#frames);
    this.#frames = [];
    this.#bytes = 0;
    this.#port.postMessage(batch.length === 1 ? batch[0] : batch, batch);
  }
}
