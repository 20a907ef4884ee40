/**
 * A real grpc-js server on port 0 whose handlers a test gives: the generated services, nothing of
 * Protovec behind them. Methods without a handler answer UNIMPLEMENTED.
 */
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type status,
} from '@grpc/grpc-js';
import { type Client, type ConnectOptions, connect } from '../../src/index.js';
import {
  type CollectionServiceServer,
  CollectionServiceService,
  type IndexServiceServer,
  IndexServiceService,
  type RecordServiceServer,
  RecordServiceService,
  type SearchServiceServer,
  SearchServiceService,
  type ServerServiceServer,
  ServerServiceService,
  type SnapshotServiceServer,
  SnapshotServiceService,
} from '../../src/raw.js';

export interface Handlers {
  collections?: Partial<CollectionServiceServer>;
  records?: Partial<RecordServiceServer>;
  search?: Partial<SearchServiceServer>;
  index?: Partial<IndexServiceServer>;
  snapshots?: Partial<SnapshotServiceServer>;
  server?: Partial<ServerServiceServer>;
}

export interface TestServer {
  address: string;
  client: Client;
  stop(): void;
}

const services: Record<keyof Handlers, ServiceDefinition> = {
  collections: CollectionServiceService,
  records: RecordServiceService,
  search: SearchServiceService,
  index: IndexServiceService,
  snapshots: SnapshotServiceService,
  server: ServerServiceService,
};

/** A server with these handlers and a client of it. */
export async function startServer(
  handlers: Handlers,
  options: ConnectOptions = {},
): Promise<TestServer> {
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
  for (const name of Object.keys(handlers) as (keyof Handlers)[]) {
    server.addService(services[name], handlers[name] as never);
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const address = `127.0.0.1:${port}`;
  const client = connect(address, options);
  const stop = (): void => {
    client.close();
    server.forceShutdown();
  };
  return { address, client, stop };
}

/** What a handler gives its callback to fail a call. */
export function failure(code: status, details: string, encodedDetails?: Uint8Array) {
  const metadata = new Metadata();
  if (encodedDetails !== undefined) {
    metadata.set('grpc-status-details-bin', Buffer.from(encodedDetails));
  }
  return { code, details, metadata };
}

/** Waits until `condition` holds; fails after a second. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The error that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`was resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
