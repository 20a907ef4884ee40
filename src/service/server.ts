/** The gRPC server: its options, its methods, binding it to an address and stopping it. */

import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import type { Bridge } from './bridge.js';
import { handlerOf, services } from './methods.js';
import { paceRequests } from './paced-call.js';

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
  /** Where it listens, as `host:port` with the port that was bound. */
  readonly address: string;
  readonly #server: Server;

  private constructor(server: Server, address: string) {
    this.#server = server;
    this.address = address;
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
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(listen, ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) return resolve(bound);
        server.forceShutdown();
        reject(cannotBind(listen, error));
      });
    });
    return new GrpcServer(server, listen.replace(/:\d+$/, `:${port}`));
  }

  /** Takes no new calls, lets those in flight finish for `graceMs`, then ends the rest. */
  async stop(graceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#server.forceShutdown(), graceMs);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
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
