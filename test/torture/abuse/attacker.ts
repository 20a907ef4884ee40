/** Sends any bytes to any method, and tells how each call ended. */
import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { decodeErrorDetails } from '../../../clients/typescript/src/error-details.js';

/** How a call ended. */
export interface Ended {
  readonly code: status;
  /** From the details; empty when there are none. */
  readonly reason: string;
  readonly message: string;
}

/** A method, and whether it goes on by itself until it is cancelled. */
export interface Attacked {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly endless: boolean;
}

/** The deadline of a call. */
export const DEADLINE_MS = 20_000;
/** A call that has not ended so long after its deadline never will. */
const MARGIN_MS = 5_000;
const ANSWER_BYTES_MAX = 64 * 2 ** 20;

const same = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
const ok: Ended = { code: status.OK, reason: '', message: '' };

export class Attacker {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
      'grpc.max_receive_message_length': ANSWER_BYTES_MAX,
      'grpc.use_local_subchannel_pool': 1,
      // A call that the server refuses must not be sent again behind our back.
      'grpc.enable_retries': 0,
    });
  }

  /** Rejects when the call hangs: not even its deadline ended it. */
  call(method: Attacked, messages: readonly Uint8Array[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const hangs = (): void =>
        reject(new Error(`${method.path} was not even ended by its deadline`));
      const timer = setTimeout(hangs, DEADLINE_MS + MARGIN_MS);
      const end = (error?: ServiceError | null): void => {
        clearTimeout(timer);
        resolve(error ? endedOf(error) : ok);
      };
      this.#start(method, messages, end);
    });
  }

  close(): void {
    this.#client.close();
  }

  #start(
    { path, requestStream, responseStream, endless }: Attacked,
    messages: readonly Uint8Array[],
    end: (error?: ServiceError | null) => void,
  ): void {
    const options = { deadline: Date.now() + DEADLINE_MS };
    const client = this.#client;
    if (!requestStream && !responseStream) {
      client.makeUnaryRequest(path, same, same, messages[0], options, end);
      return;
    }
    if (requestStream && !responseStream) {
      const call = client.makeClientStreamRequest(path, same, same, options, end);
      call.on('error', () => {});
      for (const message of messages) call.write(message);
      call.end();
      return;
    }
    if (requestStream) {
      const call = client.makeBidiStreamRequest(path, same, same, options);
      receive(call, endless, end);
      for (const message of messages) call.write(message);
      call.end();
    } else {
      receive(client.makeServerStreamRequest(path, same, same, messages[0], options), endless, end);
    }
  }
}

/** Reads what comes until it ends; one answer of an endless call is enough. */
function receive(
  call: ClientReadableStream<Buffer> | ClientDuplexStream<Uint8Array, Buffer>,
  endless: boolean,
  end: (error?: ServiceError) => void,
): void {
  call.on('data', () => {
    if (!endless) return;
    end();
    call.cancel();
  });
  call.on('error', end).on('end', () => end());
}

function endedOf(error: ServiceError): Ended {
  const encoded = error.metadata?.get('grpc-status-details-bin')[0];
  const reason = encoded instanceof Uint8Array ? decodeErrorDetails(encoded).reason : undefined;
  return { code: error.code, reason: reason ?? '', message: error.details };
}
