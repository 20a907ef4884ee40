/** Where the server listens and keeps its data: what was asked for, the environment, the default. */

import { resolve } from 'node:path';
import { invalidArgument } from './errors.js';

const defaultListen = '127.0.0.1:50051';
const defaultDataDirectory = './protovec-data';
const portMax = 65_535;

/** What a server needs to know before it starts. */
export interface Config {
  /** `host:port`, IPv6 hosts in brackets; port 0 picks a free one. */
  readonly listen: string;
  /** Absolute path. */
  readonly dataDirectory: string;
}

/**
 * Fills in what was not asked for from PROTOVEC_LISTEN and PROTOVEC_DATA_DIR, then from the
 * defaults. Throws INVALID_ARGUMENT when the address is not one.
 */
export function resolveConfig(
  asked: { listen?: string | undefined; dataDirectory?: string | undefined },
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const listen = asked.listen ?? (environment.PROTOVEC_LISTEN || defaultListen);
  const directory = asked.dataDirectory ?? (environment.PROTOVEC_DATA_DIR || defaultDataDirectory);
  if (directory === '') throw invalidArgument('data_dir', 'the data directory is an empty path');
  checkListen(listen);
  return { listen, dataDirectory: resolve(directory) };
}

function checkListen(listen: string): void {
  const match = /^(\[[0-9A-Fa-f:.%]+\]|[^:[\]\s/]+):(\d{1,5})$/.exec(listen);
  if (match !== null && Number(match[2]) <= portMax) return;
  throw invalidArgument(
    'listen',
    `the address to listen on is "${listen}"; it must be host:port with a port from 0 to ` +
      `${portMax}, such as ${defaultListen} or [::1]:50051`,
  );
}
