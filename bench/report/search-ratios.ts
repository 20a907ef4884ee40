/** The ratios of searches: beside their ceilings, together beside alone, filtered beside unfiltered. */
import { clientCounts } from '../plan.js';
import { type Definition, PROCESSOR, SCHEDULER, type Selector } from './ratio-definition.js';

const PERCENTS = [0.1, 1, 10, 50, 99];
const UNFILTERED = 100;
/** Clients of the searches in calls of their own that searches together are compared with. */
const BATCH_CLIENTS = [8, 32];

function clientsText(clients: number): string {
  return `${clients} ${clients === 1 ? 'client' : 'clients'}`;
}

export function searchDefinitions(): Definition[] {
  return clientCounts.flatMap((clients) => {
    const point = { k: 10, ef: 64, clients, payload: false };
    const of = { work: 'search', system: 'protovec', point, figure: 'queriesPerSecond' };
    const name = `search, ${clientsText(clients)}: queries/s`;
    const to = (system: string): Selector => ({ ...of, system });
    const cpu = { ...of, figure: 'cpuMsPerQuery' };
    return [
      { name, limit: 'usearch in process', of, to: to('usearch'), noise: SCHEDULER },
      { name, limit: 'gRPC echo', of, to: to('echo'), noise: SCHEDULER },
      { name, limit: 'echo to its own client', of, to: to('echo-client'), noise: SCHEDULER },
      {
        name: `search, ${clientsText(clients)}: processor time a query, both sides`,
        limit: 'echo to its own client',
        of: cpu,
        to: { ...cpu, system: 'echo-client' },
        higherIsBetter: false,
        noise: PROCESSOR,
      },
    ];
  });
}

/** The systems of which the slower one is the limit: one client asks usearch one query a call. */
export function ceilingsOf(clients: number): readonly string[] {
  return [clients === 1 ? 'usearch-single' : 'usearch', 'echo'];
}

export function ceilingDefinitions(): Definition[] {
  return clientCounts.flatMap((clients) => {
    const point = { k: 10, clients };
    const of = { work: 'ceiling', system: 'protovec-raw', point, figure: 'queriesPerSecond' };
    const name = `search at recall 0.95 with texts, ${clientsText(clients)}`;
    const to = ceilingsOf(clients).map((system) => ({ ...of, system }));
    const limit = 'the lower of usearch in process and gRPC echo';
    const p99 = { ...of, figure: 'p99Ms' };
    return [
      { name: `${name}, encoded requests: queries/s`, limit, of, to, noise: SCHEDULER },
      {
        name: `${name}, its client: queries/s`,
        limit,
        of: { ...of, system: 'protovec' },
        to,
        noise: SCHEDULER,
      },
      {
        name: `${name}, encoded requests: p99`,
        limit: 'gRPC echo with messages as long',
        of: p99,
        to: { ...p99, system: 'echo' },
        higherIsBetter: false,
        noise: SCHEDULER,
      },
    ];
  });
}

export function batchDefinitions(): Definition[] {
  const rpcs = { batch: 'BatchSearch', stream: 'SearchStream' };
  const generators = { protovec: '', 'protovec-raw': ', encoded requests' };
  return Object.entries(rpcs).flatMap(([manner, rpc]) =>
    Object.entries(generators).flatMap(([system, how]) =>
      BATCH_CLIENTS.map((clients) => {
        const figure = 'queriesPerSecond';
        const of: Selector = { work: 'batch', system, point: { manner }, figure };
        const to: Selector = { ...of, point: { manner: 'unary', clients } };
        const limit = `Search, ${clientsText(clients)}`;
        return { name: `${rpc}${how}: queries/s`, limit, of, to, noise: SCHEDULER };
      }),
    ),
  );
}

export function filterDefinitions(): Definition[] {
  return PERCENTS.flatMap((percent) => {
    const point = { percent, k: 10 };
    const of = { work: 'filter', system: 'protovec', point, figure: 'queriesPerSecond' };
    const text = `filtered search, ${percent}% match`;
    const all = { ...point, percent: UNFILTERED };
    return [
      {
        name: `${text}: queries/s`,
        limit: 'its own unfiltered search',
        of,
        to: { ...of, point: all },
        noise: SCHEDULER,
      },
      {
        name: `${text}: recall@10`,
        limit: 'its own unfiltered search',
        of: { ...of, figure: 'recall' },
        to: { ...of, point: all, figure: 'recall' },
        noise: '',
      },
      {
        name: `${text}: queries/s`,
        limit: 'exact scan of the matching rows in process',
        of,
        to: { ...of, system: 'usearch' },
        noise: SCHEDULER,
      },
    ];
  });
}
