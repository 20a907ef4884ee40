/**
 * Takes items from an iterable for a call.
 * Invariants: the next item is asked for only when the one before has been taken; the iterable is
 * closed when the call ends early, also while it keeps its consumer waiting; what the iterable or
 * the taker throws reaches the caller as it is.
 */

/** The call that items are taken for: whether it is over, and a wait that ends when it is. */
export interface FedCall {
  readonly ended: boolean;
  wait(other?: PromiseLike<unknown>): Promise<void>;
}

/** Takes one item. A promise: wait for it before the next one. */
export type Take<T> = (item: T) => Promise<void> | undefined;

/** Gives every item to `take` until there is none left or the call has ended. */
export async function feed<T>(
  items: Iterable<T> | AsyncIterable<T>,
  call: FedCall,
  take: Take<T>,
): Promise<void> {
  if (Symbol.asyncIterator in items) await feedAsync(items, call, take);
  else await feedSync(items, call, take);
}

async function feedSync<T>(items: Iterable<T>, call: FedCall, take: Take<T>) {
  for (const item of items) {
    const taken = take(item);
    if (taken !== undefined) await taken;
    if (call.ended) return;
  }
}

async function feedAsync<T>(items: AsyncIterable<T>, call: FedCall, take: Take<T>) {
  const iterator = items[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    while (!call.ended) {
      const next = await nextUnlessEnded(iterator, call);
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
  call: FedCall,
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
  while (result === undefined && failure === undefined && !call.ended) await call.wait(next);
  if (failure !== undefined) throw failure.error;
  return result;
}
