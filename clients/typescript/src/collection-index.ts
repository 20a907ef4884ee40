/** The index of one collection: what it holds, building it anew, dropping it. */
import { status } from '@grpc/grpc-js';
import {
  fromIndexConfig,
  type IndexConfig,
  type IndexSettings,
  toIndexConfig,
} from './collection-info.js';
import { ProtovecError } from './errors.js';
import type { IndexStats as ProtoIndexStats } from './gen/protovec/v1/index.js';
import { IndexServiceService as service } from './gen/protovec/v1/index_service.js';
import type { CallOptions } from './options.js';
import type { Transport } from './transport/transport.js';

/** What an index holds at this moment. */
export interface IndexStats {
  /** Of the index that serves: while another graph is being built, the one before. */
  config: IndexSettings;
  /** Records that the index can find. */
  indexed: number;
  /** Records not in the graph yet; every search compares them one by one. */
  pending: number;
  /** Nodes of the graph whose records are gone. When they are many it is built anew by itself. */
  tombstones: number;
  /** Bytes of memory of the graph, or of both while another is being built; estimated. */
  graphBytes: number;
  /** Bytes of memory of the exact vectors. */
  vectorBytes: number;
  /** Bytes of memory of what filters are answered from. */
  filterBytes: number;
  /** Records that a filtered search takes into those structures first. */
  filterPending: number;
  /** The graph that is being built while the index serves. Absent: none. */
  build?: IndexBuild;
}

/** A graph that is being built. */
export interface IndexBuild {
  config: IndexSettings;
  /** Records that it has. */
  indexed: number;
  /** Records that it will have. */
  total: number;
}

/** How far a build is. */
export interface IndexProgress {
  /** Records in the new graph. */
  indexed: number;
  /** Records in all. */
  total: number;
}

export class CollectionIndex {
  readonly #transport: Transport;
  readonly #collection: string;

  /** Made by `collection.index`. */
  constructor(transport: Transport, collection: string) {
    this.#transport = transport;
    this.#collection = collection;
  }

  /** What the index holds at this moment. */
  async stats(call?: CallOptions): Promise<IndexStats> {
    const request = { collection: this.#collection };
    const { index } = await this.#transport.unary(service.getIndex, request, call);
    return fromIndexStats(index);
  }

  /**
   * Builds the graph anew while the one before serves, and resolves when the new one does. Without
   * `config` with the parameters in force; what `config` leaves out has its default. A build goes on
   * when its caller leaves, and after a restart. FAILED_PRECONDITION, reason INDEX_BUILDING, while
   * another call builds; CANCELLED when the index is dropped meanwhile.
   *
   * ```ts
   * await docs.index.build({ quantization: 'i8' }, {
   *   onProgress: ({ indexed, total }) => console.log(`${indexed} of ${total}`),
   * });
   * ```
   */
  async build(
    config?: IndexConfig,
    options: CallOptions & { onProgress?: ((progress: IndexProgress) => void) | undefined } = {},
  ): Promise<IndexStats> {
    const request = {
      collection: this.#collection,
      config: toIndexConfig(config, 'config'),
    };
    let index: ProtoIndexStats | undefined;
    for await (const message of this.#transport.stream(service.buildIndex, request, options)) {
      const [indexed, total] = [Number(message.indexedRecords), Number(message.totalRecords)];
      options.onProgress?.({ indexed, total });
      index = message.index;
    }
    return fromIndexStats(index);
  }

  /**
   * Drops the graph: every search compares with every record, as with an index of kind `flat`. A
   * build that goes on ends. The parameters are kept: `build()` makes such a graph again.
   */
  async drop(call?: CallOptions): Promise<IndexStats> {
    const request = { collection: this.#collection };
    const { index } = await this.#transport.unary(service.dropIndex, request, call);
    return fromIndexStats(index);
  }
}

/** Statistics from their generated message. Throws INTERNAL when the server sent none. */
function fromIndexStats(stats: ProtoIndexStats | undefined): IndexStats {
  if (stats === undefined) throw new ProtovecError(status.INTERNAL, 'The server sent no index');
  const { build } = stats;
  return {
    config: fromIndexConfig(stats.config),
    indexed: Number(stats.indexedRecords),
    pending: Number(stats.pendingRecords),
    tombstones: Number(stats.tombstones),
    graphBytes: Number(stats.graphBytes),
    vectorBytes: Number(stats.vectorBytes),
    filterBytes: Number(stats.filterBytes),
    filterPending: Number(stats.filterPendingRecords),
    ...(build && {
      build: {
        config: fromIndexConfig(build.config),
        indexed: Number(build.indexedRecords),
        total: Number(build.totalRecords),
      },
    }),
  };
}
