/** Calls with messages that are encoded already: the load generator must not be the bottleneck. */
import { once } from 'node:events';
import { Client, credentials } from '@grpc/grpc-js';

export function identity(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export class RawClient {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  unary(path: string, request: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, identity, identity, request, (error, answer) => {
        if (error !== null) reject(error);
        else resolve(answer!);
      });
    });
  }

  /** Sends every message on one stream, as fast as it is taken; resolves to the answer. */
  async stream(path: string, messages: Iterable<Uint8Array>): Promise<Buffer> {
    let settle: (answer: Buffer) => void = () => {};
    let fail: (error: Error) => void = () => {};
    const done = new Promise<Buffer>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    const call = this.#client.makeClientStreamRequest(path, identity, identity, (error, answer) => {
      if (error !== null) fail(error);
      else settle(answer!);
    });
    for (const message of messages) {
      if (!call.write(message)) await Promise.race([once(call, 'drain'), done]);
    }
    call.end();
    return done;
  }

  close(): void {
    this.#client.close();
  }
}
