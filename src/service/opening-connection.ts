/** Ends connections that never begin to speak HTTP/2: grpc-js would keep each for ever. */

import type { Socket } from 'node:net';

/** The fixed text that a client begins with, and the head of the frame that must follow it. */
const openingBytes = 24 + 9;

/** Closes the connection unless enough for a beginning has arrived on it within `ms`. */
export function closeUnlessSpeaking(socket: Socket, ms: number): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead < openingBytes) socket.destroy();
  }, ms);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
