/** Says where another system is ahead of Protovec, and by how much: the page must not hide it. */
import { formatNumber } from './format.js';
import { bestAt } from './search-sections.js';
import type { View } from './view.js';

interface Comparison {
  readonly what: string;
  readonly higherIsBetter: boolean;
  of(system: string): number | undefined;
}

/** Sentences, one for each thing that someone does better. */
export function aheadSentences(view: View): string[] {
  const isOther = (name: string): boolean => !/^(protovec|echo)/.test(name);
  const others = view.systems.filter(isOther);
  return comparisons(view).flatMap(({ what, higherIsBetter, of }) => {
    const own = of('protovec');
    if (own === undefined) return [];
    const ahead = others.flatMap((name) => {
      const value = of(name);
      if (value === undefined) return [];
      const factor = higherIsBetter ? value / own : own / value;
      return factor > 1 ? [{ name, factor }] : [];
    });
    if (ahead.length === 0) return [];
    ahead.sort((a, b) => b.factor - a.factor);
    const names = ahead.map(({ name, factor }) => `${name} ${formatNumber(factor)} times`);
    return [`${what}: ${names.join(', ')}.`];
  });
}

function comparisons(view: View): Comparison[] {
  const figure = (work: string, name: string) => (system: string) =>
    view.figures(work, system)?.[name];
  const percents = new Set(view.of('filter').map(({ point }) => Number(point.percent)));
  const filters = [...percents].filter((percent) => percent < 100);
  return [
    ...view.clients.map((clients) => ({
      what: `Search at recall@10 of 0.95 or more, ${clients} ${clients === 1 ? 'client' : 'clients'}`,
      higherIsBetter: true,
      of: (system: string) => bestAt(view, system, clients, 0.95),
    })),
    ...filters
      .sort((a, b) => a - b)
      .map((percent) => ({
        what: `Filtered search, ${percent}% match (look at the recall beside it)`,
        higherIsBetter: true,
        of: (system: string) =>
          view.of('filter').find((m) => m.system === system && m.point.percent === percent)?.figures
            .queriesPerSecond,
      })),
    {
      what: 'Bulk load',
      higherIsBetter: true,
      of: figure('load', 'recordsPerSecond'),
    },
    {
      what: 'Load until indexed',
      higherIsBetter: true,
      of: figure('index', 'recordsPerSecond'),
    },
    { what: 'Memory', higherIsBetter: false, of: figure('footprint', 'residentBytes') },
    { what: 'Disk', higherIsBetter: false, of: figure('footprint', 'diskBytes') },
    { what: 'Restart', higherIsBetter: false, of: figure('restart', 'seconds') },
  ];
}
