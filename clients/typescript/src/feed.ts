/**
 * Takes items from an iterable for an upload.
 * Invariants: the next item is asked for only when the one before has been taken; the iterable is
 * closed when the call ends early, also while it keeps its consumer waiting; what the iterable or
 * the taker throws reaches the caller as it is.
 */
import type { Upload } from './transport/upload.js';

/** Takes one item. A promise: wait for it before the next one. */
export type Take<T> = (item: T) => Promise<void> | undefined;

/** Gives every item to `take` until there is none left or the call has ended. */
export async function feed<T>(
  items: Iterable<T> | AsyncIterable<T>,
  upload: Upload<unknown>,
  take: Take<T>,
): Promise<void> {
  if (Symbol.asyncIterator in items) await feedAsync(items, upload, take);
  else await feedSync(items, upload, take);
}

async function feedSync<T>(items: Iterable<T>, upload: Upload<unknown>, take: Take<T>) {
  for (const item of items) {
    const taken = take(item);
    if (taken !== undefined) await taken;
    if (upload.ended) return;
  }
}

async function feedAsync<T>(items: AsyncIterable<T>, upload: Upload<unknown>, take: Take<T>) {
  const iterator = items[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    while (!upload.ended) {
      const next = await nextUnlessEnded(iterator, upload);
      if (next === undefined) return;
      exhausted = next.done === true;
      if (next.done) return;
      const taken = take(next.value);
      if (taken !== undefined) await taken;
    }
  } finally {
    // Not awaited: a generator that is stuck in its own await would hold the caller here.
    if (!exhausted) Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** The next item, or undefined when the call ends before there is one. */
async function nextUnlessEnded<T>(
  iterator: AsyncIterator<T>,
  upload: Upload<unknown>,
): Promise<IteratorResult<T> | undefined> {
  let result: IteratorResult<T> | undefined;
  let failure: { error: unknown } | undefined;
  const next = iterator.next().then(
    (value) => {
      result = value;
    },
    (error) => {
      failure = { error };
    },
  );
  while (result === undefined && failure === undefined && !upload.ended) await upload.wait(next);
  if (failure !== undefined) throw failure.error;
  return result;
}
