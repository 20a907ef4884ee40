/**
 * The listening socket and its connections, which go to grpc-js from here. grpc-js would listen by
 * itself, but it cannot end a connection whose peer does not read: its shutdown waits for that
 * peer. Here every connection can be cut off.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { ProtovecError } from '../errors.js';
import { noticeDepartures } from './departed-peers.js';

export interface ListenerOptions {
  /** `host:port` with IPv6 hosts in brackets; port 0 picks a free one. */
  readonly listen: string;
  /** Connections beyond this are closed as soon as they are made. */
  readonly connectionsMax: number;
  /** How long a peer may take to close a connection that was ended here, in milliseconds. */
  readonly closingMs: number;
  /** How often it is looked which peers have gone, in milliseconds. */
  readonly departureMs: number;
  /** Gets every connection. */
  readonly accept: (socket: Socket) => void;
  /** Told when a connection could not be accepted; listening goes on. */
  readonly onError: (error: Error) => void;
}

export class Listener {
  /** Where it listens, as `host:port` with the port that was bound. */
  readonly address: string;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(address: string, server: Server, sockets: ReadonlySet<Socket>) {
    this.address = address;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** Starts listening. Rejects with INVALID_ARGUMENT when the address cannot be bound. */
  static async bind(options: ListenerOptions): Promise<Listener> {
    const { listen, connectionsMax, closingMs, departureMs, accept, onError } = options;
    const colon = listen.lastIndexOf(':');
    const host = listen.slice(0, colon);
    const port = Number(listen.slice(colon + 1));
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // A peer that never closes its side would keep the descriptor for ever.
      socket.once('finish', () => setTimeout(() => socket.destroy(), closingMs).unref());
      accept(socket);
    });
    server.maxConnections = connectionsMax;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(cannotBind(listen, error)));
      server.listen({ host: host.replace(/^\[(.*)\]$/, '$1'), port }, resolve);
    });
    server.removeAllListeners('error').on('error', onError);
    server.on('close', noticeDepartures(sockets, departureMs));
    const bound = server.address();
    if (bound === null || typeof bound === 'string') throw new Error('not bound to a port');
    return new Listener(`${host}:${bound.port}`, server, sockets);
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Accepts no more connections; those that are open stay. Resolves when the last one is gone. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Cuts off every connection. */
  destroyConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

function cannotBind(listen: string, cause: Error): ProtovecError {
  return new ProtovecError(
    'INVALID_ARGUMENT',
    `cannot listen on ${listen}: ${cause.message}. Stop what uses the address, or choose another ` +
      'with --listen or PROTOVEC_LISTEN; port 0 picks a free port',
    { field: 'listen', cause },
  );
}
