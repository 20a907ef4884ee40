/** Search beside its ceilings, and which of them is the lower one. */
import type { Measurement } from '../results.js';
import { formatNumber, formatRecall } from './format.js';
import { ceilingsOf } from './search-ratios.js';
import type { Section } from './section.js';
import type { View } from './view.js';

const ROWS: Readonly<Record<string, string>> = {
  'protovec-raw': 'protovec, encoded requests',
  protovec: 'protovec, its client',
  echo: 'gRPC echo',
  'usearch-single': 'usearch, one query a call',
  usearch: 'usearch, many queries a call',
};

export function ceilingSection(view: View): Section | undefined {
  const measured = view.of('ceiling').filter(({ rounds }) => rounds.length > 0);
  const counts = [...new Set(measured.map(({ point }) => Number(point.clients)))];
  counts.sort((a, b) => a - b);
  const rows = counts.flatMap((clients) =>
    Object.entries(ROWS).flatMap(([system, text]) => {
      const found = at(measured, system, clients);
      return found === undefined ? [] : [[String(clients), text, ...cells(found)]];
    }),
  );
  if (rows.length === 0) return undefined;
  const head = ['clients', 'system', 'ef', 'recall'];
  const figures = ['queries/s', 'p50 ms', 'p99 ms', 'client cores', 'server cores'];
  const remark = [
    'Each at its least ef of recall@10 0.95, with everything but the embedding in the answer. The echo takes and gives messages as long, and both are driven with requests that are encoded already; of answers the hits are counted.',
    ...counts.flatMap((clients) => limitSentence(measured, clients)),
  ].join(' ');
  return {
    title: 'Search beside its ceilings',
    remark,
    head: [...head, ...figures],
    rows,
  };
}

/** Which ceiling is the lower one; what share of it is reached is among the ratios. */
function limitSentence(measured: readonly Measurement[], clients: number): string[] {
  const ceilings = ceilingsOf(clients).flatMap((system) => {
    const speed = at(measured, system, clients)?.figures.queriesPerSecond;
    return speed === undefined ? [] : [{ text: ROWS[system], speed }];
  });
  if (ceilings.length < 2) return [];
  const [lower] = ceilings.sort((a, b) => a.speed - b.speed);
  return [`With ${clients} ${clients === 1 ? 'client' : 'clients'} the limit is ${lower.text}.`];
}

function at(
  measured: readonly Measurement[],
  system: string,
  clients: number,
): Measurement | undefined {
  return measured.find((one) => one.system === system && one.point.clients === clients);
}

function cells({ figures }: Measurement): string[] {
  const { ef, recall, queriesPerSecond, p50Ms, p99Ms, clientCores, serverCores } = figures;
  const numbers = [queriesPerSecond, p50Ms, p99Ms, clientCores, serverCores];
  return [formatNumber(ef), formatRecall(recall), ...numbers.map(formatNumber)];
}
