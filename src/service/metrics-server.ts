/** Serves the figures of a server at /metrics, by plain HTTP, and nothing else. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { listenAt } from './address.js';
import { isLoopback } from './exposure.js';
import type { ServerMetrics } from './metrics.js';

/** Refuses an address beyond this machine: whoever reaches it may read the figures without a key. */
export function checkMetricsExposure(listen: string | undefined, insecure = false): void {
  if (listen === undefined || insecure || isLoopback(listen)) return;
  throw new ProtovecError(
    'INVALID_ARGUMENT',
    `the metrics at ${listen} can be read from other machines without a key; serve them on ` +
      '127.0.0.1, or accept that with --insecure',
    { field: 'metrics' },
  );
}

export class MetricsServer {
  /** Where it listens, as `host:port` with the port that was bound. */
  readonly address: string;
  readonly #server: Server;

  private constructor(address: string, server: Server) {
    this.address = address;
    this.#server = server;
  }

  /** Starts listening at `host:port`. Rejects with INVALID_ARGUMENT when it cannot be bound. */
  static async bind(
    listen: string,
    metrics: ServerMetrics,
    logger: Logger,
  ): Promise<MetricsServer> {
    const options = {
      headersTimeout: limits.metricsRequestMs,
      requestTimeout: limits.metricsRequestMs,
      keepAliveTimeout: limits.metricsRequestMs,
    };
    const server = createServer(options, (request, response) => {
      answer(request, response, metrics).catch((err: unknown) => {
        logger.error({ err }, 'the metrics could not be served');
        response.writeHead(500).end();
      });
    });
    server.maxConnections = limits.metricsConnectionsMax;
    server.setTimeout(limits.metricsRequestMs);
    const address = await listenAt(server, listen, 'metrics');
    server.on('error', (err) => logger.warn({ err }, 'metrics'));
    return new MetricsServer(address, server);
  }

  /** Stops at once. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  metrics: ServerMetrics,
): Promise<void> {
  if (url !== '/metrics') {
    response.writeHead(404).end();
  } else if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
  } else {
    const { text, type } = await metrics.scrape();
    response.writeHead(200, { 'content-type': type }).end(text);
  }
}
