/** Searches that travel together beside searches in calls of their own. */
import { formatNumber, formatRecall } from './format.js';
import type { Section } from './section.js';
import type { View } from './view.js';

const MANNERS: Readonly<Record<string, string>> = {
  unary: 'one a call',
  batch: 'several a call',
  stream: 'one stream',
};

export function batchSection(view: View): Section | undefined {
  const measured = view.of('batch').filter(({ rounds }) => rounds.length > 0);
  const rows = view.systems.flatMap((system) => {
    const own = measured.filter((measurement) => measurement.system === system);
    const alone = own
      .filter(({ point }) => point.manner === 'unary')
      .map(({ figures }) => figures.queriesPerSecond);
    return own.map(({ point, figures }) => {
      const { recall, queriesPerSecond, clientCores, serverCores } = figures;
      const numbers = [queriesPerSecond, queriesPerSecond / Math.max(...alone)];
      const cores = [clientCores, serverCores];
      return [
        system,
        MANNERS[String(point.manner)],
        String(point.clients),
        String(point.width),
        formatRecall(recall),
        ...[...numbers, ...cores].map(formatNumber),
      ];
    });
  });
  if (rows.length === 0) return undefined;
  const head = ['system', 'searches', 'at a time', 'each with', 'recall', 'queries/s'];
  const more = ['to the best alone', 'client cores', 'server cores'];
  const remark =
    '`protovec-raw`: the same calls with requests that are encoded already and answers of which the hits are counted. Systems without such calls are left out.';
  return { title: 'Searches together, k=10', remark, head: [...head, ...more], rows };
}
