/** The gRPC server: its options, its methods, its start and its stop. */

import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { limits } from '../limits.js';
import type { Bridge } from './bridge.js';
import { Edge } from './edge.js';
import type { EdgeLimits } from './edge-call.js';
import { logGrpcTo } from './grpc-log.js';
import { Listener } from './listener.js';
import { handlerOf, services } from './methods.js';
import { OpeningConnections } from './opening-connections.js';
import { paceRequests } from './paced-call.js';
import { Security, type SecurityOptions } from './security.js';
import { StandardServices } from './standard-services.js';

const options: ServerOptions = {
  'grpc.max_receive_message_length': limits.receiveBytesMax,
  // The engine refuses answers over limits.responseBytesMax, with a hint; streams have no limit.
  'grpc.max_send_message_length': -1,
  'grpc.max_concurrent_streams': limits.connectionStreamsMax,
  // No grpc-node.max_session_memory: Node goes on counting what it held for cancelled streams, so
  // that any limit ends every connection on which enough calls were cancelled.
  'grpc.max_connection_idle_ms': limits.connectionIdleMs,
  'grpc.max_connection_age_ms': limits.connectionAgeMs,
  'grpc.max_connection_age_grace_ms': limits.connectionAgeGraceMs,
  // Nobody reads the statistics of channelz.
  'grpc.enable_channelz': 0,
};

/** What a server is told besides where it listens. */
export interface GrpcServerOptions extends SecurityOptions {
  /** Limits of the edge that are not the usual ones. */
  readonly edge?: Partial<EdgeLimits> | undefined;
}

interface Parts {
  readonly server: Server;
  readonly listener: Listener;
  readonly opening: OpeningConnections;
  readonly security: Security;
  readonly standard: StandardServices;
  readonly edge: Edge;
}

export class GrpcServer {
  readonly #parts: Parts;

  private constructor(parts: Parts) {
    this.#parts = parts;
    parts.standard.start();
  }

  /**
   * Serves every method at `listen`, a `host:port`; port 0 picks a free one. Rejects with
   * INVALID_ARGUMENT when the address cannot be bound, or certificates or keys cannot be used.
   */
  static async bind(
    listen: string,
    bridge: Bridge,
    { tls, keysFile, edge: edgeLimits }: GrpcServerOptions = {},
  ): Promise<GrpcServer> {
    logGrpcTo(bridge.logger);
    const security = await Security.open({ tls, keysFile }, bridge.logger);
    const edge = new Edge(edgeLimits);
    const interceptors = [edge.admit, ...security.interceptors(), paceRequests];
    const server = new Server({
      ...options,
      // Peers that broke the protocol are found out by this as well: they get no answer any more.
      'grpc.keepalive_time_ms': edge.limits.keepaliveTimeMs,
      'grpc.keepalive_timeout_ms': edge.limits.keepaliveTimeoutMs,
      interceptors,
    });
    for (const service of services) {
      const handlers = Object.entries(service).map(([name, method]) => [
        name,
        handlerOf(method, bridge),
      ]);
      server.addService(service, Object.fromEntries(handlers));
    }
    const standard = new StandardServices(services, bridge);
    standard.addTo(server);
    const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
    const { connectionOpeningMs } = edge.limits;
    const opening = new OpeningConnections(connectionOpeningMs, injector.injectConnection);
    try {
      const listener = await Listener.bind({
        listen,
        accept: security.accepting((socket) => opening.add(socket)),
        onError: (err) => bridge.logger.warn({ err }, 'a connection could not be accepted'),
      });
      return new GrpcServer({ server, listener, opening, security, standard, edge });
    } catch (error) {
      security.close();
      throw error;
    }
  }

  /** Where it listens, as `host:port` with the port that was bound. */
  get address(): string {
    return this.#parts.listener.address;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#parts.listener.connections;
  }

  /** Takes no new calls, lets those in flight finish for `graceMs`, then cuts off the rest. */
  async stop(graceMs: number): Promise<void> {
    const { server, listener, opening, security, standard, edge } = this.#parts;
    standard.drain();
    security.close();
    const empty = listener.close();
    opening.close();
    const timer = setTimeout(() => listener.destroyConnections(), graceMs);
    const finished = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    // grpc-js waits for ever for a connection that breaks at this very moment.
    await Promise.race([finished, empty]);
    clearTimeout(timer);
    edge.close();
  }
}
