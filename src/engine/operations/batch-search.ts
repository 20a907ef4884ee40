/** BatchSearch: several searches of one collection, all of them answered or none. */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import { nextTurn } from '../../collection/turns.js';
import { limits } from '../../limits.js';
import { decodeBatchSearchRequest } from '../../wire/batch-search-request.js';
import {
  batchedLength,
  batchTooLarge,
  encodeBatchSearchResponse,
} from '../../wire/batch-search-response.js';
import { decodeSearchOf } from '../../wire/search-of-collection.js';
import type { SearchRequest } from '../../wire/search-request.js';
import { ConcurrentSearches, errorWithin } from '../concurrent-searches.js';
import type { CallContext, Operations } from '../operation.js';

/** How long searches may be answered one after another before other calls get a turn. */
const SLICE_MS = 4;

export function batchSearchOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SearchService/BatchSearch': {
      kind: 'unary',
      handle: (bytes, call) => {
        const { collection: name, searches } = decodeBatchSearchRequest(bytes);
        const collection = registry.get(name);
        // All of them before the first is begun: no work is spent on what is refused in the end.
        const requests = searches.map((search, i) => decodeSearchOf(name, search, pathOf(i)));
        return new BatchSearch(collection, requests, call).run();
      },
    },
  };
}

class BatchSearch {
  readonly #collection: Collection;
  readonly #requests: readonly SearchRequest[];
  readonly #call: CallContext;
  readonly #searches: ConcurrentSearches;
  readonly #responses: Uint8Array[];
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(collection: Collection, requests: readonly SearchRequest[], call: CallContext) {
    this.#collection = collection;
    this.#requests = requests;
    this.#call = call;
    this.#searches = new ConcurrentSearches(call);
    this.#responses = new Array(requests.length);
  }

  async run(): Promise<Uint8Array> {
    await this.#beginAll();
    await this.#searches.idle();
    if (this.#failure !== undefined) throw this.#failure.error;
    return encodeBatchSearchResponse(this.#responses, this.#bytes);
  }

  async #beginAll(): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    for (let i = 0; i < this.#requests.length; i += 1) {
      this.#searches.begin(this.#collection, this.#requests[i], {
        answered: (response) => this.#take(i, response),
        failed: (error) => this.#fail(errorWithin(error, pathOf(i))),
      });
      if (performance.now() > sliceEnd) {
        await nextTurn();
        if (this.#call.isAbandoned) this.#fail(this.#call.signal.reason);
        sliceEnd = performance.now() + SLICE_MS;
      }
      if (this.#failure !== undefined) return;
    }
  }

  #take(index: number, response: Uint8Array): void {
    this.#responses[index] = response;
    this.#bytes += batchedLength(response.length);
    if (this.#bytes <= limits.responseBytesMax) return;
    this.#fail(batchTooLarge(index, this.#requests.length));
  }

  /** The first failure counts; what is under way is given up. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#searches.giveUp();
  }
}

function pathOf(index: number): string {
  return `searches[${index}]`;
}
