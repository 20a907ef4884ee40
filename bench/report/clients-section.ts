/** How fast each language's client loads. */
import type { ClientResults } from '../clients/results.js';
import { formatNumber } from './format.js';
import { type Section, toMarkdown } from './section.js';

export function clientsSection({ loads, records, dimension }: ClientResults): Section {
  const [fastest] = loads;
  const rows = loads.map(({ language, rounds, figures }) => {
    const { recordsPerSecond, serverCores } = figures;
    const speeds = rounds.map((round) => round.recordsPerSecond);
    const range = `${formatNumber(Math.min(...speeds))} to ${formatNumber(Math.max(...speeds))}`;
    const ratio = recordsPerSecond / fastest.figures.recordsPerSecond;
    return [
      language,
      ...[recordsPerSecond, ratio].map(formatNumber),
      range,
      serverCores.toFixed(2),
    ];
  });
  const size = `${formatNumber(records)} records of ${dimension} dimensions`;
  const remark = `${size} by one stream, from a file of floats, to a fresh server that acknowledges every record as durable and builds its graph meanwhile; ${fastest.rounds.length} rounds, the languages in turn. The time is that of the load alone, as the program of samples/load measures it.`;
  const head = ['client', 'records/s', 'to the fastest', 'rounds', 'cores that the server took'];
  return { title: 'Loading from five languages', remark, head, rows };
}

/** The part of the page; `explanation` says what the slowest spends its time on. */
export function clientsPart(results: ClientResults, explanation: string): string {
  const section = clientsSection(results);
  const { machine, run, seed } = results;
  const where = `${machine.processor}, ${machine.cores} cores; Node ${machine.node}; commit ${machine.commit}; seed ${seed}; ${run.slice(0, 16).replace('T', ' ')} UTC; ${machine.loadBefore} processes wanted a core in the minute before.`;
  const command = 'Repeat it with `npm run bench:clients`, which needs the toolchains of all five.';
  const parts = [`## ${section.title}`, where, toMarkdown(section), explanation.trim(), command];
  return parts.filter((part) => part !== '').join('\n\n');
}
