/**
 * A whole server, for the command line and for programs that embed one: data directory, engine
 * workers, gRPC. Whatever was acquired when a step of the start fails is given back.
 */

import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { EmbeddingService } from './embedding/embedding-service.js';
import { EnginePool } from './engine/pool.js';
import { createLogger } from './observe.js';
import { GrpcServer } from './service/server.js';
import { lockDataDirectory } from './storage/lock.js';

const graceMsDefault = 10_000;

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
  /** How long stop() waits for calls in flight. Unset: 10 s. */
  readonly graceMs?: number | undefined;
}

/** A server that runs. */
export interface RunningServer {
  /** Where it listens, as `host:port`. */
  readonly address: string;
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
  const graceMs = options.graceMs ?? graceMsDefault;
  const logger = options.logger ?? createLogger();
  const lock = await lockDataDirectory(dataDirectory);
  try {
    const pool = await EnginePool.open({
      dataDirectory,
      workers: options.workers,
      nativeThreads: options.nativeThreads,
      embeddingService: options.embeddingService,
      logLevel: logger.level,
      onFailure: (worker, err) => logger.error({ err, worker }, 'engine worker failed; restarting'),
    });
    try {
      const server = await GrpcServer.bind(options.listen, { pool, logger });
      logger.info({ address: server.address, dataDirectory }, 'listening');
      let stopped: Promise<void> | undefined;
      const stop = async () => {
        try {
          await server.stop(graceMs);
          await pool.close(0);
        } finally {
          await lock.release();
        }
        logger.info('stopped');
      };
      return {
        address: server.address,
        dataDirectory,
        stop: () => {
          stopped ??= stop();
          return stopped;
        },
      };
    } catch (error) {
      await pool.close(0);
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}
