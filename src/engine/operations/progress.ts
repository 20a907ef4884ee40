/** Turns the progress callbacks of a long piece of work into messages of a server stream. */

/** Messages are at least so far apart. */
const INTERVAL_MS = 100;

/**
 * Runs `work` and yields `encode(done, total)` now and then while it goes on; only the latest
 * progress is kept, so a slow reader holds nothing up. Returns what `work` resolves to.
 */
export async function* withProgress<T>(
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
  encode: (done: number, total: number) => Uint8Array,
): AsyncGenerator<Uint8Array, T> {
  let latest: [number, number] | undefined;
  let settled = false;
  const done = work((...progress) => {
    latest = progress;
  }).finally(() => {
    settled = true;
  });
  // A reader that leaves early must not turn a failure into an unhandled rejection.
  done.catch(() => {});
  while (!settled) {
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))]);
    if (latest === undefined || settled) continue;
    yield encode(...latest);
    latest = undefined;
  }
  return done;
}
