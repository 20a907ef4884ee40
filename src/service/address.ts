/** Addresses as people write them, `host:port` with IPv6 hosts in brackets, and listening at them. */

import type { Server } from 'node:net';
import { ProtovecError } from '../errors.js';

/** The host as it is written, and without brackets as Node wants it. The address was checked before. */
export function parseAddress(address: string): { written: string; host: string; port: number } {
  const colon = address.lastIndexOf(':');
  const written = address.slice(0, colon);
  const host = written.replace(/^\[(.*)\]$/, '$1');
  return { written, host, port: Number(address.slice(colon + 1)) };
}

/**
 * Makes a server listen; resolves to the address, with the port that was bound when it asked for
 * port 0. Rejects with INVALID_ARGUMENT when it cannot be bound. `field`: the setting that names it.
 */
export async function listenAt(
  server: Server,
  address: string,
  field: 'listen' | 'metrics',
): Promise<string> {
  const { written, host, port } = parseAddress(address);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotBind(address, field, cause)));
    server.listen({ host, port }, resolve);
  });
  server.removeAllListeners('error');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound to a port');
  return `${written}:${bound.port}`;
}

function cannotBind(address: string, field: string, cause: Error): ProtovecError {
  return new ProtovecError(
    'INVALID_ARGUMENT',
    `cannot listen on ${address}: ${cause.message}. Stop what uses the address, or choose another ` +
      `with --${field} or PROTOVEC_${field.toUpperCase()}; port 0 picks a free port`,
    { field, cause },
  );
}
