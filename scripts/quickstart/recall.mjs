/**
 * Recall@10 by distance over records that were held out: a result counts when it is no farther than
 * the tenth of the exact answer, whatever its id, because equal distances occur.
 */
const limit = 10;
const tolerance = 1e-6;
const inFlight = 8;

/**
 * @param {import('@protovec/client').Collection} collection with everything indexed
 * @param {Float32Array[]} vectors the queries
 * @param {(done: number) => void} onProgress
 */
export async function measureRecall(collection, vectors, onProgress) {
  const ask = (vector, exact) => collection.search({ vector, limit, exact, fields: ['id'] });
  let done = 0;
  const counted = async (vector, exact) => {
    const { hits } = await ask(vector, exact);
    done += 1;
    onProgress(done);
    return hits.map((hit) => hit.distance);
  };

  const exact = await inParallel(vectors, (vector) => counted(vector, true), inFlight);
  const sequential = await timed(() => inParallel(vectors, (vector) => counted(vector, false), 1));
  const parallel = await timed(() =>
    inParallel(vectors, (vector) => counted(vector, false), inFlight),
  );
  return {
    recall: recallOf(sequential.value, exact),
    sequentialPerSecond: vectors.length / sequential.seconds,
    parallelPerSecond: vectors.length / parallel.seconds,
    inFlight,
  };
}

/** How many searches one measurement makes for each query. */
export const searchesPerQuery = 3;

function recallOf(found, exact) {
  let good = 0;
  let all = 0;
  for (const [query, distances] of exact.entries()) {
    const farthest = distances.at(-1) + tolerance;
    good += found[query].filter((distance) => distance <= farthest).length;
    all += distances.length;
  }
  return good / all;
}

/** Answers in the order of the items, `width` of them on their way at a time. */
async function inParallel(items, work, width) {
  const results = new Array(items.length);
  let next = 0;
  async function worker() {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]);
    }
  }
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

async function timed(work) {
  const started = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - started) / 1000 };
}
