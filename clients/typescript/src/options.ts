/**
 * What may be set for a connection and for a single call.
 * Invariant: every unary call has a deadline unless its caller asks for none with 0.
 */
import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js';

/** Settings of a connection. */
export interface ConnectOptions {
  /** Deadline of each unary call in milliseconds. Default 30,000; 0: none. Streams have none. */
  timeoutMs?: number | undefined;
  /** TLS: true for the authorities that Node trusts, or settings. Default: plain text. */
  tls?: boolean | TlsOptions | undefined;
  /** API key, sent with every call. Refused without TLS unless the server is on this machine. */
  apiKey?: string | undefined;
  /** Credentials of @grpc/grpc-js in place of `tls`. */
  credentials?: ChannelCredentials | undefined;
  /** Options of @grpc/grpc-js, added to those that the client sets. */
  channelOptions?: ChannelOptions | undefined;
}

/** Settings of TLS. Certificates and keys are given as PEM, not as paths of files. */
export interface TlsOptions {
  /** Authorities that the server's certificate may come from. Default: those that Node trusts. */
  ca?: string | Uint8Array | undefined;
  /** The client's own certificate, for servers that ask for one; `key` belongs to it. */
  certificate?: string | Uint8Array | undefined;
  /** The private key of `certificate`. */
  key?: string | Uint8Array | undefined;
  /** Name that the server's certificate must have. Default: the host of the address. */
  serverName?: string | undefined;
}

/** Settings of one call. */
export interface CallOptions {
  /** Deadline in milliseconds, for streams too. 0: none. Default: the connection's for unary calls. */
  timeoutMs?: number | undefined;
  /** Cancels the call; it fails with code CANCELLED and the signal's reason as `cause`. */
  signal?: AbortSignal | undefined;
  /** Headers sent with the call. */
  metadata?: Readonly<Record<string, string>> | undefined;
}
