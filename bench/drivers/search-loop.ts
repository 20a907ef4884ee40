/** The load of a `search` request for systems that are called asynchronously. */
import { type SearchAnswer, type SearchRequest, Unsupported } from './driver.js';
import { SearchRun } from './search-run.js';

/** How a system is searched. */
export interface Searcher<Hits> {
  search(vector: Float32Array): Promise<Hits>;
  /** Several queries in one call; answers in their order. Absent: it has no such call. */
  searchMany?(vectors: readonly Float32Array[]): Promise<readonly Hits[]>;
  /**
   * Queries over one stream, at most `width` of them under way; calls `note` with the place of each
   * query among those taken so far and its answer. Absent: it has no such stream.
   */
  searchStream?(
    take: () => Float32Array | undefined,
    width: number,
    note: (place: number, hits: Hits) => void,
  ): Promise<void>;
  /** Ordinals of the records found, best first. */
  ordinals(hits: Hits): Iterable<number>;
  /** Processor seconds that the server took so far. Absent: there is no server. */
  serverCpuSeconds?(): number;
}

/** Keeps as many searches under way as the request says, in its manner. */
export async function runSearches<Hits>(
  request: SearchRequest,
  dimension: number,
  searcher: Searcher<Hits>,
): Promise<SearchAnswer> {
  const { clients, manner, generator } = request;
  if (generator === 'raw') throw new Unsupported('its messages are made by its client alone');
  const run = await SearchRun.prepare(request, dimension, searcher.serverCpuSeconds);
  const runClient = clientOf(manner, run, searcher);
  run.start();
  await Promise.all(Array.from({ length: clients }, runClient));
  return run.end();
}

/** What each client does until nothing is to be asked any more. */
function clientOf<Hits>(
  manner: SearchRequest['manner'],
  run: SearchRun,
  searcher: Searcher<Hits>,
): () => Promise<void> {
  if (manner === 'batch') {
    if (searcher.searchMany === undefined) throw new Unsupported('it takes one search a call');
    return () => runBatches(run, searcher);
  }
  if (manner === 'stream') {
    if (searcher.searchStream === undefined) throw new Unsupported('it has no stream of searches');
    return () => runStream(run, searcher);
  }
  return () => runOneByOne(run, searcher);
}

async function runOneByOne<Hits>(run: SearchRun, searcher: Searcher<Hits>): Promise<void> {
  for (let asked = run.take(); asked !== undefined; asked = run.take()) {
    const hits = await searcher.search(run.vector(asked.query));
    run.note(asked, () => searcher.ordinals(hits));
  }
}

async function runBatches<Hits>(run: SearchRun, searcher: Searcher<Hits>): Promise<void> {
  for (;;) {
    const asked = run.takeMany(run.request.width);
    if (asked.length === 0) return;
    const answers = await searcher.searchMany!(asked.map(({ query }) => run.vector(query)));
    asked.forEach((one, i) => {
      run.note(one, () => searcher.ordinals(answers[i]));
    });
  }
}

function runStream<Hits>(run: SearchRun, searcher: Searcher<Hits>): Promise<void> {
  const asked: ReturnType<SearchRun['take']>[] = [];
  const take = (): Float32Array | undefined => {
    const next = run.take();
    asked.push(next);
    return next === undefined ? undefined : run.vector(next.query);
  };
  return searcher.searchStream!(take, run.request.width, (place, hits) => {
    run.note(asked[place]!, () => searcher.ordinals(hits));
  });
}
