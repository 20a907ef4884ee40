/**
 * Runs calls over one channel: unary, server streams, client streams and streams both ways, all with
 * deadline, signal and typed errors. Requests cross as bytes that are encoded here, so that what cannot be encoded
 * fails before a call begins.
 */
import {
  type ChannelOptions,
  Client as GrpcClient,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { Bell } from '../bell.js';
import { fromServiceError, ProtovecError } from '../errors.js';
import type { CallOptions, ConnectOptions } from '../options.js';
import { callSettings, cancelOnAbort, checkTimeout } from './call-settings.js';
import { traced } from './call-span.js';
import { channelSecurity } from './channel-security.js';
import { Duplex } from './duplex.js';
import { encodeRequest, type Method, passBytes } from './method.js';
import { readStream } from './server-stream.js';
import { serviceConfig } from './service-config.js';
import { Upload } from './upload.js';

const DEFAULT_TIMEOUT_MS = 30_000;
const MiB = 1024 * 1024;

const channelDefaults: ChannelOptions = {
  // Twice the largest message that a server takes by default; its answers are 4 MiB at most.
  'grpc.max_receive_message_length': 32 * MiB,
  // A stream without a deadline still notices that its server is gone.
  'grpc.keepalive_time_ms': 60_000,
  'grpc.keepalive_timeout_ms': 20_000,
  // A server that comes back is found in seconds, not in up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 250,
  'grpc.max_reconnect_backoff_ms': 5_000,
  'grpc.service_config': JSON.stringify(serviceConfig),
};

export class Transport {
  /** The channel's client; generated clients share its channel. */
  readonly grpc: GrpcClient;
  /** The header that says who calls; undefined without an API key. */
  readonly authorization: string | undefined;
  readonly #timeoutMs: number;
  #closed = false;

  constructor(address: string, options: ConnectOptions) {
    if (typeof address !== 'string' || address === '') {
      throw ProtovecError.invalid('address', "The address is empty; give it as 'host:port'");
    }
    this.#timeoutMs = checkTimeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const { credentials, channelOptions, authorization } = channelSecurity(address, options);
    this.authorization = authorization;
    this.grpc = new GrpcClient(address, credentials, {
      ...channelDefaults,
      ...options.channelOptions,
      ...channelOptions,
    });
  }

  /** One request, one response. The connection's deadline applies unless the call sets its own. */
  async unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    call: CallOptions = {},
  ): Promise<Response> {
    this.#refuseWhenClosed();
    const bytes = encodeRequest(method, request);
    const { metadata, options } = callSettings(call, this.#timeoutMs, this.authorization);
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: Response) => {
        ignoreSignal();
        if (error !== null) reject(fromServiceError(error, call.signal));
        else resolve(response as Response);
      };
      const { path, responseDeserialize } = method;
      const rpc = traced(path, metadata, () =>
        this.grpc.makeUnaryRequest(
          path,
          passBytes,
          responseDeserialize,
          bytes,
          metadata,
          options,
          done,
        ),
      );
      const ignoreSignal = cancelOnAbort(call.signal, () => rpc.cancel());
    });
  }

  /** The responses of a server stream. The call begins with the first one asked for. */
  async *stream<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    call: CallOptions = {},
  ): AsyncGenerator<Response, void, undefined> {
    this.#refuseWhenClosed();
    const bytes = encodeRequest(method, request);
    const { metadata, options } = callSettings(call, 0, this.authorization);
    const { path, responseDeserialize } = method;
    const rpc = traced(path, metadata, () =>
      this.grpc.makeServerStreamRequest(
        path,
        passBytes,
        responseDeserialize,
        bytes,
        metadata,
        options,
      ),
    );
    yield* readStream(rpc, call.signal);
  }

  /** Begins a client stream. */
  upload<Response>(method: Method<Buffer, Response>, call: CallOptions = {}): Upload<Response> {
    this.#refuseWhenClosed();
    return new Upload(this.grpc, method, callSettings(call, 0, this.authorization), call.signal);
  }

  /** Begins a call with streams both ways, of encoded messages. `bell`: rung when it changes. */
  duplex(path: string, call: CallOptions = {}, bell?: Bell): Duplex {
    this.#refuseWhenClosed();
    const settings = callSettings(call, 0, this.authorization);
    return new Duplex(this.grpc, path, settings, call.signal, bell);
  }

  /** Closes the channel. Calls under way come to their end; new ones fail with CLIENT_CLOSED. */
  close(): void {
    this.#closed = true;
    this.grpc.close();
  }

  #refuseWhenClosed(): void {
    if (!this.#closed) return;
    throw new ProtovecError(status.FAILED_PRECONDITION, 'The client is closed; connect again', {
      reason: 'CLIENT_CLOSED',
    });
  }
}
