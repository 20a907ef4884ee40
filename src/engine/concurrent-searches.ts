/**
 * The searches of one call that are under way at the same time. They are given up together, when
 * their caller left or when the call has failed otherwise.
 */
import type { Collection } from '../collection/collection.js';
import { ProtovecError } from '../errors.js';
import type { SearchRequest } from '../wire/search-request.js';
import type { CallContext } from './operation.js';
import { runSearch } from './operations/run-search.js';

/** Hears what came of one search, at once or later. It must not throw. */
export interface SearchListener {
  /** The encoded SearchResponse. */
  answered(response: Uint8Array): void;
  /** A ProtovecError has paths relative to the search. Anything else is a bug. */
  failed(error: unknown): void;
}

export class ConcurrentSearches implements CallContext {
  readonly #call: CallContext;
  readonly #end = new AbortController();
  #signal: AbortSignal | undefined;
  #count = 0;
  #idle: (() => void) | undefined;

  constructor(call: CallContext) {
    this.#call = call;
  }

  /** Searches that were begun and have not been heard of. */
  get count(): number {
    return this.#count;
  }

  /** Made when it is first asked for: searches without a filter never do. */
  get signal(): AbortSignal {
    this.#signal ??= AbortSignal.any([this.#call.signal, this.#end.signal]);
    return this.#signal;
  }

  get deadline(): number {
    return this.#call.deadline;
  }

  get isAbandoned(): boolean {
    return this.#end.signal.aborted || this.#call.isAbandoned;
  }

  /** Begins a search. Those that are begun in one turn of the event loop are answered together. */
  begin(collection: Collection, request: SearchRequest, listener: SearchListener): void {
    let answer: Uint8Array | Promise<Uint8Array>;
    try {
      answer = runSearch(collection, request, this, 'among');
    } catch (error) {
      listener.failed(error);
      return;
    }
    if (answer instanceof Uint8Array) {
      listener.answered(answer);
      return;
    }
    this.#count += 1;
    answer.then(
      (response) => {
        this.#settle();
        listener.answered(response);
      },
      (error: unknown) => {
        this.#settle();
        listener.failed(error);
      },
    );
  }

  /** Nobody waits for those under way any more: they end with an error before work is spent on them. */
  giveUp(): void {
    this.#end.abort(new ProtovecError('CANCELLED', 'the call has ended without this search'));
  }

  /** Resolves when none is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #settle(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#idle?.();
  }
}

/** The error of one search of several, with `path` before the path of its field. */
export function errorWithin(error: unknown, path: string): unknown {
  return error instanceof ProtovecError ? error.within(path) : error;
}
