/** Ends connections that were ended here and whose peers never close their side. */

import type { Socket } from 'node:net';
import { limits } from '../limits.js';

/** A while after the last was written to the connection, gives its descriptor back in any case. */
export function destroyOnceFinished(socket: Socket): void {
  socket.once('finish', () => {
    setTimeout(() => socket.destroy(), limits.connectionClosingMs).unref();
  });
}
