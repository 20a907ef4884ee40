/** The precisions of the graph beside each other, and what speaks for the default. */
import { indexSettings, quantizationEfs, quantizations, reference } from '../plan.js';
import type { Figures, Measurement } from '../results.js';
import { formatMiB, formatNumber, formatRecall } from './format.js';
import type { Section } from './section.js';
import type { View } from './view.js';

const { quantization: standard } = indexSettings;

export function quantizationSection(view: View): Section | undefined {
  const measured = view.of('quantization').filter(({ rounds }) => rounds.length > 0);
  const rows = quantizations.flatMap((name) => {
    const memory = at(measured, name);
    if (memory === undefined) return [];
    const searches = quantizationEfs.map((ef) => at(measured, name, ef));
    return [
      [
        name === standard ? `${name} (default)` : name,
        formatMiB(memory.graphBytes),
        formatMiB(memory.residentBytes),
        formatNumber(memory.recordsPerSecond),
        ...searches.flatMap((found) => [
          formatRecall(found?.recall),
          formatNumber(found?.queriesPerSecond),
        ]),
      ],
    ];
  });
  if (rows.length === 0) return undefined;
  const head = [
    'precision',
    'graph MiB',
    'resident MiB',
    'until indexed records/s',
    ...quantizationEfs.flatMap((ef) => [`recall@10, ef ${ef}`, 'queries/s']),
  ];
  const remark = `The precision of the vectors inside the graph; answers are rescored from the exact vectors. ${reference.clients} clients with requests that are encoded already. ${defaultSentence(measured)}`;
  return { title: 'Precision of the graph', remark, head, rows };
}

/** Why the default is what it is, in the figures at the reference. */
export function defaultSentence(measured: readonly Measurement[]): string {
  const own = at(measured, standard, reference.ef);
  const ownMemory = at(measured, standard);
  if (own === undefined || ownMemory === undefined) return '';
  const others = quantizations.flatMap((name) => {
    const search = at(measured, name, reference.ef);
    const memory = at(measured, name);
    if (name === standard || search === undefined || memory === undefined) return [];
    const speed = own.queriesPerSecond / search.queriesPerSecond;
    const graph = ownMemory.graphBytes / memory.graphBytes;
    const recall = search.recall - own.recall;
    const sign = recall >= 0 ? '+' : '−';
    const difference = `${sign}${Math.abs(recall).toFixed(4)}`;
    return [
      `${name} (recall ${difference}): ${formatNumber(speed)} times its speed with ${formatNumber(graph)} times its graph`,
    ];
  });
  if (others.length === 0) return '';
  return `Under cosine the default is ${standard}, each vector with a scale of its own; the other metrics, which see the scale, have bf16. At ef ${reference.ef} it has recall ${formatRecall(own.recall)}, and beside ${others.join('; beside ')}.`;
}

/** Of loading and memory, without `ef`; else of searches. */
function at(measured: readonly Measurement[], name: string, ef?: number): Figures | undefined {
  return measured.find(({ point }) => point.quantization === name && point.ef === ef)?.figures;
}
