/** Bulk loads of many records, and searches during them. */
import type { Measurement } from '../results.js';
import { formatMiB, formatNumber } from './format.js';
import type { Section } from './section.js';
import type { View } from './view.js';

const SYSTEMS: Readonly<Record<string, string>> = {
  protovec: 'protovec, its client',
  'protovec-raw': 'protovec, encoded messages',
  echo: 'bare stream of grpc-js',
  usearch: 'usearch, its build alone',
};

export function bulkSection(view: View): Section | undefined {
  const rows = view.of('bulk').flatMap((measurement) => {
    const { system, rounds, figures } = measurement;
    if (rounds.length === 0) return [];
    const { recordsPerSecond, afterLoadSeconds, indexedPerSecond, peakBytes } = figures;
    const { searches, p50Ms, p99Ms } = figures;
    const numbers = [recordsPerSecond, afterLoadSeconds, indexedPerSecond, searches, p50Ms, p99Ms];
    return [
      [
        SYSTEMS[system] ?? system,
        indexText(measurement),
        ...numbers.map(formatNumber),
        formatMiB(peakBytes),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  const head = [
    'system',
    'graph',
    'load records/s',
    'wait after load s',
    'until indexed records/s',
    'searches',
    'p50 ms',
    'p99 ms',
    'peak MiB',
  ];
  const remark =
    'Every record is acknowledged as durable. Searches, where there are any: one client during the load, with a pause after each answer; while there is no graph they compare with every record.';
  return { title: 'Bulk load', remark, head, rows };
}

function indexText({ point }: Measurement): string {
  if (point.deferred === undefined) return '–';
  return point.deferred ? 'afterwards' : 'meanwhile';
}
