/**
 * SearchStream: searches of one collection over a stream, many of them under way, each answered as
 * soon as it is ready. What is wrong with one search is its answer; what is wrong with the stream
 * ends it. No more is begun than what the caller, who may be slow to read, has room for.
 */
import type { Registry } from '../../collection/registry.js';
import { nextTurn } from '../../collection/turns.js';
import { invalidArgument, ProtovecError } from '../../errors.js';
import { limits } from '../../limits.js';
import { decodeSearchOf } from '../../wire/search-of-collection.js';
import { decodeSearchStreamRequest } from '../../wire/search-stream-request.js';
import { encodeStreamAnswer, encodeStreamError } from '../../wire/search-stream-response.js';
import { ConcurrentSearches, errorWithin } from '../concurrent-searches.js';
import type { CallContext, Exchange, Operations } from '../operation.js';

/** How long messages may be taken before other calls get a turn. */
const SLICE_MS = 4;
/** Bytes that the first answers are expected to have. */
const FIRST_ANSWER_BYTES = 256 * 1024;
/** By this part the expectation falls with each answer that is smaller. */
const EXPECTATION_DECAY = 1 / 8;
const PATH = 'search';

export function searchStreamOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SearchService/SearchStream': {
      kind: 'duplex',
      handle: (exchange, call) => new SearchStream(registry, exchange, call).run(),
    },
  };
}

class SearchStream {
  readonly #registry: Registry;
  readonly #exchange: Exchange;
  readonly #searches: ConcurrentSearches;
  #collection = '';
  #expectedBytes = FIRST_ANSWER_BYTES;
  /** Bytes of the requests under way. */
  #requestBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(registry: Registry, exchange: Exchange, call: CallContext) {
    this.#registry = registry;
    this.#exchange = exchange;
    this.#searches = new ConcurrentSearches(call);
  }

  async run(): Promise<void> {
    try {
      while (!this.#isOver) {
        await this.#takeRequests();
        if (this.#isOver) break;
        await this.#exchange.change();
      }
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#collection === '') {
        throw invalidArgument('collection', 'the stream ended before its first message');
      }
    } finally {
      this.#searches.giveUp();
      await this.#searches.idle();
    }
  }

  get #isOver(): boolean {
    if (this.#failure !== undefined) return true;
    return this.#exchange.isEnded && this.#searches.count === 0;
  }

  /** Whether another search may be begun, without a doubt that its answer will find room. */
  get #hasRoom(): boolean {
    const { count } = this.#searches;
    return (
      count < limits.streamSearchesMax &&
      this.#requestBytes < limits.streamWindowBytes &&
      this.#exchange.room > count * this.#expectedBytes
    );
  }

  /** Begins what has arrived, as far as there is room; resolves in the same turn as a rule. */
  async #takeRequests(): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    while (this.#hasRoom && this.#failure === undefined) {
      const message = this.#exchange.take();
      if (message === undefined) return;
      this.#begin(message);
      if (performance.now() > sliceEnd) {
        await nextTurn();
        sliceEnd = performance.now() + SLICE_MS;
      }
    }
  }

  #begin(message: Uint8Array): void {
    const { collection: name, requestId, search } = decodeSearchStreamRequest(message);
    if (this.#collection === '' || name !== '') this.#checkName(name);
    const collection = this.#registry.get(this.#collection);
    const failed = (error: unknown): void => {
      if (!(error instanceof ProtovecError)) this.#failure ??= { error };
      else this.#exchange.send(encodeStreamError(requestId, error));
    };
    try {
      if (search === undefined) throw invalidArgument(PATH, 'the message has no search');
      const request = decodeSearchOf(this.#collection, search, PATH);
      this.#requestBytes += message.length;
      this.#searches.begin(collection, request, {
        answered: (response) => {
          this.#settle(message, response.length);
          this.#exchange.send(encodeStreamAnswer(requestId, response));
        },
        failed: (error) => {
          this.#settle(message, 0);
          failed(errorWithin(error, PATH));
        },
      });
    } catch (error) {
      failed(error);
    }
  }

  #checkName(name: string): void {
    if (this.#collection === '') {
      if (name === '') {
        const message =
          'the first message names no collection; set it there, and leave it out later';
        throw invalidArgument('collection', message);
      }
      this.#collection = name;
      return;
    }
    if (name === this.#collection) return;
    const message =
      `the stream searches ${JSON.stringify(this.#collection)}, a message names ` +
      `${JSON.stringify(name)}; search there over another stream`;
    throw invalidArgument('collection', message);
  }

  #settle(message: Uint8Array, answerBytes: number): void {
    this.#requestBytes -= message.length;
    const less = this.#expectedBytes * (1 - EXPECTATION_DECAY);
    this.#expectedBytes = Math.max(answerBytes, less);
    this.#exchange.wake();
  }
}
