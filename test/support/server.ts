/** A real server on a free port with a data directory of its own, for tests. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, type StartOptions, startServer } from '../../src/main.js';
import { createLogger } from '../../src/observe.js';

export interface TestServer {
  /** `127.0.0.1:port`; changes with restart(). */
  readonly address: string;
  /** Where metrics are served, if the options ask for it; changes with restart(). */
  readonly metricsAddress: string | undefined;
  readonly dataDirectory: string;
  /** Stops the server and starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops the server and removes its data. Again is fine. */
  close(): Promise<void>;
}

/**
 * Starts a server that logs nothing below `fatal`. A data directory that is given is kept by
 * close(), so that a test can look at it or start another server there.
 */
export async function startTestServer(options: Partial<StartOptions> = {}): Promise<TestServer> {
  const own = options.dataDirectory === undefined;
  const dataDirectory =
    options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'protovec-test-server-')));
  const start = () =>
    startServer({
      listen: '127.0.0.1:0',
      logger: createLogger('fatal'),
      graceMs: 2_000,
      ...options,
      dataDirectory,
    });
  let server: RunningServer = await start();
  return {
    get address() {
      return server.address;
    },
    get metricsAddress() {
      return server.metricsAddress;
    },
    dataDirectory,
    async restart() {
      await server.stop();
      server = await start();
    },
    async close() {
      await server.stop();
      if (own) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
