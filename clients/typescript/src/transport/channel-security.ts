/**
 * How a channel is protected and who its calls come from. An API key is sent only where nobody on the
 * way can read it: over TLS, or to a server on the same machine.
 */
import { isIPv4 } from 'node:net';
import {
  type ChannelCredentials,
  type ChannelOptions,
  credentials,
  InterceptingCall,
  type Interceptor,
} from '@grpc/grpc-js';
import { ProtovecError } from '../errors.js';
import type { ConnectOptions, TlsOptions } from '../options.js';

export interface ChannelSecurity {
  readonly credentials: ChannelCredentials;
  /** What the channel must be told besides. */
  readonly channelOptions: ChannelOptions;
  /** The header `authorization` of every call. */
  readonly authorization: string | undefined;
}

/** What the options ask for. Throws INVALID_ARGUMENT when they contradict or endanger each other. */
export function channelSecurity(address: string, options: ConnectOptions): ChannelSecurity {
  const { tls, apiKey } = options;
  if (tls && options.credentials !== undefined) {
    throw ProtovecError.invalid('tls', 'Give either tls or credentials, not both');
  }
  const chosen = options.credentials ?? (tls ? secure(tls) : credentials.createInsecure());
  const name = typeof tls === 'object' ? tls.serverName : undefined;
  const channelOptions: ChannelOptions =
    name === undefined
      ? {}
      : { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name };
  if (apiKey === undefined)
    return { credentials: chosen, channelOptions, authorization: undefined };
  const authorization = bearer(apiKey);
  if (chosen._isSecure()) return { credentials: chosen, channelOptions, authorization };
  if (!isOnThisMachine(address)) {
    throw ProtovecError.invalid(
      'apiKey',
      `An API key would be sent to ${address} in plain text, where anybody on the way can read it; ` +
        'connect with tls: true',
    );
  }
  // A proxy would be another machine.
  const direct = { ...channelOptions, 'grpc.enable_http_proxy': 0 };
  return { credentials: chosen, channelOptions: direct, authorization };
}

/** Adds the header to calls of the generated clients. */
export function authorizeWith(authorization: string): Interceptor {
  return (options, next) =>
    new InterceptingCall(next(options), {
      start: (metadata, listener, start) => {
        if (metadata.get('authorization').length === 0) {
          metadata.set('authorization', authorization);
        }
        start(metadata, listener);
      },
    });
}

/** Whether a target of gRPC can only be a server on this machine. */
export function isOnThisMachine(target: string): boolean {
  if (/^unix(-abstract)?:/.test(target)) return true;
  return target
    .replace(/^(dns|ipv4|ipv6):(\/\/\/)?/, '')
    .split(',')
    .every((address) => {
      const host = address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
      if (host.toLowerCase() === 'localhost' || host === '::1') return true;
      return isIPv4(host) && host.startsWith('127.');
    });
}

function secure(tls: true | TlsOptions): ChannelCredentials {
  const { ca, certificate, key } = tls === true ? ({} as TlsOptions) : tls;
  if ((certificate === undefined) !== (key === undefined)) {
    throw ProtovecError.invalid('tls', 'Give tls.certificate and tls.key together');
  }
  try {
    return credentials.createSsl(pem(ca), pem(key), pem(certificate));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw ProtovecError.invalid(
      'tls',
      `The certificates cannot be used (${reason}); ca, certificate and key are PEM, not paths`,
    );
  }
}

function pem(text: string | Uint8Array | undefined): Buffer | null {
  if (text === undefined) return null;
  return Buffer.from(typeof text === 'string' ? new TextEncoder().encode(text) : text);
}

function bearer(apiKey: string): string {
  if (typeof apiKey === 'string' && /^[\x21-\x7e]+$/.test(apiKey)) return `Bearer ${apiKey}`;
  // The key itself is not repeated: what is nearly a key is still a secret.
  throw ProtovecError.invalid(
    'apiKey',
    'The API key is empty, or has white space or characters that are not ASCII; give the key alone',
  );
}
