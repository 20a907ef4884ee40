/**
 * The load of a `search` request with the generator `raw`: requests of Protovec's schema, encoded
 * before the clock starts; of an answer only the hits are counted. It drives Protovec exactly as it
 * drives the echo.
 */
import { batchRequest, searchRequest, streamRequest } from '../limits/echo-messages.js';
import { BUCKETS } from '../support/buckets.js';
import { countField, forEachField } from '../support/field-count.js';
import type { RawClient } from '../support/raw-calls.js';
import { type SearchAnswer, type SearchRequest, Unsupported } from './driver.js';
import { type Asked, SearchRun } from './search-run.js';

const SERVICE = '/protovec.v1.SearchService';
/** Field of SearchResponse that holds a hit, and of BatchSearchResponse that holds an answer. */
const RESULTS = 1;
/** Fields of SearchStreamResponse. */
const RESPONSE = 2;
const ERROR = 3;

/** Fails when an answer has fewer than k hits. */
export async function runRawSearches(
  client: RawClient,
  request: SearchRequest,
  dimension: number,
  serverCpuSeconds: () => number,
): Promise<SearchAnswer> {
  if (request.answers !== null) throw new Unsupported('it counts hits and reads none');
  if (request.bucketBelow < BUCKETS) throw new Unsupported('its requests have no filter');
  const run = await SearchRun.prepare(request, dimension, serverCpuSeconds);
  const { count, clients, manner } = request;
  const searches = Array.from({ length: count }, (_, i) => searchRequest(run.vector(i), request));
  const load = new RawLoad(client, run, searches);
  const runClient = (): Promise<void> => {
    if (manner === 'batch') return load.batches();
    return manner === 'stream' ? load.stream() : load.oneByOne();
  };
  load.prepare();
  run.start();
  await Promise.all(Array.from({ length: clients }, runClient));
  const answer = await run.end();
  return { ...answer, answerBytes: load.bytes / answer.queries };
}

class RawLoad {
  /** Of all answers so far. */
  bytes = 0;
  readonly #client: RawClient;
  readonly #run: SearchRun;
  readonly #searches: readonly Uint8Array[];
  #batches: Uint8Array[] = [];
  #streamed: Uint8Array[] = [];

  constructor(client: RawClient, run: SearchRun, searches: readonly Uint8Array[]) {
    this.#client = client;
    this.#run = run;
    this.#searches = searches;
  }

  /** Encodes what the manner sends. */
  prepare(): void {
    const { manner, width } = this.#run.request;
    const searches = this.#searches;
    if (manner === 'batch') {
      for (let i = 0; i + width <= searches.length; i += width) {
        this.#batches.push(batchRequest(searches.slice(i, i + width)));
      }
      if (this.#batches.length === 0) throw new Error(`there are fewer than ${width} queries`);
    }
    if (manner === 'stream') {
      this.#streamed = searches.map((search, i) => streamRequest(search, i));
    }
  }

  async oneByOne(): Promise<void> {
    const run = this.#run;
    for (let asked = run.take(); asked !== undefined; asked = run.take()) {
      const answer = await this.#client.unary(`${SERVICE}/Search`, this.#searches[asked.query]);
      this.#check(answer, 0, answer.length);
      run.note(asked, none);
    }
  }

  /** Each batch has the queries that follow one another, whichever number they were dealt. */
  async batches(): Promise<void> {
    const run = this.#run;
    const { width } = run.request;
    for (;;) {
      const asked = run.takeMany(width);
      if (asked.length < width) return;
      const batch = this.#batches[Math.floor(asked[0].query / width) % this.#batches.length];
      const answer = await this.#client.unary(`${SERVICE}/BatchSearch`, batch);
      if (countField(answer, RESULTS) !== width) throw new Error(`not ${width} answers in one`);
      forEachField(answer, 0, answer.length, (_, from, to) => this.#check(answer, from, to));
      for (const one of asked) run.note(one, none);
    }
  }

  stream(): Promise<void> {
    const run = this.#run;
    const { width } = run.request;
    const asked = new Map<number, Asked[]>();
    return this.#client.duplex(`${SERVICE}/SearchStream`, width, {
      next: () => {
        const next = run.take();
        if (next === undefined) return undefined;
        const same = asked.get(next.query);
        if (same === undefined) asked.set(next.query, [next]);
        else same.push(next);
        return this.#streamed[next.query];
      },
      take: (answer) => {
        const query = requestIdOf(answer);
        run.note(asked.get(query)!.shift()!, none);
        forEachField(answer, 0, answer.length, (field, from, to) => {
          if (field === ERROR) throw new Error('a search of the stream was refused');
          if (field === RESPONSE) this.#check(answer, from, to);
        });
      },
    });
  }

  #check(answer: Buffer, from: number, to: number): void {
    const hits = countField(answer, RESULTS, from, to);
    this.bytes += to - from;
    if (hits !== this.#run.request.k) throw new Error(`an answer has ${hits} hits`);
  }
}

/** Field 1 of SearchStreamResponse, which comes first; 0 when it is not there. */
function requestIdOf(answer: Buffer): number {
  if (answer[0] !== 8) return 0;
  let id = 0;
  for (let i = 1, scale = 1; ; i += 1, scale *= 128) {
    id += (answer[i] & 0x7f) * scale;
    if (answer[i] < 0x80) return id;
  }
}

function none(): number[] {
  return [];
}
