/** Tables of searches. Queries per second never stand without their recall. */
import type { Measurement } from '../results.js';
import { formatNumber, formatRecall } from './format.js';
import type { Section } from './section.js';
import type { View } from './view.js';

const HEAD = [
  'system',
  'k',
  'ef',
  'clients',
  'recall',
  'queries/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'client cores',
  'server cores',
];
const LEAST_RECALLS = [0.9, 0.95, 0.99];

/** Every search, or those that a terminal has room for. */
export function searchSection(view: View, all: boolean): Section | undefined {
  const measured = view.of('search').filter(({ point }) => all || point.k === 10);
  const rows = sorted(view, measured).map((measurement) => {
    const { system, point } = measurement;
    const name = point.payload ? `${system}, with texts` : system;
    return [name, String(point.k), String(point.ef), String(point.clients), ...cells(measurement)];
  });
  const remark =
    'Recall is counted by distance. Echoes find nothing and have none. “Cores” is processor time by time.';
  return sectionOf('Search', remark, HEAD, rows);
}

export function filterSection(view: View): Section | undefined {
  const rows = sorted(view, view.of('filter')).map((measurement) => {
    const { system, point } = measurement;
    return [
      system,
      point.percent === 100 ? 'no filter' : `${point.percent}%`,
      String(point.ef),
      String(point.clients),
      ...toUnfiltered(view, measurement),
      ...cells(measurement),
    ];
  });
  const remark =
    'The share of the records that match. “Of unfiltered”: speed and recall of the same system in the same rounds without a filter. usearch has no filter: it scans a matrix of the matching rows that was made before.';
  const relative = ['speed of unfiltered', 'recall of unfiltered'];
  const head = ['system', 'match', 'ef', 'clients', ...relative, ...HEAD.slice(4)];
  return sectionOf('Filtered search, k=10', remark, head, rows);
}

function toUnfiltered(view: View, { system, run, figures }: Measurement): string[] {
  const all = view
    .of('filter')
    .find((one) => one.system === system && one.run === run && one.point.percent === 100)?.figures;
  if (all === undefined) return ['–', '–'];
  const { queriesPerSecond, recall } = figures;
  return [formatNumber(queriesPerSecond / all.queriesPerSecond), formatRecall(recall / all.recall)];
}

/** The best speed of each system at no less than a recall. */
export function bestSection(view: View): Section | undefined {
  const rows = view.systems.flatMap((system) => {
    const found = view.clients.map((clients) =>
      LEAST_RECALLS.map((least) => formatNumber(bestAt(view, system, clients, least))),
    );
    return found.flat().some((cell) => cell !== '–') ? [[system, ...found.flat()]] : [];
  });
  const head = view.clients.flatMap((clients) =>
    LEAST_RECALLS.map((least) => `${clients} cl. ≥ ${least}`),
  );
  const remark =
    'Queries a second of the fastest setting whose recall@10 is at least that; –: no measured setting reaches it.';
  return sectionOf('Best speed at a recall', remark, ['system', ...head], rows);
}

export function bestAt(
  view: View,
  system: string,
  clients: number,
  least: number,
): number | undefined {
  const speeds = view
    .searches(10, clients)
    .filter((measurement) => measurement.system === system && measurement.figures.recall >= least)
    .map(({ figures }) => figures.queriesPerSecond);
  return speeds.length === 0 ? undefined : Math.max(...speeds);
}

function sectionOf(
  title: string,
  remark: string,
  head: readonly string[],
  rows: readonly string[][],
): Section | undefined {
  return rows.length === 0 ? undefined : { title, remark, head, rows };
}

function cells({ figures }: Measurement): string[] {
  const { recall, queriesPerSecond, p50Ms, p95Ms, p99Ms, clientCores, serverCores } = figures;
  const numbers = [queriesPerSecond, p50Ms, p95Ms, p99Ms, clientCores, serverCores];
  return [formatRecall(recall), ...numbers.map(formatNumber)];
}

function sorted(view: View, measurements: readonly Measurement[]): Measurement[] {
  const order = view.systems;
  const fields = ['k', 'percent', 'clients', 'ef', 'payload'];
  const measured = measurements.filter(({ rounds }) => rounds.length > 0);
  return measured.sort((a, b) => {
    for (const field of fields) {
      const difference = Number(a.point[field] ?? 0) - Number(b.point[field] ?? 0);
      if (difference !== 0) return difference;
    }
    return order.indexOf(a.system) - order.indexOf(b.system);
  });
}
