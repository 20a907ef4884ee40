/** Calls with messages that are encoded already: the load generator must not be the bottleneck. */
import { once } from 'node:events';
import { Client, credentials } from '@grpc/grpc-js';

export function identity(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What goes over a stream, and where its answers go. */
export interface Feed {
  /** Undefined: there is nothing more to send. */
  next(): Uint8Array | undefined;
  /** What it throws ends the stream. */
  take(answer: Buffer): void;
}

export class RawClient {
  readonly #client: Client;
  readonly #deadlineMs: number;

  /** `deadlineMs`: when every call fails with DEADLINE_EXCEEDED. Unset: never. */
  constructor(address: string, deadlineMs = Number.POSITIVE_INFINITY) {
    this.#deadlineMs = deadlineMs;
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  unary(path: string, request: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, answer?: Buffer): void => {
        if (error !== null) reject(error);
        else resolve(answer!);
      };
      const { options } = this;
      this.#client.makeUnaryRequest(path, identity, identity, request, options, done);
    });
  }

  /** The messages of a call that answers with a stream. */
  answers(path: string, request: Uint8Array): AsyncIterable<Buffer> {
    const { options } = this;
    return this.#client.makeServerStreamRequest(path, identity, identity, request, options);
  }

  /** Sends every message on one stream, as fast as it is taken; resolves to the answer. */
  async stream(path: string, messages: Iterable<Uint8Array>): Promise<Buffer> {
    let settle: (answer: Buffer) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const done = new Promise<Buffer>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    const end = (error: Error | null, answer?: Buffer): void => {
      if (error !== null) fail(error);
      else settle(answer!);
    };
    const { options } = this;
    const call = this.#client.makeClientStreamRequest(path, identity, identity, options, end);
    for (const message of messages) {
      if (!call.write(message)) await Promise.race([once(call, 'drain'), done]);
    }
    call.end();
    return done;
  }

  /**
   * Keeps `width` messages under way on a stream in both directions: an answer makes room for the
   * next message. Ends when there is none and every answer has come.
   */
  duplex(path: string, width: number, feed: Feed): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeBidiStreamRequest(path, identity, identity, this.options);
      const send = (): void => {
        const message = feed.next();
        if (message === undefined) call.end();
        else call.write(message);
      };
      call.on('data', (answer: Buffer) => {
        try {
          feed.take(answer);
          if (call.writable) send();
        } catch (error) {
          call.cancel();
          reject(error as Error);
        }
      });
      call.on('error', reject).on('end', resolve);
      for (let i = 0; i < width && call.writable; i += 1) send();
    });
  }

  close(): void {
    this.#client.close();
  }

  private get options(): { deadline: number } {
    return { deadline: Date.now() + this.#deadlineMs };
  }
}
