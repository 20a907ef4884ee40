/**
 * What may be set for a connection and for a single call.
 * Invariant: every unary call has a deadline unless its caller asks for none with 0.
 */
import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js';

/** Settings of a connection. */
export interface ConnectOptions {
  /** Deadline of each unary call in milliseconds. Default 30,000; 0: none. Streams have none. */
  timeoutMs?: number | undefined;
  /** Default: plain text. Use `credentials.createSsl(…)` of @grpc/grpc-js for TLS. */
  credentials?: ChannelCredentials | undefined;
  /** Options of @grpc/grpc-js, added to those that the client sets. */
  channelOptions?: ChannelOptions | undefined;
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
