/** The gRPC server: its options, its methods, its start and its stop. */

import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { limits } from '../limits.js';
import type { Bridge } from './bridge.js';
import { Listener } from './listener.js';
import { handlerOf, services } from './methods.js';
import { paceRequests } from './paced-call.js';

/** Connections beyond this are closed as soon as they are made; each costs a file descriptor. */
const connectionsMax = 1_000;

/** Calls that one connection may have open; it waits to start more. */
const concurrentStreamsMax = 100;

/** A connection with more than this queued for it, in MB, may not start calls. */
const sessionMemoryMbMax = 16;

/** A silent connection is asked for a sign of life this often, and closed when none comes. */
const keepaliveTimeMs = 60_000;
const keepaliveTimeoutMs = 20_000;

/** A connection without a call is closed after this time; clients connect again by themselves. */
const connectionIdleMs = 30 * 60_000;

const options: ServerOptions = {
  'grpc.max_receive_message_length': limits.receiveBytesMax,
  // The engine refuses answers over limits.responseBytesMax, with a hint; streams have no limit.
  'grpc.max_send_message_length': -1,
  'grpc.max_concurrent_streams': concurrentStreamsMax,
  'grpc-node.max_session_memory': sessionMemoryMbMax,
  'grpc.keepalive_time_ms': keepaliveTimeMs,
  'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
  'grpc.max_connection_idle_ms': connectionIdleMs,
  // Nobody reads the statistics of channelz.
  'grpc.enable_channelz': 0,
  interceptors: [paceRequests],
};

export class GrpcServer {
  readonly #server: Server;
  readonly #listener: Listener;

  private constructor(server: Server, listener: Listener) {
    this.#server = server;
    this.#listener = listener;
  }

  /**
   * Serves every method at `listen`, a `host:port`; port 0 picks a free one. Rejects with
   * INVALID_ARGUMENT when the address cannot be bound.
   */
  static async bind(listen: string, bridge: Bridge): Promise<GrpcServer> {
    const server = new Server(options);
    for (const service of services) {
      const handlers = Object.entries(service).map(([name, method]) => [
        name,
        handlerOf(method, bridge),
      ]);
      server.addService(service, Object.fromEntries(handlers));
    }
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = await Listener.bind({
      listen,
      connectionsMax,
      accept: (socket) => injector.injectConnection(socket),
      onError: (err) => bridge.logger.warn({ err }, 'a connection could not be accepted'),
    });
    return new GrpcServer(server, listener);
  }

  /** Where it listens, as `host:port` with the port that was bound. */
  get address(): string {
    return this.#listener.address;
  }

  /** Takes no new calls, lets those in flight finish for `graceMs`, then cuts off the rest. */
  async stop(graceMs: number): Promise<void> {
    this.#listener.close();
    const timer = setTimeout(() => this.#listener.destroyConnections(), graceMs);
    await new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    clearTimeout(timer);
  }
}
