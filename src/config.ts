/** Where the server listens and keeps its data: what was asked for, the environment, the default. */

import { resolve } from 'node:path';
import { invalidArgument } from './errors.js';

const defaultListen = '127.0.0.1:50051';
const defaultDataDirectory = './protovec-data';
const portMax = 65_535;
const threadsMax = 256;

/** What a server needs to know before it starts. */
export interface Config {
  /** `host:port`, IPv6 hosts in brackets; port 0 picks a free one. */
  readonly listen: string;
  /** Absolute path. */
  readonly dataDirectory: string;
  /** Engine workers. Unset: half the processors, 1 to 4. */
  readonly workers?: number | undefined;
  /** Native threads of one call of the graph library. Unset: 2 of 2 processors, then half of them. */
  readonly nativeThreads?: number | undefined;
  /** Where embeddings are made for collections that ask for it. Unset: nowhere. */
  readonly embeddingService?:
    | { readonly url: string; readonly key: string | undefined }
    | undefined;
}

/** What a person asked for, as text. */
export interface AskedConfig {
  readonly listen?: string | undefined;
  readonly dataDirectory?: string | undefined;
  readonly workers?: string | undefined;
  readonly nativeThreads?: string | undefined;
  readonly embedderUrl?: string | undefined;
}

/**
 * Fills in what was not asked for from PROTOVEC_LISTEN, PROTOVEC_DATA_DIR, PROTOVEC_WORKERS,
 * PROTOVEC_NATIVE_THREADS and PROTOVEC_EMBEDDER_URL, then from the defaults. The key of the embedding
 * service comes from PROTOVEC_EMBEDDER_KEY alone: what is on a command line others can read. Throws
 * INVALID_ARGUMENT when an address is not one, or a number is out of range.
 */
export function resolveConfig(
  asked: AskedConfig,
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  const listen = asked.listen ?? (environment.PROTOVEC_LISTEN || defaultListen);
  const directory = asked.dataDirectory ?? (environment.PROTOVEC_DATA_DIR || defaultDataDirectory);
  if (directory === '') throw invalidArgument('data_dir', 'the data directory is an empty path');
  checkListen(listen);
  return {
    listen,
    dataDirectory: resolve(directory),
    workers: threads('workers', asked.workers ?? environment.PROTOVEC_WORKERS),
    nativeThreads: threads(
      'native_threads',
      asked.nativeThreads ?? environment.PROTOVEC_NATIVE_THREADS,
    ),
    embeddingService: embeddingService(
      asked.embedderUrl ?? environment.PROTOVEC_EMBEDDER_URL,
      environment.PROTOVEC_EMBEDDER_KEY,
    ),
  };
}

function embeddingService(url: string | undefined, key: string | undefined) {
  if (url === undefined || url === '') return undefined;
  if (key && !/^[\x21-\x7e]+$/.test(key)) {
    throw invalidArgument(
      'embedder_key',
      'PROTOVEC_EMBEDDER_KEY has white space or characters that are not ASCII; set the key alone',
    );
  }
  return { url: embedderUrl(url), key: key || undefined };
}

/** Never says the address again when it may hold a password. */
function embedderUrl(text: string): string {
  if (text.includes('@')) {
    throw invalidArgument(
      'embedder_url',
      'the embedder URL holds a name or a password; put the key in PROTOVEC_EMBEDDER_KEY',
    );
  }
  if (/^https?:\/\/[^\s?#]+$/i.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw invalidArgument(
    'embedder_url',
    `the embedder URL is "${text}"; it must be http or https, such as https://api.openai.com/v1`,
  );
}

function threads(field: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= threadsMax) return count;
  throw invalidArgument(field, `"${text}" is not a whole number from 1 to ${threadsMax}`);
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
