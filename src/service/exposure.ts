/**
 * Whom a server may be reachable for. Without TLS what is sent can be read on the way; without keys
 * or certificates of clients whoever reaches the port owns the data. Both are fine between programs
 * of one machine, and nowhere else unless somebody says so.
 */

import { isIPv4 } from 'node:net';
import type { Logger } from 'pino';
import { ProtovecError } from '../errors.js';
import { parseAddress } from './address.js';
import type { TlsFiles } from './certificates.js';

export interface Exposure {
  /** `host:port`, IPv6 hosts in brackets. */
  readonly listen: string;
  readonly tls?: TlsFiles | undefined;
  readonly keysFile?: string | undefined;
  /** The operator accepts what is missing. */
  readonly insecure?: boolean | undefined;
}

/**
 * Refuses to listen beyond this machine without TLS and without asking callers who they are, with
 * INVALID_ARGUMENT; with `insecure` warns instead.
 */
export function checkExposure(exposure: Exposure, logger: Logger): void {
  const { listen, tls, keysFile, insecure } = exposure;
  if (isLoopback(listen)) return;
  const missing: string[] = [];
  if (tls === undefined) missing.push('TLS (--tls-cert and --tls-key)');
  if (keysFile === undefined && tls?.clientCaFile === undefined) {
    missing.push('API keys (--keys) or certificates of clients (--client-ca)');
  }
  if (missing.length === 0) return;
  const without = missing.join(' and ');
  if (insecure) {
    logger.warn({ listen }, `other machines may reach this server without ${without}`);
    return;
  }
  throw new ProtovecError(
    'INVALID_ARGUMENT',
    `${listen} can be reached from other machines, and there is no ${without}. Set that up, ` +
      'listen on 127.0.0.1, or accept that anybody may read and change the data with --insecure',
    { field: 'listen' },
  );
}

/** Whether only programs of this machine reach the address. */
export function isLoopback(listen: string): boolean {
  const { host } = parseAddress(listen);
  if (host.toLowerCase() === 'localhost' || host === '::1') return true;
  return isIPv4(host) && host.startsWith('127.');
}
