/**
 * What tests call a server with: the SDK where it is the natural way, and RawClient where bytes
 * must go out that no SDK would send. Failures of both become one plain shape to compare with.
 */
import {
  type ClientOptions,
  credentials,
  Client as GrpcClient,
  type ServiceError,
} from '@grpc/grpc-js';
import { fromServiceError } from '../../clients/typescript/src/errors.js';
import { type Client, connect, ProtovecError } from '../../clients/typescript/src/index.js';
import { startTestServer, type TestServer } from './server.js';

/** How a call failed. */
export interface Failure {
  /** Name of the gRPC code, such as NOT_FOUND. */
  readonly code: string;
  /** From ErrorInfo. */
  readonly reason: string;
  /** From BadRequest, in order. */
  readonly fields: string[];
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What an error of the SDK says. */
export function toFailure(error: ProtovecError): Failure {
  const { codeName: code, reason, message, metadata } = error;
  return {
    code,
    reason,
    fields: error.fieldViolations.map(({ field }) => field),
    message,
    metadata,
  };
}

/** How the call of the SDK fails; throws when it does not. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof ProtovecError) return toFailure(error);
    throw error;
  }
  throw new Error(`the call succeeded: ${String(answer)}`);
}

/**
 * Code, reason and fields in one line, for tables of expectations: `NOT_FOUND X field, field`. An
 * empty path, which stands for the request as a whole, is left out.
 */
export function summary({ code, reason, fields }: Failure): string {
  const paths = fields.filter((path) => path !== '').join(', ');
  return [code, reason, paths].filter((part) => part !== '').join(' ');
}

/** A method of a generated service. */
export interface Method<A> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  responseDeserialize(bytes: Buffer): A;
}

/** A generated message codec. */
interface Codec<T, P> {
  encode(message: T): { finish(): Uint8Array };
  fromPartial(partial: P): T;
}

/** The encoding of a message of which only some fields are given. */
export function encode<T, P>(codec: Codec<T, P>, partial: P): Uint8Array {
  return codec.encode(codec.fromPartial(partial)).finish();
}

/** Everything that a call brought. */
export interface Outcome<A> {
  readonly answers: A[];
  /** Undefined: the call succeeded. */
  readonly failure: Failure | undefined;
}

/** Sends any bytes to any method. */
export class RawClient {
  readonly grpc: GrpcClient;

  constructor(address: string, options: ClientOptions = {}) {
    this.grpc = new GrpcClient(address, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
      'grpc.max_receive_message_length': 8 * 1024 * 1024,
      ...options,
    });
  }

  /** Calls a method of any kind; several requests are for those that take a stream. */
  call<A>(method: Method<A>, ...requests: Uint8Array[]): Promise<Outcome<A>> {
    const { path, requestStream, responseStream } = method;
    const bytes = requests.map((request) => Buffer.from(request));
    const read = (answer: Buffer): A => method.responseDeserialize(answer);
    return new Promise((resolve) => {
      const answers: A[] = [];
      const end = (error?: ServiceError | null): void => {
        resolve({ answers, failure: error ? toFailure(fromServiceError(error)) : undefined });
      };
      const take = (error: ServiceError | null, answer?: A): void => {
        if (answer !== undefined) answers.push(answer);
        end(error);
      };
      if (requestStream && responseStream) {
        const call = this.grpc.makeBidiStreamRequest(path, same, read);
        call.on('data', (answer: A) => answers.push(answer));
        call.on('error', end).on('end', () => end());
        for (const request of bytes) call.write(request);
        call.end();
      } else if (responseStream) {
        const call = this.grpc.makeServerStreamRequest(path, same, read, bytes[0]!);
        call.on('data', (answer: A) => answers.push(answer));
        call.on('error', end).on('end', () => end());
      } else if (requestStream) {
        const call = this.grpc.makeClientStreamRequest(path, same, read, take);
        call.on('error', () => undefined);
        for (const request of bytes) call.write(request);
        call.end();
      } else this.grpc.makeUnaryRequest(path, same, read, bytes[0]!, take);
    });
  }

  /** The one answer of a call; throws when it fails. */
  async answer<A>(method: Method<A>, ...requests: Uint8Array[]): Promise<A> {
    const { answers, failure } = await this.call(method, ...requests);
    if (failure !== undefined)
      throw new Error(`${method.path}: ${summary(failure)}: ${failure.message}`);
    return answers.at(-1)!;
  }

  close(): void {
    this.grpc.close();
  }
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

/** A server with clients of both kinds. */
export interface Served {
  readonly server: TestServer;
  /** Both change with restart(). */
  client: Client;
  raw: RawClient;
  /** Stops the server, starts it again on the same data and connects to it. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server of one worker, unless the options say otherwise, and connects to it. */
export async function serve(options: Parameters<typeof startTestServer>[0] = {}): Promise<Served> {
  const server = await startTestServer({ workers: 1, ...options });
  const served: Served = {
    server,
    client: connect(server.address),
    raw: new RawClient(server.address),
    async restart() {
      served.client.close();
      served.raw.close();
      await server.restart();
      served.client = connect(server.address);
      served.raw = new RawClient(server.address);
    },
    async close() {
      served.client.close();
      served.raw.close();
      await server.close();
    },
  };
  return served;
}

/** Everything that an iterable yields. */
export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** A vector of `dimension` values that is another one for every `seed`, and never zero. */
export function vectorOf(seed: number, dimension = 4): number[] {
  let state = seed * 2654435761 + 1;
  return Array.from({ length: dimension }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1) || 1;
  });
}
