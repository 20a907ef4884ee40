/**
 * The listening socket and its connections, which go to grpc-js from here. grpc-js would listen by
 * itself, but it cannot end a connection whose peer does not read: its shutdown waits for that
 * peer. Here every connection can be cut off.
 */

import { createServer, type Server, type Socket } from 'node:net';
import { limits } from '../limits.js';
import { listenAt } from './address.js';
import { destroyOnceFinished } from './closing-connection.js';
import { noticeDepartures } from './departed-peers.js';

export interface ListenerOptions {
  /** `host:port` with IPv6 hosts in brackets; port 0 picks a free one. */
  readonly listen: string;
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
    const { listen, accept, onError } = options;
    const sockets = new Set<Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      destroyOnceFinished(socket);
      accept(socket);
    });
    server.maxConnections = limits.connectionsMax;
    const address = await listenAt(server, listen, 'listen');
    server.on('error', onError);
    server.on('close', noticeDepartures(sockets));
    return new Listener(address, server, sockets);
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
