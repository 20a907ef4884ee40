/**
 * Compares a store with the ledger, each record on every road that leads to it: exported, counted,
 * got by its id, found by its vector.
 */
import type { Found, Ledger, Settlement } from './ledger.js';
import type { Store } from './store.js';

const GET_IDS = 500;
const SEARCHES_AT_ONCE = 16;
/** A graph leads to nearly every record; that it does not to a few is recall and no loss. */
const UNREACHED_SHARE_MAX = 0.005;
const UNREACHED_MAX = 2;

/** Figures of one comparison. */
export interface Verified extends Settlement {
  readonly records: number;
  readonly searches: number;
  /** Records that the graph does not lead to although they are there: recall, not loss. */
  readonly unreached: number;
}

/** `searched`: ids to search for beside those that were written since the last comparison. */
export async function verify(
  store: Store,
  ledger: Ledger,
  searched: Iterable<string> = [],
): Promise<Verified> {
  const found = await store.all();
  const settlement = ledger.settle(found);
  const { problems } = settlement;
  const count = await store.count();
  if (count !== found.size) problems.push(`${count} records are counted, ${found.size} exported`);
  let unreached = 0;
  const ids = [...new Set([...settlement.probes, ...searched])];
  if (problems.length === 0) {
    await compareGot(store, found, settlement.ids, problems);
    unreached = await searchEach(store, ledger, ids, problems);
    if (unreached > Math.max(UNREACHED_MAX, UNREACHED_SHARE_MAX * ids.length)) {
      problems.push(`${unreached} of ${ids.length} records are found by exact searches only`);
    }
  }
  return { ...settlement, records: found.size, searches: ids.length, unreached };
}

async function compareGot(
  store: Store,
  exported: ReadonlyMap<string, Found>,
  ids: readonly string[],
  problems: string[],
): Promise<void> {
  for (let first = 0; first < ids.length; first += GET_IDS) {
    const asked = ids.slice(first, first + GET_IDS);
    const { found, missing } = await store.get(asked);
    const absent = new Set(missing);
    for (const id of asked) {
      const wanted = exported.get(id);
      const got = found.get(id);
      const same =
        wanted === undefined
          ? got === undefined && absent.has(id)
          : got !== undefined &&
            got.revision === wanted.revision &&
            Buffer.compare(got.body, wanted.body) === 0;
      if (!same) problems.push(`${id}: what is got by its id is not what is exported`);
    }
  }
}

/** Each record is the nearest to its own vector; a deleted one is not found. */
async function searchEach(
  store: Store,
  ledger: Ledger,
  ids: readonly string[],
  problems: string[],
): Promise<number> {
  let unreached = 0;
  const search = async (id: string): Promise<void> => {
    const { version = 0, lastVersion = 0 } = ledger.settled(id) ?? {};
    if (lastVersion === 0) return;
    const row = { id, version: lastVersion };
    const near = await store.nearest(row, false);
    if (version === 0) {
      if (near.includes(id)) problems.push(`${id} was deleted, and a search finds it`);
    } else if (near[0] !== id) {
      if ((await store.nearest(row, true))[0] === id) unreached += 1;
      else problems.push(`${id} is there, and no search for its vector finds it`);
    }
  };
  for (let first = 0; first < ids.length; first += SEARCHES_AT_ONCE) {
    await Promise.all(ids.slice(first, first + SEARCHES_AT_ONCE).map(search));
  }
  return unreached;
}
