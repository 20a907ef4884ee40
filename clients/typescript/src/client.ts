/**
 * The connection to a server and what concerns it as a whole. `connect` makes no call: the channel
 * opens with the first one, and opens again by itself when it breaks.
 */
import { credentials } from '@grpc/grpc-js';
import { Collection } from './collection.js';
import {
  type CollectionConfig,
  type CollectionInfo,
  fromCollection,
  toCollectionConfig,
} from './collection-info.js';
import { HealthService } from './gen/grpc/health/v1/health.js';
import {
  CollectionServiceClient,
  CollectionServiceService as service,
} from './gen/protovec/v1/collection_service.js';
import { IndexServiceClient } from './gen/protovec/v1/index_service.js';
import { RecordServiceClient } from './gen/protovec/v1/record_service.js';
import { SearchServiceClient } from './gen/protovec/v1/search_service.js';
import { ServerServiceClient, ServerServiceService } from './gen/protovec/v1/server_service.js';
import { SnapshotServiceClient } from './gen/protovec/v1/snapshot_service.js';
import { fromServingStatus, type HealthStatus } from './health.js';
import type { Metadata } from './metadata.js';
import type { CallOptions, ConnectOptions } from './options.js';
import { fromServerInfo, type ServerInfo } from './server-info.js';
import { authorizeWith } from './transport/channel-security.js';
import { Transport } from './transport/transport.js';

/** The generated clients on the same channel, without deadlines, promises or typed errors. */
export interface RawClients {
  readonly collections: CollectionServiceClient;
  readonly records: RecordServiceClient;
  readonly search: SearchServiceClient;
  readonly index: IndexServiceClient;
  readonly snapshots: SnapshotServiceClient;
  readonly server: ServerServiceClient;
}

/** A client of the server at `address`: 'host:port', or any target that gRPC knows. */
export function connect(address: string, options: ConnectOptions = {}): Client {
  return new Client(address, options);
}

export class Client implements AsyncDisposable {
  readonly #address: string;
  readonly #transport: Transport;
  #raw: RawClients | undefined;

  /** Made by `connect`. */
  constructor(address: string, options: ConnectOptions) {
    this.#address = address;
    this.#transport = new Transport(address, options);
  }

  /** Version and limits of the server. */
  async serverInfo(call?: CallOptions): Promise<ServerInfo> {
    return fromServerInfo(
      await this.#transport.unary(ServerServiceService.getServerInfo, {}, call),
    );
  }

  /**
   * Whether the server serves, as a whole or one service of it such as `protovec.v1.SearchService`.
   * NOT_FOUND when it has no such service.
   */
  async health(service = '', call?: CallOptions): Promise<HealthStatus> {
    const { status } = await this.#transport.unary(HealthService.check, { service }, call);
    return fromServingStatus(status);
  }

  /** The status as it is, then each change, until the server stops or the reader leaves. */
  async *watchHealth(
    service = '',
    call?: CallOptions,
  ): AsyncGenerator<HealthStatus, void, undefined> {
    const answers = this.#transport.stream(HealthService.watch, { service }, call);
    for await (const { status } of answers) yield fromServingStatus(status);
  }

  /** Creates an empty collection. ALREADY_EXISTS when the name is taken. */
  async createCollection(
    name: string,
    config: CollectionConfig = {},
    call?: CallOptions,
  ): Promise<CollectionInfo> {
    const request = { collection: name, config: toCollectionConfig(config) };
    const response = await this.#transport.unary(service.createCollection, request, call);
    return fromCollection(response.collection);
  }

  /** Describes a collection. NOT_FOUND, reason COLLECTION_NOT_FOUND, when there is none. */
  async getCollection(name: string, call?: CallOptions): Promise<CollectionInfo> {
    return this.collection(name).describe(call);
  }

  /** Describes all collections, in the byte order of their names. */
  async listCollections(call?: CallOptions): Promise<CollectionInfo[]> {
    const { collections } = await this.#transport.unary(service.listCollections, {}, call);
    return collections.map(fromCollection);
  }

  /** Deletes a collection, its records and its snapshots. */
  async deleteCollection(name: string, call?: CallOptions): Promise<void> {
    await this.#transport.unary(service.deleteCollection, { collection: name }, call);
  }

  /** A collection to work with; `M` is the type of its records' metadata. Makes no call. */
  collection<M extends Metadata = Metadata>(name: string): Collection<M> {
    return new Collection<M>(this.#transport, name);
  }

  /** The generated clients, for what this API does not offer. */
  get raw(): RawClients {
    this.#raw ??= rawClients(this.#address, this.#transport);
    return this.#raw;
  }

  /** Closes the connection. Calls under way come to their end; new ones fail with CLIENT_CLOSED. */
  close(): void {
    this.#transport.close();
  }

  /** For `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

function rawClients(address: string, { grpc, authorization }: Transport): RawClients {
  // The channel is shared, so these credentials are never used.
  const unused = credentials.createInsecure();
  const options = {
    channelOverride: grpc.getChannel(),
    interceptors: authorization === undefined ? [] : [authorizeWith(authorization)],
  };
  return {
    collections: new CollectionServiceClient(address, unused, options),
    records: new RecordServiceClient(address, unused, options),
    search: new SearchServiceClient(address, unused, options),
    index: new IndexServiceClient(address, unused, options),
    snapshots: new SnapshotServiceClient(address, unused, options),
    server: new ServerServiceClient(address, unused, options),
  };
}
