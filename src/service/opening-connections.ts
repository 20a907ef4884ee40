/** Connections on their way to grpc-js: only those that begin to speak HTTP/2 get there. */

import type { Socket } from 'node:net';
import { goodbyes, judgeFirstBytes } from './first-bytes.js';

export class OpeningConnections {
  readonly #ms: number;
  readonly #accept: (socket: Socket) => void;
  readonly #opening = new Set<Socket>();

  /**
   * `accept` gets each connection that begins to speak HTTP/2 within `ms`, with its first bytes put
   * back. The others are closed.
   */
  constructor(ms: number, accept: (socket: Socket) => void) {
    this.#ms = ms;
    this.#accept = accept;
  }

  add(socket: Socket): void {
    this.#opening.add(socket);
    const timer = setTimeout(() => socket.destroy(), this.#ms);
    timer.unref();
    const ignoreError = (): void => undefined;
    const leave = (): void => {
      this.#opening.delete(socket);
      clearTimeout(timer);
      socket.off('readable', look).off('error', ignoreError).off('close', leave);
    };
    let bytes: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const more: Buffer | null = socket.read();
      if (more === null) return;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
      const beginning = judgeFirstBytes(bytes);
      if (beginning === 'incomplete') return;
      if (beginning === 'http2') {
        leave();
        socket.unshift(bytes);
        this.#accept(socket);
      } else {
        socket.off('readable', look).end(goodbyes[beginning]).resume();
      }
    };
    socket.on('readable', look).on('error', ignoreError).on('close', leave);
  }

  /** Closes those that have not begun. */
  close(): void {
    for (const socket of this.#opening) socket.destroy();
  }
}
