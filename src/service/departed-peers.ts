/**
 * Notices peers that have gone. When a peer breaks the rules of HTTP/2, Node's session says goodbye
 * and stops reading the connection, so it never sees the peer close it: the descriptor would be kept
 * until keepalive gives up on it, and a thousand such connections would keep everybody else out.
 */

import type { Socket } from 'node:net';
import { limits } from '../limits.js';

/** The part of a socket below Node's streams; a session reads there, not from the socket. */
interface Handle {
  readStart(): number;
}

/**
 * Lets every connection read again now and then. One whose peer has gone is closed by that. One that
 * was held back on purpose reads a chunk, and its session holds it back again. Returns what ends it.
 */
export function noticeDepartures(sockets: ReadonlySet<Socket>): () => void {
  const timer = setInterval(() => {
    for (const socket of sockets) {
      const { _handle: handle } = socket as Socket & { _handle?: Handle | null };
      handle?.readStart();
    }
  }, limits.connectionDepartureMs);
  timer.unref();
  return () => clearInterval(timer);
}
