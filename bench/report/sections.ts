/** Every other table: ratios, load, mixed work, files, limits, systems. */
import { type Size, works } from '../plan.js';
import type { Results } from '../results.js';
import { formatChange, formatMiB, formatNumber } from './format.js';
import { isSame, type Ratio } from './ratios.js';
import type { Section } from './section.js';
import type { View } from './view.js';

/** Ratios that change by more between two runs get their reason beside them. */
export const TOLERATED_CHANGE = 0.15;
const REASON_LENGTH = 160;

export function ratioSection(results: Results, size: Size): Section | undefined {
  const { last = [], previous = [] } = results.ratios[size] ?? {};
  const rows = last.map((ratio) => {
    const change = changeOf(ratio, previous);
    const wide = change !== undefined && Math.abs(change) > TOLERATED_CHANGE;
    return [
      ratio.dataset,
      ratio.name,
      ratio.limit,
      formatNumber(ratio.value),
      `${formatNumber(ratio.least)} to ${formatNumber(ratio.most)}`,
      ratio.higherIsBetter ? 'more' : 'less',
      change === undefined ? '–' : formatChange(change),
      wide ? ratio.noise : '',
    ];
  });
  if (rows.length === 0) return undefined;
  const head = ['data', 'Protovec', 'to', 'ratio', 'rounds', 'better', 'change', 'why it differs'];
  const remark =
    'Medians over the rounds of one run. “Change”: since the run of this size before; above 15% with the reason why it can be.';
  return { title: `Ratios to the limits, ${size} run`, remark, head, rows };
}

export function changeOf(ratio: Ratio, previous: readonly Ratio[]): number | undefined {
  const before = previous.find((candidate) => isSame(candidate, ratio));
  return before === undefined ? undefined : ratio.value / before.value - 1;
}

export function loadSection(view: View): Section | undefined {
  const works = ['load', 'index', 'footprint', 'restart'];
  const rows = view.systems.flatMap((system) => {
    const [load, index, footprint, restart] = works.map((work) => view.figures(work, system));
    const all = [load, index, footprint, restart];
    if (all.every((figures) => figures === undefined)) return [];
    return [
      [
        system,
        formatNumber(load?.recordsPerSecond),
        formatNumber(load?.clientCores),
        formatNumber(load?.serverCores),
        formatNumber(index?.recordsPerSecond),
        formatNumber(index?.afterLoadSeconds),
        formatMiB(footprint?.residentBytes),
        formatMiB(restart?.peakBytes ?? footprint?.peakBytes),
        formatMiB(footprint?.diskBytes),
        formatNumber(restart?.seconds),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  const head = [
    'system',
    'load records/s',
    'client cores',
    'server cores',
    'until indexed records/s',
    'wait after load s',
    'memory MiB',
    'peak MiB',
    'disk MiB',
    'restart s',
  ];
  const raw = `Raw vectors take ${formatMiB(view.info.vectorBytes)} MiB, texts ${formatMiB(view.info.textBytes)} MiB.`;
  const remark = `${raw} Peak: the most memory that the process had at any time, restarts included, where it is known. Restart: until the first answer, with files in the page cache.`;
  return { title: 'Load, memory, disk, restart', remark, head, rows };
}

export function mixedSection(view: View): Section | undefined {
  const rows = view.of('mixed').flatMap(({ system, figures, rounds }) => {
    if (rounds.length === 0) return [];
    const { records, recordsPerSecond, searches, p50Ms, p95Ms, p99Ms } = figures;
    return [
      [system, ...[records, recordsPerSecond, searches, p50Ms, p95Ms, p99Ms].map(formatNumber)],
    ];
  });
  if (rows.length === 0) return undefined;
  const head = ['system', 'records', 'load records/s', 'searches', 'p50 ms', 'p95 ms', 'p99 ms'];
  const remark =
    'One client searches, with a pause after each answer, while an empty system is loaded.';
  return { title: 'Search while loading', remark, head, rows };
}

export function snapshotSection(view: View): Section | undefined {
  const rows = view.of('snapshot').flatMap(({ system, figures, rounds }) => {
    if (rounds.length === 0) return [];
    const { createBytesPerSecond, downloadBytesPerSecond } = figures;
    const { restoreBytesPerSecond, mergeBytesPerSecond, bytes } = figures;
    const speeds = [createBytesPerSecond, downloadBytesPerSecond];
    return [
      [system, ...[bytes, ...speeds, restoreBytesPerSecond, mergeBytesPerSecond].map(formatMiB)],
    ];
  });
  if (rows.length === 0) return undefined;
  const head = ['system', 'MiB', 'save MiB/s', 'download MiB/s', 'restore MiB/s', 'merge MiB/s'];
  const remark = 'Through the API. Restore and merge go into an empty collection and are durable.';
  return { title: 'Snapshots', remark, head, rows };
}

export function limitSection(view: View): Section | undefined {
  const memory = view.figures('limits', 'memory copy');
  const disk = view.figures('limits', 'disk write');
  const decode = view.figures('limits', 'generated decode');
  if (memory === undefined || disk === undefined || decode === undefined) return undefined;
  const rows = [
    ['memory copy, one thread', formatNumber(memory.bytesPerSecond / 1e9), 'GB/s'],
    ['sequential write, synced', formatNumber(disk.bytesPerSecond / 1e6), 'MB/s'],
    ['append of 4 KiB, synced', formatNumber(disk.syncSeconds * 1000), 'ms'],
    ['records decoded by the generated code', formatNumber(decode.recordsPerSecond), 'per s'],
    ['search request and answer decoded', formatNumber(decode.searchesPerSecond), 'per s'],
  ];
  const head = ['limit', 'measured', 'unit'];
  return { title: 'Limits of the machine', remark: '', head, rows };
}

/** What could not be measured, and why, once for each system and kind of work. */
export function missingSection(view: View): Section | undefined {
  const rows = works.flatMap((work) => {
    const missing = view.of(work).filter((measurement) => measurement.missing !== undefined);
    const systems = [...new Set(missing.map(({ system }) => system))];
    return systems.map((name) => {
      const reason = missing.find(({ system }) => system === name)!.missing!;
      return [name, work, reason.slice(0, REASON_LENGTH)];
    });
  });
  if (rows.length === 0) return undefined;
  const head = ['system', 'work', 'why'];
  return { title: 'Not measured', remark: '', head, rows };
}

export function systemSection(results: Results): Section {
  const rows = Object.entries(results.systems).map(([name, info]) => [
    name,
    info.version,
    info.kind,
    info.client,
    info.lacks.join('; ') || '–',
    Object.entries(info.settings)
      .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join(', '),
  ]);
  const head = ['system', 'version', 'kind', 'driven through', 'does not do', 'set to'];
  return { title: 'Systems', remark: '', head, rows };
}
