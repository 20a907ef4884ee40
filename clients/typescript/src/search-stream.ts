/**
 * Searches over one stream: queries are taken from an iterable, answers come as they are ready.
 * Invariants: no more queries are taken than a fixed number that have not been handed out as answers;
 * the call is cancelled and the iterable closed when the reader leaves early.
 */
import { status } from '@grpc/grpc-js';
import { decodeSearch } from './codec/decode-responses.js';
import { decodeStreamedAnswer, encodeStreamedSearch } from './codec/search-stream.js';
import { ProtovecError } from './errors.js';
import { feed } from './feed.js';
import { SearchServiceService } from './gen/protovec/v1/search_service.js';
import type { Metadata } from './metadata.js';
import type { CallOptions } from './options.js';
import type { SearchAnswer, SearchQuery } from './search.js';
import type { Duplex } from './transport/duplex.js';
import { encodeRequest } from './transport/method.js';
import type { Transport } from './transport/transport.js';

/** Queries that were taken and whose answers have not been handed out. */
const OPEN_MAX = 256;
/** Queries are taken again at this number, so that many travel together. */
const OPEN_LOW = 128;

/** The answers to all queries, in the order in which they are ready. */
export async function* searchStream<M extends Metadata, Q extends SearchQuery>(
  transport: Transport,
  collection: string,
  queries: Iterable<Q> | AsyncIterable<Q>,
  call: CallOptions | undefined,
): AsyncGenerator<SearchAnswer<M, Q>, void, undefined> {
  const duplex = transport.duplex(SearchServiceService.searchStream.path, call);
  const searches = new StreamedSearches<M, Q>(collection, duplex);
  try {
    searches.feed(queries);
    while (true) {
      let isIdle = true;
      for (const answer of searches.answers()) {
        isIdle = false;
        yield answer;
      }
      if (!isIdle) continue;
      if (searches.isOver) return;
      await duplex.wait();
    }
  } finally {
    duplex.cancel();
  }
}

class StreamedSearches<M extends Metadata, Q extends SearchQuery> {
  readonly #collection: string;
  readonly #duplex: Duplex;
  /** Queries that were sent and not answered, by request id. */
  readonly #sent = new Map<number, Q>();
  /** Answers to queries that could not even be sent. */
  #refused: SearchAnswer<M, Q>[] = [];
  #lastId = 0;
  /** Queries that were taken and whose answers have not been handed out. */
  #open = 0;
  #isFed = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(collection: string, duplex: Duplex) {
    this.#collection = collection;
    this.#duplex = duplex;
  }

  /** Sends the queries, as many as may be open at a time. What the iterable throws ends the call. */
  feed(queries: Iterable<Q> | AsyncIterable<Q>): void {
    feed(queries, this.#duplex, (query) => this.#send(query)).then(
      () => {
        this.#isFed = true;
        if (this.#lastId > 0) this.#duplex.close();
        else this.#duplex.cancel();
        this.#duplex.wake();
      },
      (error: unknown) => {
        this.#failure = { error };
        this.#duplex.cancel();
        this.#duplex.wake();
      },
    );
  }

  /** Takes what has arrived, one by one: a reader that leaves has not decoded the rest. */
  *answers(): Generator<SearchAnswer<M, Q>, void, undefined> {
    const refused = this.#refused;
    this.#refused = [];
    for (const answer of refused) yield this.#handOut(answer);
    for (const bytes of this.#duplex.take()) yield this.#handOut(this.#decode(bytes));
  }

  /** Whether every query was answered. Throws what the call failed with. */
  get isOver(): boolean {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#isFed && this.#lastId === 0) return true;
    if (!this.#duplex.ended) return false;
    const { error } = this.#duplex;
    if (error !== undefined) throw error;
    if (this.#isFed && this.#sent.size === 0) return true;
    throw new ProtovecError(status.INTERNAL, 'The server ended the stream before it was complete');
  }

  #send(query: Q): Promise<void> | undefined {
    const requestId = this.#lastId + 1;
    try {
      const collection = requestId === 1 ? this.#collection : '';
      const requestSerialize = () => encodeStreamedSearch(collection, requestId, query);
      this.#duplex.send(encodeRequest({ requestSerialize }, undefined));
      this.#lastId = requestId;
      this.#sent.set(requestId, query);
    } catch (error) {
      if (!(error instanceof ProtovecError)) throw error;
      this.#refused.push({ request: query, error });
      this.#duplex.wake();
    }
    this.#open += 1;
    return this.#open < OPEN_MAX ? undefined : this.#room();
  }

  async #room(): Promise<void> {
    while (this.#open > OPEN_LOW && !this.#duplex.ended) await this.#duplex.wait();
  }

  #handOut(answer: SearchAnswer<M, Q>): SearchAnswer<M, Q> {
    this.#open -= 1;
    if (this.#open === OPEN_LOW) this.#duplex.wake();
    return answer;
  }

  #decode(bytes: Buffer): SearchAnswer<M, Q> {
    const { requestId, outcome } = decodeStreamedAnswer(bytes);
    const request = this.#sent.get(requestId);
    if (request === undefined) {
      const message = `The server answered request ${requestId}, which is not under way`;
      throw new ProtovecError(status.INTERNAL, message);
    }
    this.#sent.delete(requestId);
    if (outcome instanceof ProtovecError) return { request, error: outcome };
    return { request, result: decodeSearch<M>(outcome) };
  }
}
