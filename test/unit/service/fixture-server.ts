/** A gRPC server over workers that host the fixture's operations, and raw calls to it. */

import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import { EnginePool } from '../../../src/engine/pool.js';
import { GetRecordRequest } from '../../../src/gen/protovec/v1/record_service.js';
import { createLogger } from '../../../src/observe.js';
import type { EdgeLimits } from '../../../src/service/edge-call.js';
import { GrpcServer } from '../../../src/service/server.js';

export const fixtureEntry = new URL('../engine/fixture-worker.js', import.meta.url);

export const paths = {
  unary: '/protovec.v1.RecordService/GetRecord',
  serverStream: '/protovec.v1.RecordService/ExportRecords',
  clientStream: '/protovec.v1.RecordService/BatchInsert',
  duplex: '/protovec.v1.SearchService/SearchStream',
};

const identity = (bytes: Buffer) => bytes;

/** A request whose collection is `name`, as large as `id`. */
export function request(name: string, id = ''): Buffer {
  return Buffer.from(GetRecordRequest.encode({ collection: name, id }).finish());
}

export interface Outcome {
  error: ServiceError | null;
  answer: Buffer | undefined;
}

export class RawClient extends Client {
  /** On a connection of its own. */
  constructor(address: string) {
    super(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  /** Never rejects. `deadline` is in epoch milliseconds. */
  unary(payload: Buffer, path = paths.unary, deadline?: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const options = deadline === undefined ? {} : { deadline };
      this.makeUnaryRequest(
        path,
        identity,
        identity,
        payload,
        new Metadata(),
        options,
        (e, answer) => resolve({ error: e, answer }),
      );
    });
  }

  /** What the worker that answers to the name `state` has counted. */
  async state(): Promise<Record<string, number | string>> {
    const { answer } = await this.unary(request('state'));
    return JSON.parse(answer!.toString());
  }

  serverStream(payload: Buffer): ClientReadableStream<Buffer> {
    return this.makeServerStreamRequest(paths.serverStream, identity, identity, payload);
  }

  /** A stream that is not read after its first answer: before it, grpc-js reads without bound. */
  stalledStream(payload: Buffer): ClientReadableStream<Buffer> {
    const call = this.serverStream(payload);
    call.once('data', () => call.pause());
    call.on('error', () => undefined);
    return call;
  }

  clientStream(): { call: ClientWritableStream<Buffer>; outcome: Promise<Outcome> } {
    let call!: ClientWritableStream<Buffer>;
    const outcome = new Promise<Outcome>((resolve) => {
      call = this.makeClientStreamRequest(paths.clientStream, identity, identity, (error, answer) =>
        resolve({ error, answer }),
      );
    });
    call.on('error', () => undefined);
    return { call, outcome };
  }

  /** A stream both ways; `over` resolves with the error of the call, undefined when it ended well. */
  duplex(): DuplexStream {
    const call = this.makeBidiStreamRequest(paths.duplex, identity, identity);
    const answers: Buffer[] = [];
    call.on('data', (answer: Buffer) => answers.push(answer));
    const over = new Promise<ServiceError | undefined>((resolve) => {
      call.on('error', resolve).on('end', () => resolve(undefined));
    });
    return { call, answers, over };
  }
}

export interface DuplexStream {
  call: ClientDuplexStream<Buffer, Buffer>;
  answers: Buffer[];
  over: Promise<ServiceError | undefined>;
}

export interface FixtureServer {
  pool: EnginePool;
  server: GrpcServer;
  client: RawClient;
  failures: Error[];
  logged: string[];
  close(): Promise<void>;
}

export async function startFixtureServer(
  workers = 1,
  edge: Partial<EdgeLimits> = {},
): Promise<FixtureServer> {
  const failures: Error[] = [];
  const pool = await EnginePool.open({
    dataDirectory: 'none',
    workers,
    entry: fixtureEntry,
    onFailure: (_worker, error) => failures.push(error),
  });
  const logged: string[] = [];
  const logger = createLogger('silent');
  logger.level = 'error';
  logger.error = (entry: unknown) => logged.push(JSON.stringify(entry));
  const server = await GrpcServer.bind('127.0.0.1:0', { pool, logger }, { edge });
  const client = new RawClient(server.address);
  const close = async () => {
    client.close();
    await server.stop(500);
    await pool.close(500);
  };
  return { pool, server, client, failures, logged, close };
}

/** Polls until `condition` holds; fails after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUp = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error('the condition did not come true within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
