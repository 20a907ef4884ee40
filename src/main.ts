/**
 * A whole server, for the command line and for programs that embed one: data directory, engine
 * workers, gRPC. Whatever was acquired when a step of the start fails is given back.
 */

import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { EmbeddingService } from './embedding/embedding-service.js';
import { drainPath } from './engine/drain.js';
import { EnginePool } from './engine/pool.js';
import { limits } from './limits.js';
import { createLogger } from './observe.js';
import { CallObserver } from './service/call-observer.js';
import type { TlsFiles } from './service/certificates.js';
import { checkExposure } from './service/exposure.js';
import { ServerMetrics } from './service/metrics.js';
import { checkMetricsExposure, MetricsServer } from './service/metrics-server.js';
import { GrpcServer } from './service/server.js';
import { FiguresOfWorkers } from './service/worker-figures.js';
import { lockDataDirectory } from './storage/lock.js';

export interface StartOptions {
  /** `host:port`; port 0 picks a free one. */
  readonly listen: string;
  /** Created when it does not exist. One server at a time may use it. */
  readonly dataDirectory: string;
  readonly logger?: Logger | undefined;
  /** Number of engine workers. Unset: half the processors, 1 to 4. */
  readonly workers?: number | undefined;
  /** Native threads of one call of the graph library. Unset: 2 of 2 processors, then half of them. */
  readonly nativeThreads?: number | undefined;
  /** Where embeddings are made for collections that ask for it. Unset: nowhere. */
  readonly embeddingService?: EmbeddingService | undefined;
  /** Files of the server's certificate. Unset: connections are plain text. */
  readonly tls?: TlsFiles | undefined;
  /** File of API keys. Unset: calls need none. */
  readonly keysFile?: string | undefined;
  /** Listen beyond this machine even without TLS or without keys. */
  readonly insecure?: boolean | undefined;
  /** `host:port` of metrics, by HTTP. Unset: they are not served. */
  readonly metrics?: string | undefined;
  /** Calls that take longer than so many milliseconds are logged; 0: none. Unset: 1 s. */
  readonly slowQueryMs?: number | undefined;
  /** How long stop() waits for calls in flight. Unset: 10 s. */
  readonly graceMs?: number | undefined;
}

/** A server that runs. */
export interface RunningServer {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** Where metrics are served, as `host:port`. Undefined: they are not. */
  readonly metricsAddress: string | undefined;
  /** Absolute path. */
  readonly dataDirectory: string;
  /**
   * Finishes the calls in flight, saves, gives the data directory back. Rejects when saving
   * failed; then too everything is released. Later calls share the outcome of the first.
   */
  stop(): Promise<void>;
}

/** Starts a server. Rejects with a ProtovecError that says what to do, and leaves nothing behind. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const dataDirectory = resolve(options.dataDirectory);
  const graceMs = options.graceMs ?? limits.graceMsDefault;
  const logger = options.logger ?? createLogger();
  checkExposure(options, logger);
  checkMetricsExposure(options.metrics, options.insecure);
  const metrics =
    options.metrics === undefined ? undefined : new ServerMetrics(() => server?.connections ?? 0);
  let server: GrpcServer | undefined;
  let metricsServer: MetricsServer | undefined;
  const lock = await lockDataDirectory(dataDirectory);
  try {
    const pool = await EnginePool.open({
      dataDirectory,
      workers: options.workers,
      nativeThreads: options.nativeThreads,
      embeddingService: options.embeddingService,
      logLevel: logger.level,
      onFailure: (worker, err) => {
        metrics?.engineFailed();
        logger.error({ err, worker }, 'engine worker failed; restarting');
      },
    });
    try {
      if (metrics !== undefined && options.metrics !== undefined) {
        metrics.watchWorkers(new FiguresOfWorkers(pool));
        metricsServer = await MetricsServer.bind(options.metrics, metrics, logger);
      }
      const observer = new CallObserver(
        logger,
        options.slowQueryMs ?? limits.slowQueryMsDefault,
        metrics,
      );
      const grpc = await GrpcServer.bind(options.listen, { pool, logger, observer }, options);
      server = grpc;
      logger.info({ address: grpc.address, dataDirectory }, 'listening');
      let stopped: Promise<void> | undefined;
      const stop = async () => {
        try {
          // What is open for as long as its caller likes ends by itself; the rest is cut off.
          void pool.askAll(drainPath, new Uint8Array(0), Number.POSITIVE_INFINITY).catch(() => {});
          await grpc.stop(graceMs);
          await pool.close(0);
        } finally {
          await metricsServer?.close();
          await lock.release();
        }
        logger.info('stopped');
      };
      return {
        address: grpc.address,
        metricsAddress: metricsServer?.address,
        dataDirectory,
        stop: () => {
          stopped ??= stop();
          return stopped;
        },
      };
    } catch (error) {
      await metricsServer?.close();
      await pool.close(0);
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}
