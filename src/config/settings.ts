/**
 * Every setting of a server, once: flags, look-ups in the environment, keys of the configuration
 * file, its schema and docs/CONFIGURATION.md come from this table. Client commands load it for their
 * help, so it is data alone.
 */
import { limits } from '../limits.js';

/** What values a setting takes. */
export type Kind =
  | { readonly type: 'address' | 'path' | 'url' | 'secret' | 'switch' }
  | { readonly type: 'count'; readonly min: number; readonly max: number; readonly unit: string }
  | { readonly type: 'choice'; readonly choices: readonly string[] };

export interface Setting {
  readonly name: string;
  readonly kind: Kind;
  /** How it is written on the command line, its value included. Unset: it has no place there. */
  readonly flag?: string;
  /** Variable of the environment. Set but empty is as unset. */
  readonly variable: string;
  /** Key in the configuration file, and path of the field in errors. */
  readonly key: string;
  /** Unset: the setting may stay unset. */
  readonly default?: string | number | boolean;
  /** What an unset setting does, in words. */
  readonly unset?: string;
  /** Starts in lower case, as in help texts, and ends without a full stop. */
  readonly description: string;
}

const threads: Kind = { type: 'count', min: 1, max: limits.threadsMax, unit: 'threads' };

export const settings = [
  {
    name: 'listen',
    kind: { type: 'address' },
    flag: '--listen <host:port>',
    variable: 'PROTOVEC_LISTEN',
    key: 'listen',
    default: '127.0.0.1:50051',
    description: 'address to listen on; port 0 takes a free one',
  },
  {
    name: 'dataDirectory',
    kind: { type: 'path' },
    flag: '--data-dir <directory>',
    variable: 'PROTOVEC_DATA_DIR',
    key: 'data_dir',
    default: './protovec-data',
    description: 'where the data is',
  },
  {
    name: 'workers',
    kind: threads,
    flag: '--workers <count>',
    variable: 'PROTOVEC_WORKERS',
    key: 'workers',
    unset: 'half the processors, at most 4',
    description: 'threads that own collections',
  },
  {
    name: 'nativeThreads',
    kind: threads,
    flag: '--native-threads <count>',
    variable: 'PROTOVEC_NATIVE_THREADS',
    key: 'native_threads',
    unset: 'half the processors, 2 to 16',
    description: 'threads that build and search one graph',
  },
  {
    name: 'embedderUrl',
    kind: { type: 'url' },
    flag: '--embedder-url <url>',
    variable: 'PROTOVEC_EMBEDDER_URL',
    key: 'embedder_url',
    unset: 'none',
    description:
      'service that makes embeddings, such as https://api.openai.com/v1; its key is in ' +
      'PROTOVEC_EMBEDDER_KEY',
  },
  {
    name: 'embedderKey',
    kind: { type: 'secret' },
    variable: 'PROTOVEC_EMBEDDER_KEY',
    key: 'embedder_key',
    unset: 'none',
    description: 'key of that service; in the environment alone, where others cannot read it',
  },
  {
    name: 'tlsCert',
    kind: { type: 'path' },
    flag: '--tls-cert <file>',
    variable: 'PROTOVEC_TLS_CERT',
    key: 'tls_cert',
    unset: 'no TLS',
    description: "the server's certificate and those of the authorities below the root, PEM",
  },
  {
    name: 'tlsKey',
    kind: { type: 'path' },
    flag: '--tls-key <file>',
    variable: 'PROTOVEC_TLS_KEY',
    key: 'tls_key',
    unset: 'no TLS',
    description: 'private key of --tls-cert, PEM without a passphrase',
  },
  {
    name: 'clientCa',
    kind: { type: 'path' },
    flag: '--client-ca <file>',
    variable: 'PROTOVEC_CLIENT_CA',
    key: 'client_ca',
    unset: 'clients show none',
    description: 'authorities of clients, PEM; every client must show a certificate of one',
  },
  {
    name: 'keys',
    kind: { type: 'path' },
    flag: '--keys <file>',
    variable: 'PROTOVEC_KEYS',
    key: 'keys',
    unset: 'calls need no key',
    description: 'file of API keys, made with: protovec keys create',
  },
  {
    name: 'insecure',
    kind: { type: 'switch' },
    flag: '--insecure',
    variable: 'PROTOVEC_INSECURE',
    key: 'insecure',
    default: false,
    description: 'let other machines in without TLS or without keys',
  },
  {
    name: 'metrics',
    kind: { type: 'address' },
    flag: '--metrics <host:port>',
    variable: 'PROTOVEC_METRICS',
    key: 'metrics',
    unset: 'not served',
    description: 'address of metrics for Prometheus, by HTTP at /metrics',
  },
  {
    name: 'slowQueryMs',
    kind: { type: 'count', min: 0, max: limits.slowQueryMsMax, unit: 'milliseconds' },
    flag: '--slow-query-ms <ms>',
    variable: 'PROTOVEC_SLOW_QUERY_MS',
    key: 'slow_query_ms',
    default: limits.slowQueryMsDefault,
    description: 'calls that take longer are logged; 0 logs none',
  },
  {
    name: 'graceMs',
    kind: { type: 'count', min: 0, max: limits.graceMsMax, unit: 'milliseconds' },
    flag: '--grace-ms <ms>',
    variable: 'PROTOVEC_GRACE_MS',
    key: 'grace_ms',
    default: limits.graceMsDefault,
    description: 'how long a stop waits for calls in flight',
  },
  {
    name: 'logLevel',
    kind: {
      type: 'choice',
      choices: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    },
    flag: '--log-level <level>',
    variable: 'PROTOVEC_LOG',
    key: 'log_level',
    unset: 'info; warn on a terminal',
    description: 'least severe messages that are logged, as JSON on stderr',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof settings)[number]['name'];

/** Flag and variable that name the configuration file. */
export const fileFlag = '--config <file>';
export const fileVariable = 'PROTOVEC_CONFIG';

/** The default of a setting, in words. */
export function defaultText(setting: Setting): string {
  return setting.default === undefined ? (setting.unset ?? 'none') : String(setting.default);
}
