/**
 * The requests of a client stream, as they arrive from the main thread, for one reader. How many
 * may wait is the sender's affair: it stops when it gets no credit for what was taken.
 */

type Taken = IteratorResult<Uint8Array, undefined>;

const over: Taken = { done: true, value: undefined };

export class RequestQueue implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #taken: (request: Uint8Array) => void;
  #requests: Uint8Array[] = [];
  #head = 0;
  #ended = false;
  #failure: Error | undefined;
  #reader: { resolve(taken: Taken): void; reject(error: Error): void } | undefined;

  /** `taken` is called for each request when the reader takes it. */
  constructor(taken: (request: Uint8Array) => void) {
    this.#taken = taken;
  }

  push(request: Uint8Array): void {
    if (this.#ended) return;
    const reader = this.#reader;
    if (reader === undefined) {
      this.#requests.push(request);
      return;
    }
    this.#reader = undefined;
    this.#taken(request);
    reader.resolve({ done: false, value: request });
  }

  /** No request follows. */
  end(): void {
    this.#ended = true;
    this.#reader?.resolve(over);
    this.#reader = undefined;
  }

  /** The stream broke: the reader gets the error at once, not what still waits. */
  fail(error: Error): void {
    if (this.#ended && this.#requests.length === 0) return;
    this.#failure = error;
    this.#drop();
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  next(): Promise<Taken> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const request = this.#requests[this.#head];
    if (request !== undefined) {
      this.#advance();
      this.#taken(request);
      return Promise.resolve({ done: false, value: request });
    }
    if (this.#ended) return Promise.resolve(over);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** The reader wants no more. */
  return(): Promise<Taken> {
    this.#drop();
    return Promise.resolve(over);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #advance(): void {
    this.#head++;
    if (this.#head < this.#requests.length) return;
    this.#requests = [];
    this.#head = 0;
  }

  #drop(): void {
    this.#requests = [];
    this.#head = 0;
    this.#ended = true;
  }
}
