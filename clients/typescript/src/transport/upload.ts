/**
 * The sending side of a client stream, with a fixed number of message buffers.
 * Backpressure: a buffer is free again when grpc-js has taken its bytes, which it does only as fast
 * as the server reads; whoever waits for a free buffer therefore waits for the server, and no
 * more than BUFFERS messages are ever held.
 * Invariant: nobody waits for a buffer of a call that has ended.
 */
import type { ClientWritableStream, Client as GrpcClient, ServiceError } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { ByteWriter } from '../codec/byte-writer.js';
import { fromServiceError, ProtovecError } from '../errors.js';
import { type CallSettings, cancelOnAbort } from './call-settings.js';
import { traced } from './call-span.js';
import { type Method, passBytes } from './method.js';

/** One that is filled, one on its way, one in between. */
const BUFFERS = 3;
const BUFFER_BYTES = 1024 * 1024 + 64 * 1024;

export class Upload<Response> {
  readonly #rpc: ClientWritableStream<Buffer>;
  readonly #response: Promise<Response>;
  readonly #free: ByteWriter[] = [];
  #buffers = 0;
  #ended = false;
  /** Wakes whoever waits, for a buffer or for the caller's next record. */
  #wake: (() => void) | undefined;

  constructor(
    client: GrpcClient,
    method: Method<Buffer, Response>,
    { metadata, options }: CallSettings,
    signal: AbortSignal | undefined,
  ) {
    const { path, responseDeserialize } = method;
    const { promise, settle } = deferred<Response>();
    this.#response = promise;
    // The error is reported by complete; a call that is given up before that has no other listener.
    promise.catch(() => {});
    const done = (error: ServiceError | null, response?: Response): void => {
      ignoreSignal();
      this.#ended = true;
      settle(error === null ? null : fromServiceError(error, signal), response);
      this.#wakeUp();
    };
    this.#rpc = traced(path, metadata, () =>
      client.makeClientStreamRequest<Buffer, Response>(
        path,
        passBytes,
        responseDeserialize,
        metadata,
        options,
        done,
      ),
    );
    this.#rpc.on('error', () => {});
    const ignoreSignal = cancelOnAbort(signal, () => this.#rpc.cancel());
  }

  /** Whether the call is over, so that sending more is of no use. */
  get ended(): boolean {
    return this.#ended;
  }

  /** An empty buffer for the next message; waits until one is free. Undefined: the call has ended. */
  async buffer(): Promise<ByteWriter | undefined> {
    while (!this.#ended) {
      const free = this.#free.pop();
      if (free !== undefined) return free;
      if (this.#buffers < BUFFERS) {
        this.#buffers += 1;
        return new ByteWriter(BUFFER_BYTES);
      }
      await this.wait();
    }
    return undefined;
  }

  /** Sends what a buffer holds; the buffer must not be touched again. */
  send(message: ByteWriter): void {
    this.#rpc.write(message.finish(), () => {
      message.reset();
      this.#free.push(message);
      this.#wakeUp();
    });
  }

  /** Waits until a buffer is free, the call has ended, or `other` is settled. */
  wait(other?: PromiseLike<unknown>): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      other?.then(
        () => resolve(),
        () => resolve(),
      );
    });
  }

  /**
   * Runs `fill`, which sends the messages, then ends the stream and waits for the response. What
   * `fill` throws cancels the call and is thrown again.
   */
  async complete(fill: () => Promise<void>): Promise<Response> {
    try {
      await fill();
    } catch (error) {
      this.#rpc.cancel();
      throw error;
    }
    if (this.#ended) {
      await this.#response;
      throw new ProtovecError(status.INTERNAL, 'The server answered before it had everything');
    }
    this.#rpc.end();
    return this.#response;
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

interface Deferred<T> {
  promise: Promise<T>;
  settle(error: Error | null, value?: T): void;
}

function deferred<T>(): Deferred<T> {
  let settle: Deferred<T>['settle'] = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    settle = (error, value) => (error === null ? resolve(value as T) : reject(error));
  });
  return { promise, settle };
}
